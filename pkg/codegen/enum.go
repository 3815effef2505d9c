package codegen

import (
	"fmt"

	"github.com/moose-migrate/moose-migrate/pkg/inframap"
)

// checkEnum also brings an enum into a form that the language has. A member with a
// number is declared by its name; where a name is none, the members are declared by
// their texts, which ClickHouse numbers from one.
func (c ability) checkEnum(t *inframap.ColumnType) error {
	names, numbered := true, true
	for i, m := range t.Enum.Values {
		if m.Value.String != nil {
			if !validText(*m.Value.String) {
				return fmt.Errorf("the member %q of the enum is no valid UTF-8", *m.Value.String)
			}
			continue
		}
		names = names && c.memberName(m.Name)
		numbered = numbered && m.Value.Int != nil && *m.Value.Int == int64(i+1) && validText(m.Name)
	}
	if names {
		return nil
	}
	if !numbered {
		return fmt.Errorf("its enum has a member whose name the language does not allow")
	}
	texts := &inframap.EnumType{Name: t.Enum.Name}
	for _, m := range t.Enum.Values {
		texts.Values = append(texts.Values, inframap.EnumMember{Name: m.Name, Value: inframap.EnumValue{String: &m.Name}})
	}
	t.Enum = texts
	return nil
}

// declaredEnum is the enum that Moose's comment on the column describes, if it still
// describes the enum that the server has.
func declaredEnum(comment, server *inframap.EnumType) *inframap.EnumType {
	if comment == nil || len(comment.Values) != len(server.Values) {
		return server
	}
	numbers := map[string]int64{}
	for _, m := range server.Values {
		if m.Value.Int != nil {
			numbers[m.Name] = *m.Value.Int
		}
	}
	for i, m := range comment.Values {
		text, number := m.Name, int64(i+1)
		if m.Value.String != nil {
			text = *m.Value.String
		} else if m.Value.Int != nil {
			number = *m.Value.Int
		}
		if have, ok := numbers[text]; !ok || have != number {
			return server
		}
		delete(numbers, text)
	}
	return comment
}
