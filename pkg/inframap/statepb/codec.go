package statepb

import (
	"errors"
	"fmt"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"

	"github.com/moose-migrate/moose-migrate/pkg/inframap"
	pb "github.com/moose-migrate/moose-migrate/pkg/inframap/statepb/mooseproto"
)

// recursionLimit bounds the nesting of messages; a level of a column's type takes at most four.
const recursionLimit = 4 * inframap.MaxDepth

const notAMap = "the stored state is not a Moose infrastructure map"

// Decode reads a stored map. An error says that data is not one, or names the
// object that cannot be read.
func Decode(data []byte) (*inframap.Map, error) {
	if len(data) == 0 {
		return nil, errors.New(notAMap + ": it is empty")
	}
	p := &pb.InfrastructureMap{}
	if err := (proto.UnmarshalOptions{RecursionLimit: recursionLimit}).Unmarshal(data, p); err != nil {
		return nil, fmt.Errorf("%s: %w", notAMap, err)
	}
	p.KeptDictionaries, p.KeptRowPolicies = nil, nil
	if !hasKnownField(p) {
		return nil, errors.New(notAMap + ": it has none of its fields")
	}
	d := &decoder{}
	m := d.infraMap(p)
	if d.err != nil {
		return nil, fmt.Errorf("read the stored state: %w", d.err)
	}
	return m, nil
}

// Encode writes a map as Moose stores it, always the same bytes for the same map.
// MooseVersion is written as it is; set it before. An error names the object that
// has no place in the stored state.
func Encode(m *inframap.Map) ([]byte, error) {
	e := &encoder{}
	p := e.infraMap(m)
	if e.err != nil {
		return nil, fmt.Errorf("write the stored state: %w", e.err)
	}
	data, err := proto.MarshalOptions{Deterministic: true}.Marshal(p)
	if err != nil {
		return nil, fmt.Errorf("write the stored state: %w", err)
	}
	return data, nil
}

func hasKnownField(m proto.Message) bool {
	found := false
	m.ProtoReflect().Range(func(protoreflect.FieldDescriptor, protoreflect.Value) bool {
		found = true
		return false
	})
	return found
}

func (d *decoder) infraMap(p *pb.InfrastructureMap) *inframap.Map {
	m := inframap.New(p.GetDefaultDatabase())
	m.MooseVersion = p.GetMooseVersion()
	m.Topics = decodeMap(d, "topics", p.GetTopics(), d.topic)
	m.APIEndpoints = decodeMap(d, "api_endpoints", p.GetApiEndpoints(), d.endpoint)
	m.Tables = decodeMap(d, "tables", p.GetTables(), d.table)
	m.TopicToTableSyncs = decodeMap(d, "topic_to_table_sync_processes", p.GetTopicToTableSyncProcesses(), d.tableSync)
	m.TopicToTopicSyncs = decodeMap(d, "topic_to_topic_sync_processes", p.GetTopicToTopicSyncProcesses(), d.topicSync)
	m.FunctionProcesses = decodeMap(d, "function_processes", p.GetFunctionProcesses(), d.function)
	m.OrchestrationWorkers = decodeMap(d, "orchestration_workers", p.GetOrchestrationWorkers(), d.worker)
	m.SQLResources = decodeMap(d, "sql_resources", p.GetSqlResources(), d.sqlResource)
	m.Workflows = decodeMap(d, "workflows", p.GetWorkflows(), d.workflow)
	m.WebApps = decodeMap(d, "web_apps", p.GetWebApps(), d.webApp)
	m.MaterializedViews = decodeMap(d, "materialized_views", p.GetMaterializedViews(), d.materializedView)
	m.Views = decodeMap(d, "views", p.GetViews(), d.view)
	m.Dictionaries = decodeMap(d, "olap_dictionaries", p.GetOlapDictionaries(), d.dictionary)
	m.RowPolicies = decodeMap(d, "select_row_policies", p.GetSelectRowPolicies(), d.rowPolicy)
	m.UnknownProto = join(unknown(p), keep(p))
	return m
}

func (e *encoder) infraMap(m *inframap.Map) *pb.InfrastructureMap {
	p := &pb.InfrastructureMap{
		DefaultDatabase:           m.DefaultDatabase,
		MooseVersion:              m.MooseVersion,
		Topics:                    encodeMap(e, "topics", m.Topics, e.topic),
		ApiEndpoints:              encodeMap(e, "api_endpoints", m.APIEndpoints, e.endpoint),
		Tables:                    encodeMap(e, "tables", m.Tables, e.table),
		TopicToTableSyncProcesses: encodeMap(e, "topic_to_table_sync_processes", m.TopicToTableSyncs, e.tableSync),
		TopicToTopicSyncProcesses: encodeMap(e, "topic_to_topic_sync_processes", m.TopicToTopicSyncs, e.topicSync),
		FunctionProcesses:         encodeMap(e, "function_processes", m.FunctionProcesses, e.function),
		OrchestrationWorkers:      encodeMap(e, "orchestration_workers", m.OrchestrationWorkers, e.worker),
		SqlResources:              encodeMap(e, "sql_resources", m.SQLResources, e.sqlResource),
		Workflows:                 encodeMap(e, "workflows", m.Workflows, e.workflow),
		WebApps:                   encodeMap(e, "web_apps", m.WebApps, e.webApp),
		MaterializedViews:         encodeMap(e, "materialized_views", m.MaterializedViews, e.materializedView),
		Views:                     encodeMap(e, "views", m.Views, e.view),
		OlapDictionaries:          encodeMap(e, "olap_dictionaries", m.Dictionaries, e.dictionary),
		SelectRowPolicies:         encodeMap(e, "select_row_policies", m.RowPolicies, e.rowPolicy),
	}
	e.restore(m, p)
	return p
}
