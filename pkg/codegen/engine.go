package codegen

import (
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/moose-migrate/moose-migrate/pkg/clickhouse/reverse"
	"github.com/moose-migrate/moose-migrate/pkg/clickhouse/sqltext"
	"github.com/moose-migrate/moose-migrate/pkg/inframap"
	"github.com/moose-migrate/moose-migrate/pkg/schema"
)

// engine is the engine with its arguments under Moose's names. An error never shows
// an argument: those of an unknown engine can be credentials.
func (b *builder) engine() (inframap.Engine, error) {
	s := b.s.Engine
	params, known := inframap.EngineParams(s.Name)
	if !known {
		return inframap.Engine{}, fmt.Errorf("moose-lib has no declaration for the engine %s", s.Name)
	}
	if strings.HasSuffix(s.Name, "MergeTree") {
		e := reverse.Table(&schema.Table{Engine: s}, "", nil).Engine
		if e.Name != s.Name { // its arguments have no names
			return e, fmt.Errorf("moose-lib has no declaration for these arguments of the engine %s", s.Name)
		}
		return e, b.checkEngine(e, params)
	}
	e := inframap.NewEngine(s.Name)
	names := slices.DeleteFunc(slices.Clone(params), func(p inframap.Param) bool { return p.Secret || p.Kind == inframap.MapParam })
	if len(s.Args) > len(names) {
		return e, fmt.Errorf("moose-lib has no declaration for so many arguments of the engine %s", s.Name)
	}
	for i, arg := range s.Args {
		value, err := argument(s.Name, names[i], arg)
		if err == nil {
			err = e.Set(names[i].Name, value)
		}
		if err != nil {
			return e, fmt.Errorf("argument %s of the engine %s: %w", names[i].Name, s.Name, err)
		}
	}
	if err := b.checkEngine(e, params); err != nil {
		return e, err
	}
	return e, b.credentials(&e)
}

// argument reads an argument: a text, a number, or SQL where Moose takes SQL.
func argument(engine string, p inframap.Param, arg string) (any, error) {
	switch {
	case p.Kind == inframap.IntParam:
		n, err := strconv.ParseUint(arg, 10, 64)
		if err != nil {
			return nil, fmt.Errorf("it is no whole number")
		}
		return n, nil
	case p.Name == "sharding_key", engine == "Merge" && p.Name == "source_database" && !strings.HasPrefix(arg, "'"):
		return arg, nil
	case !strings.HasPrefix(arg, "'"):
		return nil, fmt.Errorf("it is no text, so moose-lib cannot declare it")
	}
	return sqltext.Unquote(arg), nil
}

// requiredArguments are those that moose-lib insists on.
var requiredArguments = map[string][]string{
	"S3": {"path", "format"}, "S3Queue": {"s3_path", "format"}, "IcebergS3": {"path", "format"},
	"Kafka": {"broker_list", "topic_list", "group_name", "format"}, "Merge": {"source_database", "tables_regexp"},
	"Distributed":          {"cluster", "target_database", "target_table"},
	"CollapsingMergeTree":  {"sign"},
	"ReplacingMergeTree":   {},
	"Buffer":               {"target_database", "target_table", "num_layers", "min_time", "max_time", "min_rows", "max_rows", "min_bytes", "max_bytes"},
	"AggregatingMergeTree": {}, "VersionedCollapsingMergeTree": {"sign", "version"},
}

func (b *builder) checkEngine(e inframap.Engine, params []inframap.Param) error {
	for _, name := range requiredArguments[e.BaseName()] {
		if !e.Has(name) {
			return fmt.Errorf("moose-lib wants the argument %s of the engine %s", name, e.Name)
		}
	}
	for _, p := range params {
		value := e.String(p.Name)
		if !validText(value) {
			return fmt.Errorf("the argument %s of its engine is no valid UTF-8", p.Name)
		}
		if u, err := url.Parse(value); err == nil && u.User != nil {
			return fmt.Errorf("the argument %s of its engine holds a credential", p.Name)
		}
	}
	if e.Name == "IcebergS3" && e.String("format") != "Parquet" && e.String("format") != "ORC" {
		return fmt.Errorf("moose-lib takes Parquet and ORC for the engine IcebergS3 only")
	}
	return nil
}

// credentials gives the credentials that the server's definition has by variables.
func (b *builder) credentials(e *inframap.Engine) error {
	arguments := map[string]string{"access_key_id": "aws_access_key_id", "secret_access_key": "aws_secret_access_key"}
	for _, kind := range b.s.Engine.Credentials {
		name := arguments[kind]
		if name == "" {
			b.note("engine", "left out, because it can be a credential: "+kind)
			continue
		}
		declared := ""
		if b.like != nil {
			declared = b.like.Engine.String(name)
		}
		if err := e.Set(name, inframap.RuntimeEnvPrefix+b.variable(name, name, declared)); err != nil {
			return err
		}
	}
	return nil
}

// variable names the environment variable for a credential: the one that the code
// takes already, or one made from the names of table and field.
func (b *builder) variable(name, field, declared string) string {
	variable, ok := strings.CutPrefix(declared, inframap.RuntimeEnvPrefix)
	if !ok || variable == "" {
		variable = environmentName(b.s.Name.Object + "_" + name)
	}
	b.d.Variables = append(b.d.Variables, Variable{Table: b.s.Name, Name: variable, Field: field})
	return variable
}

// environmentName makes a name that every shell takes for a variable.
func environmentName(text string) string {
	name := strings.Map(func(r rune) rune {
		switch {
		case r >= 'a' && r <= 'z':
			return r - 'a' + 'A'
		case r >= 'A' && r <= 'Z', r >= '0' && r <= '9':
			return r
		}
		return '_'
	}, text)
	if name[0] >= '0' && name[0] <= '9' {
		name = "_" + name
	}
	return name
}
