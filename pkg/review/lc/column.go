package lc

import (
	"fmt"
	"slices"
	"strings"

	"github.com/moose-migrate/moose-migrate/pkg/clickhouse/sqltext"
	"github.com/moose-migrate/moose-migrate/pkg/probe"
	"github.com/moose-migrate/moose-migrate/pkg/review"
)

// question asks in how many rows a condition on a column holds.
func question(c review.ColumnEdit, code, where string) probe.Question {
	if c.Table.Before == nil {
		return probe.Question{}
	}
	key, columns := review.KeyOf(c.Table.Before)
	return probe.Question{
		ID: id(c, code), Table: c.Table.Before.Name, Where: where,
		Value: sqltext.Ident(c.Name()), Key: key, Columns: append(columns, c.Name()),
	}
}

func id(c review.ColumnEdit, code string) string {
	if c.Table.Before == nil {
		return ""
	}
	return code + " " + c.Table.Before.Name.String() + "." + c.Name()
}

// hit is a finding about a column, with what was counted for it.
func hit(s *review.Subject, c review.ColumnEdit, code string) review.Hit {
	return review.Hit{
		Object: s.Object(c.Table, c.Name()), Source: s.Source(c.Table.Change), Count: s.Count(id(c, code), c.Table.Before),
	}
}

// nameOf is how a sentence begins.
func nameOf(s *review.Subject, c review.ColumnEdit) string {
	return fmt.Sprintf("column %s of table %s", c.Name(), s.Label(c.Table))
}

func sorted(list []string) []string {
	slices.Sort(list)
	return list
}

func cutLast(s, sep string) (before, after string) {
	i := strings.LastIndex(s, sep)
	if i < 0 {
		return s, ""
	}
	return s[:i], s[i+len(sep):]
}
