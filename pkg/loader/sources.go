package loader

import (
	"github.com/go-json-experiment/json"

	"github.com/moose-migrate/moose-migrate/pkg/inframap"
	"github.com/moose-migrate/moose-migrate/pkg/loader/declared"
)

// sources finds the objects of the map among those that moose-lib registered. A
// name is qualified as far as moose-lib allows several objects of that name.
func sources(m *inframap.Map, found map[declared.Object]declared.Place) inframap.Sources {
	out := inframap.Sources{}
	add := func(section inframap.Section, id string, o declared.Object) {
		if place, ok := found[o]; ok {
			out[inframap.ObjectKey{Section: section, ID: id}] = inframap.Source{File: place.File, Line: place.Line}
		}
	}
	for id, t := range m.Tables {
		add(inframap.TablesSection, id, declared.Object{Section: "tables", Name: t.SourcePrimitive.Name, Version: text(t.Version), Database: text(t.Database)})
	}
	for id, t := range m.Topics {
		add(inframap.TopicsSection, id, declared.Object{Section: "topics", Name: t.Name, Version: text(t.Version)})
	}
	for id, e := range m.APIEndpoints {
		section := "apis"
		if e.APIType.Ingress != nil {
			section = "ingestApis"
		}
		add(inframap.APIEndpointsSection, id, declared.Object{Section: section, Name: e.Name, Version: text(e.Version)})
	}
	for id, v := range m.Views {
		add(inframap.ViewsSection, id, declared.Object{Section: "views", Name: v.Name, Database: text(v.Database)})
	}
	for id, v := range m.MaterializedViews {
		add(inframap.MaterializedViewsSection, id, declared.Object{Section: "materializedViews", Name: v.Name, Database: text(v.Database)})
	}
	for id, r := range m.SQLResources {
		add(inframap.SQLResourcesSection, id, declared.Object{Section: "sqlResources", Name: r.Name, Database: text(r.Database)})
	}
	for id, w := range m.Workflows {
		add(inframap.WorkflowsSection, id, declared.Object{Section: "workflows", Name: w.Name})
	}
	for id, w := range m.WebApps {
		add(inframap.WebAppsSection, id, declared.Object{Section: "webApps", Name: w.Name})
	}
	for id := range m.RowPolicies {
		add(inframap.RowPoliciesSection, id, declared.Object{Section: "selectRowPolicies", Name: id})
	}
	dictionaries(m, add)
	return out
}

// dictionaries are raw JSON, in which an object without a database stays without one.
func dictionaries(m *inframap.Map, add func(inframap.Section, string, declared.Object)) {
	for id, raw := range m.Dictionaries {
		var d struct {
			Name     string `json:"name"`
			Database string `json:"database"`
		}
		if json.Unmarshal(raw, &d) != nil {
			continue
		}
		add(inframap.DictionariesSection, id, declared.Object{Section: "olapDictionaries", Name: d.Name, Database: d.Database})
	}
}

func text(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}
