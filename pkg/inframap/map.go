package inframap

import (
	"slices"

	"github.com/go-json-experiment/json/jsontext"
)

// Extra keeps what a codec met and did not understand. It is embedded in every
// object of the map; the zero value means that there was nothing.
type Extra struct {
	// UnknownJSON holds the JSON members that no field of the object names.
	UnknownJSON jsontext.Value `json:",embed"`
	// UnknownProto holds the protobuf fields that this version does not know, in wire format.
	UnknownProto []byte `json:"-"`
}

// Map is a whole infrastructure map. The keys of the inner maps are ids, see the
// ID functions of each kind.
type Map struct {
	// DefaultDatabase is the database of every object that names none.
	DefaultDatabase string `json:"default_database"`
	// MooseVersion is the version of the tool that stored the map; empty when it was never stored.
	MooseVersion string `json:"moose_version,omitzero"`

	Topics               map[string]*Topic               `json:"topics"`
	APIEndpoints         map[string]*APIEndpoint         `json:"api_endpoints"`
	Tables               map[string]*Table               `json:"tables"`
	DMV1Views            map[string]jsontext.Value       `json:"dmv1_views"`
	TopicToTableSyncs    map[string]*TopicToTableSync    `json:"topic_to_table_sync_processes"`
	TopicToTopicSyncs    map[string]*TopicToTopicSync    `json:"topic_to_topic_sync_processes"`
	FunctionProcesses    map[string]*FunctionProcess     `json:"function_processes"`
	ConsumptionWebServer map[string]jsontext.Value       `json:"consumption_api_web_server"`
	OrchestrationWorkers map[string]*OrchestrationWorker `json:"orchestration_workers"`
	SQLResources         map[string]*SQLResource         `json:"sql_resources"`
	Workflows            map[string]*Workflow            `json:"workflows"`
	WebApps              map[string]*WebApp              `json:"web_apps"`
	MaterializedViews    map[string]*MaterializedView    `json:"materialized_views"`
	Views                map[string]*View                `json:"views"`
	Dictionaries         map[string]jsontext.Value       `json:"olap_dictionaries,omitzero"`
	RowPolicies          map[string]jsontext.Value       `json:"select_row_policies,omitzero"`
	Extra                `json:",embed"`
}

// DefaultDatabaseName is the database Moose uses when moose.config.toml names none.
const DefaultDatabaseName = "local"

// New returns an empty map for a default database (DefaultDatabaseName when empty).
func New(defaultDatabase string) *Map {
	m := &Map{DefaultDatabase: defaultDatabase}
	m.fill()
	return m
}

func (m *Map) fill() {
	if m.DefaultDatabase == "" {
		m.DefaultDatabase = DefaultDatabaseName
	}
	fillMap(&m.Topics)
	fillMap(&m.APIEndpoints)
	fillMap(&m.Tables)
	fillMap(&m.DMV1Views)
	fillMap(&m.TopicToTableSyncs)
	fillMap(&m.TopicToTopicSyncs)
	fillMap(&m.FunctionProcesses)
	fillMap(&m.ConsumptionWebServer)
	fillMap(&m.OrchestrationWorkers)
	fillMap(&m.SQLResources)
	fillMap(&m.Workflows)
	fillMap(&m.WebApps)
	fillMap(&m.MaterializedViews)
	fillMap(&m.Views)
	fillMap(&m.Dictionaries)
	fillMap(&m.RowPolicies)
}

func fillMap[V any](m *map[string]V) {
	if *m == nil {
		*m = map[string]V{}
	}
}

// Keys returns the keys of an inner map in byte order, the order in which every
// output of this module walks it.
func Keys[V any](m map[string]V) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}

// Clone returns a deep copy, made through the JSON codec; protobuf-only unknown
// fields of inner objects are not carried over.
func (m *Map) Clone() (*Map, error) {
	data, err := Encode(m)
	if err != nil {
		return nil, err
	}
	return Decode(data)
}
