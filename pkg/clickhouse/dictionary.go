package clickhouse

import (
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/moose-migrate/moose-migrate/pkg/clickhouse/sqltext"
	"github.com/moose-migrate/moose-migrate/pkg/inframap"
	"github.com/moose-migrate/moose-migrate/pkg/schema"
	"github.com/moose-migrate/moose-migrate/pkg/secretsql"
)

// parseDictionary reads a CREATE DICTIONARY statement that the server has formatted.
func parseDictionary(name schema.Name, create string, names dialect) *schema.Dictionary {
	body, rest := splitBody(create)
	d := &schema.Dictionary{
		Name: name, Definition: secretsql.Mask(create), Settings: map[string]string{},
		Lifetime: "MIN 0 MAX 0", Source: schema.Call{Args: map[string]string{}}, Layout: schema.Call{Args: map[string]string{}},
	}
	for _, element := range sqltext.SplitTop(body) {
		if tokens := sqltext.Tokens(element); len(tokens) > 2 {
			d.Attributes = append(d.Attributes, parseAttribute(sqltext.Unquote(tokens[0].Text), sqltext.Join(tokens[1:]), names))
		}
	}
	for _, clause := range sqltext.Clauses(rest, "PRIMARY KEY", "SOURCE", "LIFETIME", "LAYOUT", "RANGE", "SETTINGS", "COMMENT") {
		inner, _ := sqltext.Unwrap(clause.Text)
		switch clause.Keyword {
		case "PRIMARY KEY":
			for _, key := range sqltext.Elements(clause.Text) {
				d.PrimaryKey = append(d.PrimaryKey, sqltext.Unquote(key))
			}
		case "SOURCE":
			d.Source = parseCall(inner)
		case "LIFETIME":
			d.Lifetime = inner
		case "LAYOUT":
			d.Layout = parseCall(inner)
		case "RANGE":
			d.Range = inner
		case "SETTINGS":
			d.Settings = parseSettings(inner)
		case "COMMENT":
			d.Comment = sqltext.Unquote(clause.Text)
		}
	}
	canonicaliseSource(d, names)
	canonicaliseLayout(d)
	return d
}

func parseAttribute(name, definition string, names dialect) schema.DictionaryAttribute {
	a := schema.DictionaryAttribute{Name: name}
	var flags []string
	for _, clause := range sqltext.Clauses(definition, "DEFAULT", "EXPRESSION", "HIERARCHICAL", "BIDIRECTIONAL", "INJECTIVE", "IS_OBJECT_ID") {
		switch clause.Keyword {
		case "":
			a.Type = clause.Text
		case "DEFAULT":
			a.Default = clause.Text
		case "EXPRESSION":
			inner, _ := sqltext.Unwrap(clause.Text)
			a.Expression = names.normalise(inner)
		default:
			flags = append(flags, clause.Keyword)
		}
	}
	slices.Sort(flags)
	a.Flags = strings.Join(flags, " ")
	return a
}

// parseCall reads NAME(KEY value KEY value …); a value can be a list in brackets.
func parseCall(text string) schema.Call {
	name, args, _ := strings.Cut(text, "(")
	return schema.Call{Name: strings.ToUpper(strings.TrimSpace(name)), Args: parseArgs(strings.TrimSuffix(strings.TrimSpace(args), ")"))}
}

func parseArgs(text string) map[string]string {
	tokens := slices.DeleteFunc(sqltext.Tokens(text), func(t sqltext.Token) bool { return t.Kind == sqltext.Space })
	out := map[string]string{}
	for i := 0; i < len(tokens); {
		key := strings.ToUpper(tokens[i].Text)
		end := valueEnd(tokens, i+1)
		value := tokens[i+1 : end]
		switch {
		case secretArgument.MatchString(key):
			out[key] = inframap.Hidden
		case len(value) == 1 && slices.Contains(sqlArguments, key):
			out[key] = sqltext.Unquote(value[0].Text)
		case len(value) == 1:
			out[key] = sqltext.Unquote(secretsql.Mask(value[0].Text)) // a URL can hold a password
		case !slices.ContainsFunc(value, func(t sqltext.Token) bool { return t.Kind == sqltext.Open }):
			out[key] = sqltext.Join(value) // a number such as 0.5
		default:
			out[key] = secretsql.Mask(spaced(value))
		}
		i = end
	}
	return out
}

// sqlArguments are the arguments of a source that are SQL.
var sqlArguments = []string{"QUERY", "INVALIDATE_QUERY", "WHERE"}

// secretArgument are the arguments of a source whose value is never shown.
var secretArgument = regexp.MustCompile(`^(PASSWORD|SECRET_ACCESS_KEY|ACCESS_KEY_ID)$`)

// valueEnd is the end of the value that starts at i: a literal, a number with a
// sign or a fraction, a list in brackets, or a call such as tcpPort().
func valueEnd(tokens []sqltext.Token, i int) int {
	if i < len(tokens) && tokens[i].Kind != sqltext.Open {
		i++
		for i < len(tokens) && (tokens[i].Kind == sqltext.Symbol || tokens[i-1].Kind == sqltext.Symbol) {
			i++
		}
	}
	for depth := 0; i < len(tokens); i++ {
		switch tokens[i].Kind {
		case sqltext.Open:
			depth++
			continue
		case sqltext.Close:
			depth--
			continue
		}
		if depth <= 0 {
			break
		}
	}
	return min(i, len(tokens))
}

func spaced(tokens []sqltext.Token) string {
	texts := make([]string, len(tokens))
	for i, t := range tokens {
		texts[i] = t.Text
	}
	return strings.Join(texts, " ")
}

// sourceDefaults are the arguments of a CLICKHOUSE source on this server that say
// what holds without them (ClickHouseDictionarySource.cpp). The password of the
// user without one is hidden like any other.
var sourceDefaults = map[string]string{"HOST": "localhost", "USER": "default", "PASSWORD": inframap.Hidden, "SECURE": "0"}

func canonicaliseSource(d *schema.Dictionary, names dialect) {
	for _, name := range sqlArguments {
		if sql, ok := d.Source.Args[name]; ok {
			d.Source.Args[name] = secretsql.Mask(sql)
		}
	}
	if d.Source.Name != "CLICKHOUSE" {
		return
	}
	args := d.Source.Args
	host, hasHost := args["HOST"]
	if local := !hasHost || host == "localhost"; local {
		maps.DeleteFunc(args, func(name, value string) bool {
			def, ok := sourceDefaults[name]
			return ok && def == value || name == "PORT" && (value == names.port || value == "tcpPort ( )")
		})
		if table, ok := args["TABLE"]; ok && args["PORT"] == "" {
			db := args["DB"]
			if db == "" {
				db = d.Name.Database
			}
			d.Reads = &schema.Name{Database: db, Object: table}
		}
	}
	if args["DB"] == d.Name.Database || args["TABLE"] == "" && args["QUERY"] != "" && args["DB"] == "" {
		delete(args, "DB")
	}
}

// layoutDefaults are the parameters of layouts that say what holds without them
// (the source of each layout in src/Dictionaries of ClickHouse).
var layoutDefaults = map[string]map[string]string{
	"FLAT":         {"INITIAL_ARRAY_SIZE": "1024", "MAX_ARRAY_SIZE": "500000"},
	"HASHED":       {"SHARDS": "1", "SHARD_LOAD_QUEUE_BACKLOG": "10000", "MAX_LOAD_FACTOR": "0.5"},
	"HASHED_ARRAY": {"SHARDS": "1", "SHARD_LOAD_QUEUE_BACKLOG": "10000"},
	"RANGE_HASHED": {"RANGE_LOOKUP_STRATEGY": "min"},
	"IP_TRIE":      {"ACCESS_TO_KEY_FROM_ATTRIBUTES": "0"},
	"CACHE": {
		"MAX_THREADS_FOR_UPDATES": "4", "ALLOW_READ_EXPIRED_KEYS": "0", "MAX_UPDATE_QUEUE_SIZE": "100000",
		"UPDATE_QUEUE_PUSH_TIMEOUT_MILLISECONDS": "10", "QUERY_WAIT_TIMEOUT_MILLISECONDS": "60000",
	},
	"SSD_CACHE": {"BLOCK_SIZE": "4096", "FILE_SIZE": "4294967296", "READ_BUFFER_SIZE": "65536", "WRITE_BUFFER_SIZE": "1048576"},
}

func canonicaliseLayout(d *schema.Dictionary) {
	defaults := layoutDefaults[strings.Replace(strings.TrimPrefix(d.Layout.Name, "COMPLEX_KEY_"), "SPARSE_HASHED", "HASHED", 1)]
	for name, value := range d.Layout.Args {
		switch strings.ToLower(value) {
		case "true":
			value = "1"
		case "false":
			value = "0"
		}
		d.Layout.Args[name] = value
	}
	maps.DeleteFunc(d.Layout.Args, func(name, value string) bool { return defaults[name] != "" && defaults[name] == value })
}

// nullDefaults drops the defaults that an attribute has without one: an empty text, zero.
func nullDefaults(d *schema.Dictionary) {
	for i := range d.Attributes {
		a := &d.Attributes[i]
		isNumber := numeric.MatchString(a.Type)
		if a.Default == "''" && a.Type == "String" || isNumber && zero.MatchString(a.Default) {
			a.Default = ""
		}
	}
}

var (
	numeric = regexp.MustCompile(`^(U?Int(8|16|32|64|128|256)|Float(32|64)|Decimal\(.*\))$`)
	zero    = regexp.MustCompile(`^(0\.?0*|'0')$`)
)

// extraInDictionary compares what the statement makes with what the operation lists:
// types, defaults and expressions are free text.
func extraInDictionary(declared *inframap.Dictionary, formatted string) string {
	made := parseDictionary(schema.Name{}, formatted, dialect{})
	for i, a := range made.Attributes {
		if i >= len(declared.Columns) || declared.Columns[i].Name != a.Name {
			return "attribute " + a.Name
		}
	}
	if len(made.Attributes) != len(declared.Columns) || made.Range != "" {
		return formatted
	}
	return ""
}
