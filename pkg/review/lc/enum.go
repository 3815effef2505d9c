package lc

import (
	"fmt"
	"strings"

	"github.com/moose-migrate/moose-migrate/pkg/chtype"
	"github.com/moose-migrate/moose-migrate/pkg/clickhouse/sqltext"
)

// removedMembers are the members, as "'a' = 1", whose number is no longer there.
func removedMembers(from, to string) []string {
	old, now := members(from, to)
	var out []string
	for number, name := range old {
		if _, kept := now[number]; !kept && now != nil {
			out = append(out, name+" = "+number)
		}
	}
	return sorted(out)
}

// relabelled are the members, as "'a' = 1", whose number has another name now.
func relabelled(from, to string) []string {
	old, now := members(from, to)
	var out []string
	for number, name := range old {
		if is, kept := now[number]; kept && is != name {
			out = append(out, name+" = "+number)
		}
	}
	return sorted(out)
}

// renumbered are the names that have another number now.
func renumbered(from, to string) []string {
	old, now := members(from, to)
	numbers := map[string]string{}
	for number, name := range now {
		numbers[name] = number
	}
	var out []string
	for number, name := range old {
		if is, kept := numbers[name]; kept && is != number {
			out = append(out, name)
		}
	}
	return sorted(out)
}

// members are those of two enums by their numbers, nil when one is no enum.
func members(from, to string) (old, now map[string]string) {
	old, was := chtype.Members(chtype.Plain(argument(from)))
	now, is := chtype.Members(chtype.Plain(argument(to)))
	if !was || !is {
		return nil, nil
	}
	return old, now
}

// holdsNumber is the condition on a row that holds one of the members.
func (c conversion) holdsNumber(members []string) string {
	numbers := make([]string, len(members))
	for i, m := range members {
		_, numbers[i] = cutLast(m, " = ")
	}
	return fmt.Sprintf("toInt16(%s) IN (%s)", sqltext.Ident(c.column), strings.Join(numbers, ", "))
}

func names(members []string) []string {
	out := make([]string, len(members))
	for i, m := range members {
		out[i], _ = cutLast(m, " = ")
	}
	return out
}
