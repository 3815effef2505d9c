package report

import (
	"github.com/moose-migrate/moose-migrate/pkg/diff"
	"github.com/moose-migrate/moose-migrate/pkg/inframap"
)

// sections are the sections of the map in which objects of a kind lie. Kinds that
// nobody declares by themselves, such as what copies a topic into a table, have none.
var sections = map[diff.Kind]inframap.Section{
	diff.Table: inframap.TablesSection, diff.Topic: inframap.TopicsSection, diff.API: inframap.APIEndpointsSection,
	diff.View: inframap.ViewsSection, diff.MaterializedView: inframap.MaterializedViewsSection,
	diff.SQLResource: inframap.SQLResourcesSection, diff.Workflow: inframap.WorkflowsSection, diff.WebApp: inframap.WebAppsSection,
	diff.Dictionary: inframap.DictionariesSection, diff.RowPolicy: inframap.RowPoliciesSection,
}

// source is where the object of a change is declared, zero when that is not known
// and for an object that is no longer declared.
func (b *builder) source(c *diff.Change) inframap.Source {
	section, ok := sections[c.Kind]
	if !ok || c.Action == diff.Remove {
		return inframap.Source{}
	}
	return b.sources[inframap.ObjectKey{Section: section, ID: c.ID}]
}

// sourceText is a source in words, empty when it is not known.
func sourceText(s inframap.Source) string {
	if s.File == "" {
		return ""
	}
	return "at " + s.String()
}
