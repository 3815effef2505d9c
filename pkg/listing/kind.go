package listing

import (
	"fmt"
	"slices"
	"strings"
)

// Kind names one kind of resource as `moose ls --type` takes it.
type Kind string

// The kinds, those of Moose and two more; All is every kind.
const (
	All               Kind = ""
	Tables            Kind = "tables"
	Views             Kind = "views"
	MaterializedViews Kind = "materialized_views"
	Streams           Kind = "streams"
	Ingestion         Kind = "ingestion"
	SQLResources      Kind = "sql_resource"
	Consumption       Kind = "consumption"
	Transformations   Kind = "stream_transformations"
	Workflows         Kind = "workflows"
	WebApps           Kind = "web_apps"
	Dictionaries      Kind = "dictionaries"
)

// Kinds lists the kinds in the order in which they are shown.
func Kinds() []Kind {
	return []Kind{Tables, Views, MaterializedViews, Streams, Ingestion, SQLResources, Consumption, Transformations, Workflows, WebApps, Dictionaries}
}

// ParseKind checks a kind; the empty text is All.
func ParseKind(text string) (Kind, error) {
	if kind := Kind(text); kind == All || slices.Contains(Kinds(), kind) {
		return kind, nil
	}
	all := make([]string, 0, len(Kinds()))
	for _, k := range Kinds() {
		all = append(all, string(k))
	}
	return All, fmt.Errorf("there is no type %q; the types are %s", text, strings.Join(all, ", "))
}

// Filter returns the resources whose name contains part, in the same case, as
// Moose does it. A transformation matches by its source or a destination.
func (l *Listing) Filter(part string) *Listing {
	has := func(name string) bool { return strings.Contains(name, part) }
	return &Listing{
		Tables:            keep(l.Tables, func(r Table) bool { return has(r.Name) }),
		Views:             keep(l.Views, func(r View) bool { return has(r.Name) }),
		MaterializedViews: keep(l.MaterializedViews, func(r MaterializedView) bool { return has(r.Name) }),
		Streams:           keep(l.Streams, func(r Stream) bool { return has(r.Name) }),
		Ingestion:         keep(l.Ingestion, func(r IngestionAPI) bool { return has(r.Name) }),
		SQLResources:      keep(l.SQLResources, func(r SQLResource) bool { return has(r.Name) }),
		Consumption:       keep(l.Consumption, func(r ConsumptionAPI) bool { return has(r.Name) }),
		Transformations: keep(l.Transformations, func(r Transformation) bool {
			return has(r.Source) || slices.ContainsFunc(r.Destinations, has)
		}),
		Workflows:    keep(l.Workflows, func(r Workflow) bool { return has(r.Name) }),
		WebApps:      keep(l.WebApps, func(r WebApp) bool { return has(r.Name) }),
		Dictionaries: keep(l.Dictionaries, func(r Dictionary) bool { return has(r.Name) }),
	}
}

func keep[T any](items []T, ok func(T) bool) []T {
	out := []T{}
	for _, item := range items {
		if ok(item) {
			out = append(out, item)
		}
	}
	return out
}
