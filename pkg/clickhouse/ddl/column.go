package ddl

import (
	"fmt"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/moose-migrate/moose-migrate/pkg/clickhouse/sqltext"
	"github.com/moose-migrate/moose-migrate/pkg/inframap"
)

// ColumnDefinition writes "`name` Type DEFAULT … COMMENT … CODEC(…) TTL …".
func ColumnDefinition(c *inframap.Column) (string, error) {
	if err := sqltext.CheckName("column", c.Name); err != nil {
		return "", err
	}
	t, err := ColumnType(c)
	if err != nil {
		return "", err
	}
	props, err := columnProperties(c)
	if err != nil {
		return "", err
	}
	return sqltext.Ident(c.Name) + " " + t + props, nil
}

// columnProperties writes everything after the type, with a leading space.
func columnProperties(c *inframap.Column) (string, error) {
	var b strings.Builder
	kind, expr, err := DefaultOf(c)
	if err != nil {
		return "", err
	}
	if kind != "" {
		b.WriteString(strings.TrimRight(" "+kind+" "+expr, " "))
	}
	if comment := Comment(c); comment != "" {
		b.WriteString(" COMMENT " + sqltext.String(comment))
	}
	if c.Codec != nil && *c.Codec != "" {
		b.WriteString(" " + codecClause(*c.Codec))
	}
	if c.TTL != nil && *c.TTL != "" {
		b.WriteString(" TTL " + *c.TTL)
	}
	return b.String(), nil
}

func codecClause(codec string) string {
	if strings.HasPrefix(strings.ToUpper(codec), "CODEC(") {
		return codec
	}
	return "CODEC(" + codec + ")"
}

// DefaultOf returns DEFAULT, MATERIALIZED, ALIAS or EPHEMERAL with the expression, two empty
// strings when the column has none of them, and an error when it has several.
func DefaultOf(c *inframap.Column) (kind, expr string, err error) {
	for _, d := range []struct {
		kind string
		expr *string
	}{{"DEFAULT", c.Default}, {"MATERIALIZED", c.Materialized}, {"ALIAS", c.Alias}} {
		if d.expr == nil || *d.expr == "" {
			continue
		}
		if kind != "" {
			return "", "", fmt.Errorf("column %q has both %s and %s; keep one", c.Name, kind, d.kind)
		}
		kind, expr = d.kind, *d.expr
	}
	if c.Ephemeral != nil && kind == "" {
		return "EPHEMERAL", *c.Ephemeral, nil
	}
	return kind, expr, nil
}

// MetadataMarker starts the part of a column comment that Moose keeps for itself:
// the declared names of an enum, which ClickHouse cannot store.
const MetadataMarker = "[MOOSE_METADATA:DO_NOT_MODIFY]"

type enumComment struct {
	Version int      `json:"version"`
	Enum    enumMeta `json:"enum"`
}

type enumMeta struct {
	Name    string           `json:"name"`
	Members []enumMetaMember `json:"members"`
}

type enumMetaMember struct {
	Name  string         `json:"name"`
	Value jsontext.Value `json:"value"`
}

// Comment is the column's comment as it is stored: the user's text and, for an
// enum, Moose's metadata.
func Comment(c *inframap.Column) string {
	text := ""
	if c.Comment != nil {
		text = UserComment(*c.Comment)
	}
	if c.DataType.Enum == nil {
		return text
	}
	meta := enumComment{Version: 1, Enum: enumMeta{Name: c.DataType.Enum.Name}}
	for _, v := range c.DataType.Enum.Values {
		raw, err := json.Marshal(v.Value.Int)
		if v.Value.String != nil {
			raw, err = json.Marshal(*v.Value.String)
		}
		if err != nil {
			return text
		}
		meta.Enum.Members = append(meta.Enum.Members, enumMetaMember{Name: v.Name, Value: raw})
	}
	raw, err := json.Marshal(meta)
	if err != nil {
		return text
	}
	return strings.TrimSpace(text + " " + MetadataMarker + " " + string(raw))
}

// UserComment is a stored comment without Moose's metadata.
func UserComment(comment string) string {
	text, _, _ := strings.Cut(comment, MetadataMarker)
	return strings.TrimSpace(text)
}

// EnumFromComment restores the declared enum that Moose's metadata in a stored
// comment describes; nil when there is none.
func EnumFromComment(comment string) *inframap.EnumType {
	_, raw, ok := strings.Cut(comment, MetadataMarker)
	if !ok {
		return nil
	}
	var meta enumComment
	if json.Unmarshal([]byte(strings.TrimSpace(raw)), &meta) != nil || len(meta.Enum.Members) == 0 {
		return nil
	}
	e := &inframap.EnumType{Name: meta.Enum.Name}
	for _, m := range meta.Enum.Members {
		member := inframap.EnumMember{Name: m.Name}
		if m.Value.Kind() == '"' {
			if json.Unmarshal(m.Value, &member.Value.String) != nil {
				return nil
			}
		} else if json.Unmarshal(m.Value, &member.Value.Int) != nil {
			return nil
		}
		e.Values = append(e.Values, member)
	}
	return e
}
