package statepb

import (
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/moose-migrate/moose-migrate/pkg/inframap"
)

// The text of an engine is the name and, in Moose's own order, its arguments
// without credentials: names and paths in single quotes that are not escaped,
// numbers and expressions bare. A replicated engine always has parentheses.

// iceberg is the name that IcebergS3 has in text.
const iceberg = "Iceberg"

// printEngine writes the text as Moose 0.6.533 does. A key path without replica
// name, a deletion column without version, and whatever else the text has no
// place for, is left out.
func printEngine(v inframap.Engine) string {
	if _, ok := inframap.EngineParams(v.Name); !ok {
		return v.Name
	}
	var args []string
	quoted := func(names ...string) {
		for _, n := range names {
			args = append(args, "'"+v.String(n)+"'")
		}
	}
	ordered := func(names ...string) {
		for _, n := range names {
			if !v.Has(n) {
				return
			}
			quoted(n)
		}
	}
	orNull := func(names ...string) {
		for _, n := range names {
			if v.Has(n) {
				quoted(n)
			} else {
				args = append(args, "null")
			}
		}
	}
	name, parentheses := v.Name, strings.HasPrefix(v.Name, "Replicated")
	if v.Has("keeper_path") && v.Has("replica_name") {
		quoted("keeper_path", "replica_name")
	}
	switch v.BaseName() {
	case "ReplacingMergeTree":
		ordered("ver", "is_deleted")
	case "SummingMergeTree":
		args = append(args, summed(v, parentheses)...)
	case "CollapsingMergeTree":
		quoted("sign")
	case "VersionedCollapsingMergeTree":
		quoted("sign", "version")
	case "S3Queue":
		quoted("s3_path", "format")
		orNull("compression")
		args = append(args, headers(v))
	case "S3":
		quoted("path", "format")
		orNull("compression", "partition_strategy", "partition_columns_in_data_file")
	case "IcebergS3":
		name = iceberg
		quoted("path", "format")
		ordered("compression")
	case "Kafka":
		quoted("broker_list", "topic_list", "group_name", "format")
	case "Distributed":
		quoted("cluster", "target_database", "target_table")
		if v.Has("sharding_key") {
			args = append(args, v.String("sharding_key"))
			ordered("policy_name")
		}
	case "Buffer":
		args = append(args, buffer(v)...)
	case "Merge":
		if db := v.String("source_database"); strings.Contains(db, "(") {
			args = append(args, db)
		} else {
			quoted("source_database")
		}
		quoted("tables_regexp")
	}
	if len(args) == 0 && !parentheses {
		return name
	}
	return name + "(" + strings.Join(args, ", ") + ")"
}

// summed is the list of summed columns, which stands in its own parentheses when
// a replicated engine has it.
func summed(v inframap.Engine, replicated bool) []string {
	var out []string
	for _, c := range v.Strings("columns") {
		out = append(out, "'"+c+"'")
	}
	if replicated && len(out) > 0 {
		return []string{"(" + strings.Join(out, ", ") + ")"}
	}
	return out
}

// headers is a JSON object in quotes, the only text whose quotes are escaped.
func headers(v inframap.Engine) string {
	if !v.Has("headers") {
		return "null"
	}
	raw := v.Params["headers"].Clone()
	if raw.Canonicalize() != nil {
		return "null"
	}
	return "'" + strings.ReplaceAll(string(raw), "'", `\'`) + "'"
}

func buffer(v inframap.Engine) []string {
	known, _ := inframap.EngineParams("Buffer")
	var out []string
	for i, p := range known {
		switch {
		case i < 2:
			out = append(out, "'"+v.String(p.Name)+"'")
		case v.Has(p.Name):
			out = append(out, string(v.Params[p.Name]))
		default:
			return out
		}
	}
	return out
}

// stringParam and listParam make the JSON of an argument.
func stringParam(s string) jsontext.Value { return mustJSON(s) }

func listParam(s []string) jsontext.Value { return mustJSON(s) }

// mustJSON is for values that always have a JSON form: text that protobuf has
// already checked to be UTF-8, and lists of it.
func mustJSON(v any) jsontext.Value {
	raw, err := json.Marshal(v)
	if err != nil {
		return jsontext.Value("null")
	}
	return raw
}
