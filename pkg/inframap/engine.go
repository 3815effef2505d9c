package inframap

import (
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// Engine is a table engine. In JSON it is a plain name when Params is nil
// ("MergeTree") and otherwise externally tagged ({"ReplacingMergeTree": {"ver": "ts", …}}).
type Engine struct {
	// Name is the engine's name without arguments.
	Name string
	// Params are the arguments by Moose's names; a null is an argument not given.
	// Engines that this version does not know keep theirs as they came.
	Params map[string]jsontext.Value
}

// ParamKind is the JSON shape of an engine argument.
type ParamKind int

// The kinds of engine arguments.
const (
	StringParam ParamKind = iota
	IntParam
	ListParam
	MapParam
	BoolParam
)

// Param names an engine argument, as Moose orders and spells it.
type Param struct {
	Name   string
	Kind   ParamKind
	Secret bool
}

func params(names ...string) []Param {
	out := make([]Param, len(names))
	for i, n := range names {
		kind := StringParam
		if base, ok := strings.CutPrefix(n, "#"); ok {
			kind, n = IntParam, base
		}
		out[i] = Param{Name: n, Kind: kind, Secret: strings.HasPrefix(n, "aws_")}
	}
	return out
}

// engineParams is the vocabulary of Moose 0.6.533 in the order of its hash.
var engineParams = map[string][]Param{
	"MergeTree":                    {},
	"AggregatingMergeTree":         {},
	"ReplacingMergeTree":           params("ver", "is_deleted"),
	"SummingMergeTree":             {{Name: "columns", Kind: ListParam}},
	"CollapsingMergeTree":          params("sign"),
	"VersionedCollapsingMergeTree": params("sign", "version"),
	"S3Queue": append(append(params("s3_path", "format", "compression"),
		Param{Name: "headers", Kind: MapParam}), params("aws_access_key_id", "aws_secret_access_key")...),
	"S3": params("path", "format", "aws_access_key_id", "aws_secret_access_key", "compression", "partition_strategy",
		"partition_columns_in_data_file"),
	"Buffer": params("target_database", "target_table", "#num_layers", "#min_time", "#max_time", "#min_rows", "#max_rows",
		"#min_bytes", "#max_bytes", "#flush_time", "#flush_rows", "#flush_bytes"),
	"Distributed": params("cluster", "target_database", "target_table", "sharding_key", "policy_name"),
	"IcebergS3":   params("path", "format", "aws_access_key_id", "aws_secret_access_key", "compression"),
	"Kafka":       params("broker_list", "topic_list", "group_name", "format"),
	"Merge":       params("source_database", "tables_regexp"),
}

var replicaParams = params("keeper_path", "replica_name")

// EngineParams returns the arguments that Moose knows for an engine, in the order
// of its hash, and whether it knows the engine at all.
func EngineParams(name string) ([]Param, bool) {
	if p, ok := engineParams[name]; ok {
		return p, true
	}
	base, ok := strings.CutPrefix(name, "Replicated")
	if !ok || !strings.HasSuffix(base, "MergeTree") {
		return nil, false
	}
	p, ok := engineParams[base]
	if !ok {
		return nil, false
	}
	return append(append([]Param{}, replicaParams...), p...), true
}

// NewEngine makes an engine with every argument that Moose knows for it set to
// null, ready for Set.
func NewEngine(name string) Engine {
	e := Engine{Name: name}
	known, _ := EngineParams(name)
	for _, p := range known {
		if e.Params == nil {
			e.Params = map[string]jsontext.Value{}
		}
		e.Params[p.Name] = jsontext.Value("null")
	}
	return e
}

// Set stores an argument; value must be what JSON can hold.
func (e *Engine) Set(name string, value any) error {
	raw, err := marshal(value)
	if err != nil {
		return err
	}
	if e.Params == nil {
		e.Params = map[string]jsontext.Value{}
	}
	e.Params[name] = raw
	return nil
}

// Has reports whether an argument is present and not null.
func (e Engine) Has(name string) bool {
	v, ok := e.Params[name]
	return ok && v.Kind() != 'n'
}

// String returns a string argument, "" when it is absent.
func (e Engine) String(name string) string {
	var s string
	if e.Has(name) && json.Unmarshal(e.Params[name], &s) != nil {
		return string(e.Params[name])
	}
	return s
}

// Strings returns a list argument, nil when it is absent.
func (e Engine) Strings(name string) []string {
	var s []string
	if e.Has(name) && json.Unmarshal(e.Params[name], &s) != nil {
		return nil
	}
	return s
}

// BaseName is the name without a Replicated or Shared prefix.
func (e Engine) BaseName() string {
	if !strings.HasSuffix(e.Name, "MergeTree") {
		return e.Name
	}
	return strings.TrimPrefix(strings.TrimPrefix(e.Name, "Replicated"), "Shared")
}

// IsMergeTree reports whether the engine belongs to the MergeTree family.
func (e Engine) IsMergeTree() bool { return strings.HasSuffix(e.Name, "MergeTree") }

// MarshalJSONTo writes a name or a one-member object.
func (e Engine) MarshalJSONTo(enc *jsontext.Encoder) error {
	if e.Params == nil {
		return enc.WriteToken(jsontext.String(e.Name))
	}
	return json.MarshalEncode(enc, map[string]map[string]jsontext.Value{e.Name: e.Params})
}

// UnmarshalJSONFrom reads a name or a one-member object.
func (e *Engine) UnmarshalJSONFrom(dec *jsontext.Decoder) error {
	*e = Engine{}
	switch dec.PeekKind() {
	case '"':
		return unmarshalFrom(dec, &e.Name)
	case '{':
		var tagged map[string]map[string]jsontext.Value
		if err := unmarshalFrom(dec, &tagged); err != nil {
			return err
		}
		if len(tagged) != 1 {
			return errShape("engine", "one name with its arguments")
		}
		for name, p := range tagged {
			e.Name, e.Params = name, p
		}
		if e.Params == nil {
			e.Params = map[string]jsontext.Value{}
		}
		return nil
	}
	return errShape("engine", "a name or an object")
}
