package inframap

import (
	"bytes"
	"errors"
	"fmt"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// MaxDepth bounds the nesting of a map that is read; real maps stay below 40.
const MaxDepth = 500

func marshal(v any) (jsontext.Value, error) {
	return json.Marshal(v, json.Deterministic(true))
}

func unmarshal(raw jsontext.Value, v any) error { return json.Unmarshal(raw, v) }

func unmarshalFrom(dec *jsontext.Decoder, v any) error { return json.UnmarshalDecode(dec, v) }

func errShape(what, want string) error { return fmt.Errorf("%s must be %s", what, want) }

// requiredSections are the members without which Moose does not read a map.
var requiredSections = []string{"tables", "topics", "api_endpoints"}

// Decode reads the JSON form of a whole map. Sections that are absent become
// empty. An error names the JSON path of what is wrong.
func Decode(data []byte) (*Map, error) {
	var sections map[string]jsontext.Value
	if err := json.Unmarshal(data, &sections); err != nil {
		return nil, fmt.Errorf("read infrastructure map: %w", err)
	}
	for _, name := range requiredSections {
		if _, ok := sections[name]; !ok {
			return nil, fmt.Errorf("read infrastructure map: the section %q is missing; is this an infrastructure map?", name)
		}
	}
	m := &Map{}
	if err := json.Unmarshal(data, m); err != nil {
		return nil, fmt.Errorf("read infrastructure map: %w", err)
	}
	if err := m.refuseNulls(); err != nil {
		return nil, fmt.Errorf("read infrastructure map: %w", err)
	}
	hadDictionaries, hadPolicies := m.Dictionaries != nil, m.RowPolicies != nil
	m.fill()
	if !hadDictionaries {
		m.Dictionaries = nil
	}
	if !hadPolicies {
		m.RowPolicies = nil
	}
	return m, nil
}

// Encode writes the canonical JSON form: keys in byte order at every level, two
// spaces of indentation, no final newline, as Moose writes its files. It does
// not hide credentials; see Masked.
func Encode(m *Map) ([]byte, error) { return canonical(m, jsontext.WithIndent("  ")) }

// Canonical writes any part of a map in its canonical one-line form, the form
// that is hashed and compared.
func Canonical(v any) ([]byte, error) { return canonical(v, jsontext.Multiline(false)) }

func canonical(v any, layout jsontext.Options) ([]byte, error) {
	raw, err := marshal(v)
	if err != nil {
		return nil, fmt.Errorf("write infrastructure map: %w", err)
	}
	if err := raw.Format(jsontext.ReorderRawObjects(true), layout); err != nil {
		return nil, fmt.Errorf("write infrastructure map: %w", err)
	}
	return bytes.TrimRight(raw, "\n"), nil
}

// Equal reports whether two parts of a map have the same canonical form.
func Equal(a, b any) bool {
	x, errX := Canonical(a)
	y, errY := Canonical(b)
	return errX == nil && errY == nil && bytes.Equal(x, y)
}

// Pretty writes any value in the layout of Encode.
func Pretty(v any) ([]byte, error) { return canonical(v, jsontext.WithIndent("  ")) }

// refuseNulls reports an object that is null, which no writer means.
func (m *Map) refuseNulls() error {
	return errors.Join(
		nulls("topics", m.Topics), nulls("api_endpoints", m.APIEndpoints), nulls("tables", m.Tables),
		nulls("topic_to_table_sync_processes", m.TopicToTableSyncs), nulls("topic_to_topic_sync_processes", m.TopicToTopicSyncs),
		nulls("function_processes", m.FunctionProcesses), nulls("orchestration_workers", m.OrchestrationWorkers),
		nulls("sql_resources", m.SQLResources), nulls("workflows", m.Workflows), nulls("web_apps", m.WebApps),
		nulls("materialized_views", m.MaterializedViews), nulls("views", m.Views),
	)
}

func nulls[T any](section string, objects map[string]*T) error {
	for _, id := range Keys(objects) {
		if objects[id] == nil {
			return fmt.Errorf("%s: %q is null", section, id)
		}
	}
	return nil
}
