package diff

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/moose-migrate/moose-migrate/pkg/clickhouse/sqltext"
	"github.com/moose-migrate/moose-migrate/pkg/schema"
)

// keyTypeChanges lists the columns of a key, and the version column of the engine,
// whose type changes in a way that ClickHouse refuses (error 524).
func keyTypeChanges(p *tablePair, columns []ColumnChange) []string {
	direct, inside := keyColumns(p.schemaBefore)
	version := versionColumn(p.schemaBefore.Engine)
	var out []string
	for _, c := range columns {
		if c.Action != Update {
			continue
		}
		name := c.After.Name
		for _, w := range c.Why {
			if w.Name != "type" {
				continue
			}
			refused := inside[name] && !sameRepresentation(w.Before, w.After) ||
				direct[name] && !sameRepresentation(w.Before, w.After) && withoutLowCardinality(w.Before) != withoutLowCardinality(w.After) ||
				name == version && !widerVersion(w.Before, w.After)
			if refused {
				why := fmt.Sprintf("%s (%s → %s)", name, w.Before, w.After)
				if name == version {
					why += ", the version column of the engine"
				}
				out = append(out, why)
			}
		}
	}
	return out
}

// keyColumns are the columns that are elements of a key, and those that an
// expression of a key reads.
func keyColumns(t *schema.Table) (direct, inside map[string]bool) {
	direct, inside = map[string]bool{}, map[string]bool{}
	elements := slices.Concat(t.OrderBy, t.PrimaryKey, sqltext.SplitTop(t.PartitionBy), []string{t.SampleBy})
	for _, e := range elements {
		if t.Column(sqltext.Unquote(e)) != nil {
			direct[sqltext.Unquote(e)] = true
			continue
		}
		for _, token := range sqltext.Tokens(e) {
			inside[sqltext.Unquote(token.Text)] = true
		}
	}
	return direct, inside
}

// sameRepresentation reports whether ClickHouse takes a change of a key column's type
// without touching its values: another time zone, or an Enum of the same width that
// keeps all its values.
func sameRepresentation(before, after string) bool {
	if withoutTimeZone(before) == withoutTimeZone(after) {
		return true
	}
	b, width := enumValues(before)
	a, same := enumValues(after)
	return width != "" && width == same && !slices.ContainsFunc(b, func(v string) bool { return !slices.Contains(a, v) })
}

var timeZone = regexp.MustCompile(`^(DateTime|DateTime64\(\d)(\(|, )?'[^']*'\)$`)

func withoutTimeZone(typ string) string {
	if m := timeZone.FindStringSubmatch(typ); m != nil {
		typ = m[1]
	}
	return strings.TrimSuffix(typ, ")")
}

// enumValues are the numbers of an Enum, and Enum8 or Enum16; none for another type.
func enumValues(typ string) (values []string, width string) {
	name, rest, _ := strings.Cut(typ, "(")
	if name != "Enum8" && name != "Enum16" {
		return nil, ""
	}
	for _, member := range sqltext.SplitTop(strings.TrimSuffix(rest, ")")) {
		values = append(values, member[strings.LastIndex(member, "=")+1:])
	}
	return values, name
}

// versionColumn is the column that tells which row is the newest, "" when the engine has none.
func versionColumn(e schema.Engine) string {
	at := -1
	switch {
	case strings.HasSuffix(e.Name, "ReplacingMergeTree"):
		at = 0
	case strings.HasSuffix(e.Name, "VersionedCollapsingMergeTree"):
		at = 1
	}
	if args := e.Rest(); at >= 0 && at < len(args) {
		return sqltext.Unquote(args[at])
	}
	return ""
}

var number = regexp.MustCompile(`^(UInt|Int|Float)(\d+)$`)

// widerVersion reports whether ClickHouse takes a change of a version column's type:
// it may only grow within its kind.
func widerVersion(before, after string) bool {
	name := func(typ string) string { n, _, _ := strings.Cut(typ, "("); return n }
	if name(before) == name(after) {
		return true
	}
	b, a := number.FindStringSubmatch(before), number.FindStringSubmatch(after)
	if b == nil || a == nil || b[1] != a[1] {
		return false
	}
	was, _ := strconv.Atoi(b[2])
	is, _ := strconv.Atoi(a[2])
	return is >= was
}
