package lineage

import (
	"strings"

	"github.com/moose-migrate/moose-migrate/pkg/diff"
	"github.com/moose-migrate/moose-migrate/pkg/inframap"
	"github.com/moose-migrate/moose-migrate/pkg/schema"
)

// flows adds the edges of one side, whose nodes are there.
func (s *side) flows() {
	s.streams()
	for _, key := range inframap.Keys(s.Map.Tables) {
		s.table(s.objects.keys[key], s.Map.Tables[key], s.Tables[key])
	}
	for _, key := range inframap.Keys(s.Map.Views) {
		s.view(s.Views[key], s.Map.Views[key].SourceTables, s.objects.keys[key])
	}
	for _, key := range inframap.Keys(s.Map.MaterializedViews) {
		v, id := s.Map.MaterializedViews[key], s.objects.keys[key]
		canonical := s.MaterializedViews[key]
		s.view(canonical, v.SourceTables, id)
		target := schema.Name{Database: v.TargetDatabaseOr(s.Map.DefaultDatabase), Object: v.TargetTable}
		if canonical != nil {
			target = canonical.Target
		}
		s.join(id, Fills, s.named(target))
	}
	for _, key := range inframap.Keys(s.Dictionaries) {
		d, id := s.Dictionaries[key], Object(s.Dictionaries[key].Name)
		s.sql(d.Source.Args["QUERY"], id)
		if d.Reads != nil {
			s.join(s.named(*d.Reads), Reads, id)
		}
	}
	for _, key := range inframap.Keys(s.RowPolicies) {
		for _, p := range s.RowPolicies[key] {
			s.join(s.named(p.Table), Filters, s.item(diff.RowPolicy, key, p.Short))
		}
	}
	for _, key := range inframap.Keys(s.Map.SQLResources) {
		r := s.Map.SQLResources[key]
		s.signatures(Item(diff.SQLResource, key), r.PullsDataFrom, r.PushesDataTo)
	}
	for _, key := range inframap.Keys(s.Map.Workflows) {
		w := s.Map.Workflows[key]
		s.signatures(Item(diff.Workflow, key), w.PullsDataFrom, w.PushesDataTo)
	}
	for _, key := range inframap.Keys(s.Map.WebApps) {
		w := s.Map.WebApps[key]
		s.signatures(Item(diff.WebApp, key), w.PullsDataFrom, w.PushesDataTo)
	}
}

// streams joins topics to what fills and reads them.
func (s *side) streams() {
	optional := func(id *string) ID {
		if id == nil {
			return ""
		}
		return s.topics.find(*id)
	}
	for _, key := range inframap.Keys(s.Map.APIEndpoints) {
		e, id := s.Map.APIEndpoints[key], Item(diff.API, key)
		if in := e.APIType.Ingress; in != nil {
			s.join(id, Fills, s.topics.find(in.TargetTopicID))
			s.join(id, Fills, optional(in.DeadLetterQueue))
		}
		s.signatures(id, e.PullsDataFrom, e.PushesDataTo)
	}
	for _, key := range inframap.Keys(s.Map.TopicToTableSyncs) {
		p, id := s.Map.TopicToTableSyncs[key], Item(diff.Sync, key)
		s.join(s.topics.find(p.SourceTopicID), Reads, id)
		s.join(id, Fills, s.objects.find(p.TargetTableID))
	}
	for _, key := range inframap.Keys(s.Map.TopicToTopicSyncs) {
		p := s.Map.TopicToTopicSyncs[key]
		s.join(s.topics.find(p.SourceTopicID), Fills, s.topics.find(p.TargetTopicID))
	}
	for _, key := range inframap.Keys(s.Map.FunctionProcesses) {
		f, id := s.Map.FunctionProcesses[key], Item(diff.Function, key)
		s.join(s.topics.find(f.SourceTopicID), Reads, id)
		s.join(id, Fills, optional(f.TargetTopicID))
		s.join(id, Fills, optional(f.DeadLetterQueueTopicID))
	}
}

// table joins a table to what it stands for, to the topics that its engine reads, and
// to the dictionaries that its columns ask.
func (s *side) table(id ID, t *inframap.Table, canonical *schema.Table) {
	if target := t.Engine.String("target_table"); target != "" {
		db := t.Engine.String("target_database")
		if db == "" {
			db = t.DatabaseOr(s.Map.DefaultDatabase)
		}
		s.join(s.named(schema.Name{Database: db, Object: target}), Reads, id)
		s.join(id, Fills, s.named(schema.Name{Database: db, Object: target}))
	}
	for _, name := range strings.Split(t.Engine.String("topic_list"), ",") {
		s.join(s.topics.find(strings.TrimSpace(name)), Reads, id)
	}
	if canonical == nil {
		return
	}
	for _, c := range canonical.Columns {
		for _, n := range diff.DictionaryNames(c.DefaultExpr, s.Map.DefaultDatabase, s.known) {
			s.join(s.named(n), Reads, id)
		}
	}
}
