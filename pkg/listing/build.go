package listing

import (
	"slices"
	"strings"

	"github.com/moose-migrate/moose-migrate/pkg/inframap"
)

// New lists what a map holds. baseURL is where the project's server answers,
// with its path prefix, such as "http://localhost:4000".
func New(m *inframap.Map, baseURL string) *Listing {
	m = withoutNulls(m)
	b := builder{m, strings.TrimRight(baseURL, "/")}
	return &Listing{
		Tables:            collect(m.Tables, b.table),
		Views:             collect(m.Views, b.view),
		MaterializedViews: collect(m.MaterializedViews, b.materializedView),
		Streams:           collect(m.Topics, b.stream),
		Ingestion:         b.ingestion(),
		SQLResources:      collect(m.SQLResources, b.sqlResource),
		Consumption:       b.consumption(),
		Transformations:   b.transformations(),
		Workflows:         collect(m.Workflows, b.workflow),
		WebApps:           collect(m.WebApps, b.webApp),
		Dictionaries:      collect(m.Dictionaries, b.dictionary),
	}
}

// withoutNulls drops the entries that are null in the JSON of a map.
func withoutNulls(m *inframap.Map) *inframap.Map {
	out := *m
	out.Tables, out.Views, out.MaterializedViews = present(m.Tables), present(m.Views), present(m.MaterializedViews)
	out.Topics, out.TopicToTableSyncs = present(m.Topics), present(m.TopicToTableSyncs)
	out.FunctionProcesses, out.APIEndpoints = present(m.FunctionProcesses), present(m.APIEndpoints)
	out.SQLResources, out.Workflows, out.WebApps = present(m.SQLResources), present(m.Workflows), present(m.WebApps)
	return &out
}

func present[V any](section map[string]*V) map[string]*V {
	out := make(map[string]*V, len(section))
	for id, v := range section {
		if v != nil {
			out[id] = v
		}
	}
	return out
}

type builder struct {
	m    *inframap.Map
	base string
}

// collect lists one section in the order of its ids.
func collect[V, T any](section map[string]V, item func(V) T) []T {
	out := make([]T, 0, len(section))
	for _, id := range inframap.Keys(section) {
		out = append(out, item(section[id]))
	}
	return out
}

// queryable is a name as a query in the default database writes it.
func (b builder) queryable(database, name string) string {
	if database == b.m.DefaultDatabase {
		return name
	}
	return database + "." + name
}

func (b builder) url(path string) string { return b.base + "/" + strings.TrimLeft(path, "/") }

func (b builder) table(t *inframap.Table) Table {
	database := t.DatabaseOr(b.m.DefaultDatabase)
	return Table{
		Name: b.queryable(database, t.Name), SchemaFields: names(t.Columns), Database: database, Version: t.Version,
		Engine: t.Engine.Name, OrderBy: orderBy(t.OrderBy), PartitionBy: t.PartitionBy, LifeCycle: lifeCycle(t.LifeCycle),
	}
}

func (b builder) view(v *inframap.View) View {
	database := v.DatabaseOr(b.m.DefaultDatabase)
	return View{Name: b.queryable(database, v.Name), Database: database, SourceTables: notNil(v.SourceTables)}
}

func (b builder) materializedView(v *inframap.MaterializedView) MaterializedView {
	database := v.DatabaseOr(b.m.DefaultDatabase)
	return MaterializedView{
		Name: b.queryable(database, v.Name), Database: database,
		Target:       b.queryable(v.TargetDatabaseOr(b.m.DefaultDatabase), v.TargetTable),
		SourceTables: notNil(v.SourceTables), LifeCycle: lifeCycle(v.LifeCycle),
	}
}

func (b builder) stream(t *inframap.Topic) Stream {
	s := Stream{
		Name: t.ID(), SchemaFields: names(t.Columns), Version: t.Version, PartitionCount: t.PartitionCount,
		RetentionSeconds: t.RetentionPeriod.Secs, LifeCycle: lifeCycle(t.LifeCycle),
	}
	for _, id := range inframap.Keys(b.m.TopicToTableSyncs) {
		if sync := b.m.TopicToTableSyncs[id]; sync.SourceTopicID == s.Name {
			s.Destination = &sync.TargetTableID
			break
		}
	}
	return s
}

func (b builder) sqlResource(r *inframap.SQLResource) SQLResource {
	database := b.m.DefaultDatabase
	if r.Database != nil {
		database = *r.Database
	}
	return SQLResource{Name: r.Name, Database: database}
}

// transformations groups the functions by their source topic.
func (b builder) transformations() []Transformation {
	targets := map[string][]string{}
	for _, f := range b.m.FunctionProcesses {
		to := targets[f.SourceTopicID]
		if f.TargetTopicID != nil && *f.TargetTopicID != "" {
			to = append(to, *f.TargetTopicID)
		}
		targets[f.SourceTopicID] = to
	}
	out := make([]Transformation, 0, len(targets))
	for _, source := range inframap.Keys(targets) {
		slices.Sort(targets[source])
		out = append(out, Transformation{source, notNil(slices.Compact(targets[source]))})
	}
	return out
}

func (b builder) workflow(w *inframap.Workflow) Workflow {
	return Workflow{Name: w.Name, Schedule: w.Config.Schedule, Retries: w.Config.Retries, Timeout: w.Config.Timeout, Language: w.Language}
}

func (b builder) webApp(a *inframap.WebApp) WebApp {
	return WebApp{Name: a.Name, MountPath: a.MountPath, URL: b.url(a.MountPath)}
}

func names(columns []inframap.Column) []string {
	out := make([]string, 0, len(columns))
	for _, c := range columns {
		out = append(out, c.Name)
	}
	return out
}

// orderBy is empty for a table without a sorting key.
func orderBy(o inframap.OrderBy) string {
	if o.Empty() {
		return ""
	}
	return o.String()
}

func notNil(s []string) []string {
	if s == nil {
		return []string{}
	}
	return s
}

// lifeCycle spells out the life cycle that an empty one means.
func lifeCycle(l inframap.LifeCycle) string {
	if l == "" {
		l = inframap.FullyManaged
	}
	return string(l)
}
