package ddl

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"unicode"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/moose-migrate/moose-migrate/pkg/clickhouse/sqltext"
	"github.com/moose-migrate/moose-migrate/pkg/inframap"
)

// CreateDictionary writes CREATE OR REPLACE DICTIONARY, as Moose 0.6.533 does for
// a new dictionary and for a changed one; defaultDatabase is that of the project.
// A dictionary that only says what a server has returns the server's statement.
func CreateDictionary(d *inframap.Dictionary, defaultDatabase string) (string, error) {
	if d.Definition != nil {
		return *d.Definition, nil
	}
	if err := sqltext.CheckName("dictionary", d.Name); err != nil {
		return "", err
	}
	source, err := dictionarySource(d, defaultDatabase)
	if err != nil {
		return "", fmt.Errorf("dictionary %q: %w", d.Name, err)
	}
	layout, err := arguments(d.Layout.Params())
	if err != nil {
		return "", fmt.Errorf("dictionary %q: layout %s: %w", d.Name, d.Layout.Type, err)
	}
	columns := make([]string, len(d.Columns))
	for i, c := range d.Columns {
		if err := closed(c); err != nil {
			return "", fmt.Errorf("dictionary %q: attribute %q: %w", d.Name, c.Name, err)
		}
		columns[i] = dictionaryColumn(c)
	}
	var b strings.Builder
	fmt.Fprintf(&b, "CREATE OR REPLACE DICTIONARY %s%s (%s)", sqltext.Qualified(d.DatabaseOr(defaultDatabase), d.Name), onCluster(d.ClusterName), strings.Join(columns, ", "))
	key := make([]string, len(d.PrimaryKey))
	for i, k := range d.PrimaryKey {
		key[i] = sqltext.Ident(k)
	}
	fmt.Fprintf(&b, " PRIMARY KEY %s SOURCE(%s) LAYOUT(%s(%s))", strings.Join(key, ", "), source, word(d.Layout.Type), layout)
	// A layout that keeps nothing cannot have a lifetime (error 36), though Moose always declares one.
	if !strings.HasSuffix(d.Layout.Type, "DIRECT") {
		b.WriteString(" LIFETIME(" + lifetime(d.Lifetime) + ")")
	}
	if len(d.Settings) > 0 {
		b.WriteString(" SETTINGS(" + dictionarySettings(d.Settings) + ")")
	}
	if has(d.Comment) {
		b.WriteString(" COMMENT " + sqltext.String(*d.Comment))
	}
	return b.String(), nil
}

// DropDictionary writes DROP DICTIONARY.
func DropDictionary(d *inframap.Dictionary, defaultDatabase string) string {
	sync := ""
	if cluster := onCluster(d.ClusterName); cluster != "" {
		sync = cluster + " SYNC"
	}
	return "DROP DICTIONARY IF EXISTS " + sqltext.Qualified(d.DatabaseOr(defaultDatabase), d.Name) + sync
}

// word keeps what cannot end a clause: a name of a layout or parameter is one word.
func word(name string) string {
	return strings.Map(func(r rune) rune {
		if r == '_' || r < unicode.MaxASCII && (unicode.IsLetter(r) || unicode.IsDigit(r)) {
			return unicode.ToUpper(r)
		}
		return -1
	}, name)
}

func dictionaryColumn(c inframap.DictionaryColumn) string {
	def := sqltext.Ident(c.Name) + " " + c.TypeString
	if has(c.DefaultValue) {
		def += " DEFAULT " + *c.DefaultValue
	}
	if has(c.Expression) {
		def += " EXPRESSION " + *c.Expression
	}
	if c.IsHierarchical {
		def += " HIERARCHICAL"
	}
	if c.IsInjective {
		def += " INJECTIVE"
	}
	if c.IsObjectID {
		def += " IS_OBJECT_ID"
	}
	return def
}

// closed refuses free text that reaches beyond its attribute: a bracket that it does
// not open or close, a quote that does not end, a comment.
func closed(c inframap.DictionaryColumn) error {
	for what, text := range map[string]string{"type": c.TypeString, "default": valueOr(c.DefaultValue, ""), "expression": valueOr(c.Expression, "")} {
		depth, symbols := 0, ""
		for _, t := range sqltext.Tokens(text) {
			switch {
			case t.Kind == sqltext.Open:
				depth++
			case t.Kind == sqltext.Close:
				depth--
			case t.Kind == sqltext.Symbol:
				symbols += t.Text
			case (t.Kind == sqltext.Literal || t.Kind == sqltext.QuotedName) && (len(t.Text) < 2 || t.Text[len(t.Text)-1] != t.Text[0]):
				depth = -1
			default:
				symbols += " "
			}
			if depth < 0 {
				break
			}
		}
		if depth != 0 || strings.Contains(symbols, "--") || strings.Contains(symbols, "/*") || strings.ContainsAny(symbols, "#;") {
			return fmt.Errorf("its %s must be one %s with its brackets and quotes closed and without comments, not %q", what, what, text)
		}
	}
	return nil
}

func lifetime(l inframap.DictionaryLifetime) string {
	switch {
	case l.Type == inframap.LifetimeSingle:
		return fmt.Sprint(l.Seconds)
	case l.Type == inframap.LifetimeRange && l.Min != nil && l.Max != nil:
		return fmt.Sprintf("MIN %d MAX %d", *l.Min, *l.Max)
	}
	return "0"
}

// dictionarySettings writes every value as text, as Moose does.
func dictionarySettings(settings map[string]string) string {
	var out []string
	for _, k := range inframap.Keys(settings) {
		out = append(out, settingIdent(k)+" = "+sqltext.String(settings[k]))
	}
	return strings.Join(out, ", ")
}

func dictionarySource(d *inframap.Dictionary, defaultDatabase string) (string, error) {
	s := d.Source
	switch s.Type {
	case inframap.DictionaryFromTable:
		text := "CLICKHOUSE(TABLE " + sqltext.String(s.Table)
		// Without DB, ClickHouse looks in the dictionary's own database.
		if db := valueOr(s.Database, defaultDatabase); db != d.DatabaseOr(defaultDatabase) {
			text += " DB " + sqltext.String(db)
		}
		return text + invalidate(s) + ")", nil
	case inframap.DictionaryFromQuery:
		return "CLICKHOUSE(QUERY " + sqltext.String(s.Query) + invalidate(s) + ")", nil
	case inframap.DictionaryFromExternal:
		return externalSource(s.External)
	}
	return "", fmt.Errorf("the source %q is not known; known are TABLE, QUERY and EXTERNAL", s.Type)
}

func invalidate(s inframap.DictionarySource) string {
	if !has(s.InvalidateQuery) {
		return ""
	}
	return " INVALIDATE_QUERY " + sqltext.String(*s.InvalidateQuery)
}

func valueOr(s *string, def string) string {
	if has(s) {
		return *s
	}
	return def
}

// externalSource writes the members of an external source as arguments. A query
// stands in place of the table, as ClickHouse demands and Moose does.
func externalSource(members map[string]jsontext.Value) (string, error) {
	args := maps.Clone(members)
	var kind string
	if err := json.Unmarshal(args["source_type"], &kind); err != nil {
		return "", fmt.Errorf("the external source does not say its source_type")
	}
	delete(args, "source_type")
	for from, to := range map[string]string{"whereClause": "where"} {
		if v, ok := args[from]; ok {
			delete(args, from)
			args[to] = v
		}
	}
	if v, ok := args["query"]; ok && v.Kind() == '"' {
		delete(args, "table")
	}
	maps.DeleteFunc(args, func(_ string, v jsontext.Value) bool { return v.Kind() == 'n' })
	list, err := arguments(args)
	if err != nil {
		return "", fmt.Errorf("external source %s: %w", kind, err)
	}
	return strings.ReplaceAll(word(kind), "CLICK_HOUSE", "CLICKHOUSE") + "(" + list + ")", nil
}

// arguments writes members in byte order: size_in_cells and maxRows become
// SIZE_IN_CELLS and MAX_ROWS.
func arguments(members map[string]jsontext.Value) (string, error) {
	var out []string
	for _, name := range slices.Sorted(maps.Keys(members)) {
		value, err := argument(members[name])
		if err != nil {
			return "", fmt.Errorf("%q: %w", name, err)
		}
		out = append(out, word(snake(name))+" "+value)
	}
	return strings.Join(out, " "), nil
}

func argument(v jsontext.Value) (string, error) {
	switch v.Kind() {
	case 't':
		return "1", nil
	case 'f':
		return "0", nil
	case '0':
		return string(v), nil
	case '"':
		var s string
		if err := json.Unmarshal(v, &s); err != nil {
			return "", err
		}
		return sqltext.String(s), nil
	}
	return "", fmt.Errorf("must be a text, a number, true or false")
}

func snake(name string) string {
	var b strings.Builder
	for _, r := range name {
		if unicode.IsUpper(r) {
			b.WriteByte('_')
		}
		b.WriteRune(unicode.ToLower(r))
	}
	return b.String()
}
