package lineage

import (
	"cmp"
	"strings"

	"github.com/moose-migrate/moose-migrate/pkg/diff"
	"github.com/moose-migrate/moose-migrate/pkg/inframap"
	"github.com/moose-migrate/moose-migrate/pkg/schema"
)

// index finds nodes by the names under which a map refers to them.
type index struct {
	// keys are those of the map. The others are keys and names with their versions as ids
	// spell them: the signatures of Moose's libraries have "Events_1.2" for "Events_1_2".
	keys, spelled, names map[string]ID
	// other is that of the other side: what still refers to a removed object means it.
	other *index
}

func newIndex() *index {
	return &index{keys: map[string]ID{}, spelled: map[string]ID{}, names: map[string]ID{}}
}

// add adds a node under its key and its name. The first node of a name keeps it,
// unless a later one is preferred.
func (x *index) add(id ID, key, name string, preferred bool) {
	x.keys[key] = id
	if s := inframap.VersionSuffix(key); x.spelled[s] == "" {
		x.spelled[s] = id
	}
	if s := inframap.VersionSuffix(name); x.names[s] == "" || preferred {
		x.names[s] = id
	}
}

// find returns the node that a reference means, "" when neither side has one.
func (x *index) find(ref string) ID { return cmp.Or(x.own(ref), x.other.own(ref)) }

func (x *index) own(ref string) ID {
	if x == nil {
		return ""
	}
	s := inframap.VersionSuffix(ref)
	return cmp.Or(x.keys[ref], x.spelled[s], x.names[s])
}

// lookUp finds what a signature names, "" when the map does not have it. Signatures of
// other kinds than these name an object of ClickHouse, or the SQL that makes one.
func (s *side) lookUp(p inframap.Signature) ID {
	switch p.Kind {
	case "Topic", "Stream":
		return s.topics.find(p.ID)
	case "ApiEndpoint":
		return s.endpoints.find(p.ID)
	case "SqlResource":
		return s.resources.find(p.ID)
	}
	if id := cmp.Or(s.objects.find(p.ID), s.resources.find(p.ID)); id != "" || !strings.ContainsAny(p.ID, "`.") {
		return id
	}
	return s.named(s.nameOf(p.ID))
}

// nodes adds the nodes of one side. Of two objects with one name, the name means that
// of the default database.
func (s *side) nodes() {
	s.objects, s.topics, s.resources, s.endpoints = newIndex(), newIndex(), newIndex(), newIndex()
	def := s.Map.DefaultDatabase
	object := func(kind diff.Kind, key string, name schema.Name) {
		s.objects.add(s.object(kind, key, name), key, name.Object, name.Database == def)
	}
	for _, key := range inframap.Keys(s.Map.Tables) {
		t := s.Map.Tables[key]
		name := schema.Name{Database: t.DatabaseOr(def), Object: t.Name}
		if canonical := s.Tables[key]; canonical != nil {
			name = canonical.Name
		}
		object(diff.Table, key, name)
	}
	for _, key := range inframap.Keys(s.Map.Views) {
		v := s.Map.Views[key]
		object(diff.View, key, schema.Name{Database: v.DatabaseOr(def), Object: v.Name})
	}
	for _, key := range inframap.Keys(s.Map.MaterializedViews) {
		v := s.Map.MaterializedViews[key]
		object(diff.MaterializedView, key, schema.Name{Database: v.DatabaseOr(def), Object: v.Name})
	}
	for _, key := range inframap.Keys(s.Dictionaries) {
		object(diff.Dictionary, key, s.Dictionaries[key].Name)
	}
	for _, key := range inframap.Keys(s.Map.Topics) {
		s.topics.add(s.item(diff.Topic, key, s.Map.Topics[key].Name), key, s.Map.Topics[key].Name, false)
	}
	for _, key := range inframap.Keys(s.Map.APIEndpoints) {
		s.endpoints.add(s.item(diff.API, key, s.Map.APIEndpoints[key].Name), key, s.Map.APIEndpoints[key].Name, false)
	}
	for _, key := range inframap.Keys(s.Map.SQLResources) {
		s.resources.add(s.item(diff.SQLResource, key, s.Map.SQLResources[key].Name), key, s.Map.SQLResources[key].Name, false)
	}
	for _, key := range inframap.Keys(s.Map.TopicToTableSyncs) {
		s.item(diff.Sync, key, key)
	}
	for _, key := range inframap.Keys(s.Map.FunctionProcesses) {
		s.item(diff.Function, key, s.Map.FunctionProcesses[key].Name)
	}
	for _, key := range inframap.Keys(s.Map.Workflows) {
		s.item(diff.Workflow, key, s.Map.Workflows[key].Name)
	}
	for _, key := range inframap.Keys(s.Map.WebApps) {
		s.item(diff.WebApp, key, s.Map.WebApps[key].Name)
	}
}
