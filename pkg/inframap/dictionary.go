package inframap

import (
	"fmt"
	"maps"

	"github.com/go-json-experiment/json/jsontext"
)

// Dictionary is the typed view of a dictionary of Map.Dictionaries, in the form of
// Moose 0.6.533.
type Dictionary struct {
	Name        string             `json:"name"`
	Database    *string            `json:"database,omitzero"`
	ClusterName *string            `json:"clusterName,omitzero"`
	Source      DictionarySource   `json:"source"`
	PrimaryKey  []string           `json:"primaryKey"`
	Columns     []DictionaryColumn `json:"columns"`
	Layout      DictionaryLayout   `json:"layout"`
	Lifetime    DictionaryLifetime `json:"lifetime"`
	// Settings are those of the SETTINGS clause.
	Settings  map[string]string `json:"settings,omitzero"`
	Comment   *string           `json:"comment,omitzero"`
	LifeCycle LifeCycle         `json:"lifeCycle,omitzero"`
	Metadata  *Metadata         `json:"metadata,omitzero"`
	// Definition is a member of ours, which Moose ignores: the CREATE DICTIONARY of
	// the server, without credentials. It takes the place of everything above in a
	// map that says what a server has and no project declares.
	Definition *string `json:"mooseMigrateDefinition,omitzero"`
	Extra      `json:",embed"`
}

// The kinds of sources of a dictionary.
const (
	DictionaryFromTable    = "TABLE"
	DictionaryFromQuery    = "QUERY"
	DictionaryFromExternal = "EXTERNAL"
)

// DictionarySource is where a dictionary gets its rows from: a table of this
// server, a query on it, or another system.
type DictionarySource struct {
	Type string `json:"type"`
	// Table and Database name the table of a TABLE; without a Database it lies in the
	// project's default one.
	Table    string  `json:"table,omitzero"`
	Database *string `json:"database,omitzero"`
	Query    string  `json:"query,omitzero"`
	// InvalidateQuery is asked before a reload; nothing is loaded while its answer stays.
	InvalidateQuery *string `json:"invalidateQuery,omitzero"`
	// External are the members of an EXTERNAL; its source_type names the system.
	External map[string]jsontext.Value `json:"externalSource,omitzero"`
	Extra    `json:",embed"`
}

// DictionaryColumn is an attribute, or a part of the key. TypeString is a type of
// ClickHouse. Comment has no place in ClickHouse.
type DictionaryColumn struct {
	Name           string  `json:"name"`
	TypeString     string  `json:"typeString"`
	DefaultValue   *string `json:"defaultValue,omitzero"`
	Expression     *string `json:"expression,omitzero"`
	IsInjective    bool    `json:"isInjective,omitzero"`
	IsHierarchical bool    `json:"isHierarchical,omitzero"`
	IsObjectID     bool    `json:"isObjectId,omitzero"`
	Comment        *string `json:"comment,omitzero"`
	Extra          `json:",embed"`
}

// DictionaryLayout is how the rows are kept in memory; the parameters of the layout
// are its unknown members, such as size_in_cells.
type DictionaryLayout struct {
	Type  string `json:"type"`
	Extra `json:",embed"`
}

// Params are the parameters of the layout by name.
func (l DictionaryLayout) Params() map[string]jsontext.Value {
	params := map[string]jsontext.Value{}
	if len(l.UnknownJSON) > 0 && unmarshal(l.UnknownJSON, &params) != nil {
		return nil
	}
	maps.DeleteFunc(params, func(_ string, v jsontext.Value) bool { return v.Kind() == 'n' })
	return params
}

// The kinds of lifetimes.
const (
	LifetimeStatic = "STATIC"
	LifetimeSingle = "SINGLE"
	LifetimeRange  = "RANGE"
)

// DictionaryLifetime is the time between two loads in seconds: never, Seconds at
// most, or between Min and Max.
type DictionaryLifetime struct {
	Type    string `json:"type"`
	Seconds uint64 `json:"seconds,omitzero"`
	// Min and Max are nil unless the type is RANGE.
	Min   *uint64 `json:"min,omitzero"`
	Max   *uint64 `json:"max,omitzero"`
	Extra `json:",embed"`
}

// DatabaseOr returns the dictionary's database, or def when it names none.
func (d *Dictionary) DatabaseOr(def string) string { return stringOr(d.Database, def) }

// ID is the key of the dictionary in Map.Dictionaries.
func (d *Dictionary) ID(def string) string { return d.DatabaseOr(def) + "_" + d.Name }

// Masked returns the dictionary with every credential of its source replaced by Hidden.
func (d *Dictionary) Masked() *Dictionary {
	out := *d
	if d.Source.External == nil {
		return &out
	}
	out.Source.External = maps.Clone(d.Source.External)
	for _, name := range secretSourceMembers {
		if v, ok := out.Source.External[name]; ok && v.Kind() != 'n' {
			out.Source.External[name] = jsontext.Value(`"` + Hidden + `"`)
		}
	}
	return &out
}

// Raw is the dictionary as Map.Dictionaries holds it.
func (d *Dictionary) Raw() (jsontext.Value, error) {
	raw, err := marshal(d)
	if err != nil {
		return nil, fmt.Errorf("write dictionary %q: %w", d.Name, err)
	}
	return raw, nil
}

// DecodeDictionary reads a dictionary of Map.Dictionaries. An error names its id and what is wrong.
func DecodeDictionary(id string, raw jsontext.Value) (*Dictionary, error) {
	d := &Dictionary{}
	if err := unmarshal(raw, d); err != nil {
		return nil, fmt.Errorf("dictionary %q: %w", id, err)
	}
	if d.Name == "" {
		return nil, fmt.Errorf("dictionary %q has no name", id)
	}
	return d, nil
}

// TypedDictionaries reads all dictionaries of a map.
func (m *Map) TypedDictionaries() (map[string]*Dictionary, error) {
	return typed(m.Dictionaries, DecodeDictionary)
}

func typed[T any](in map[string]jsontext.Value, decode func(string, jsontext.Value) (T, error)) (map[string]T, error) {
	out := make(map[string]T, len(in))
	for _, id := range Keys(in) {
		v, err := decode(id, in[id])
		if err != nil {
			return nil, err
		}
		out[id] = v
	}
	return out, nil
}
