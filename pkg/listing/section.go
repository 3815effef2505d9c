package listing

import (
	"cmp"
	"fmt"
	"strings"

	"github.com/dustin/go-humanize/english"
)

// section is one kind as a table of text.
type section struct {
	kind   Kind
	title  string
	one    string // what one of it is called
	items  any    // for JSON
	header []string
	rows   [][]string
}

// Count is how many resources of a kind there are, in words: "2 tables".
type Count struct {
	Kind Kind
	N    int
	Text string
}

// Counts returns the counts of the kinds that there are any of, in order.
func (l *Listing) Counts() []Count {
	var out []Count
	for _, s := range l.sections() {
		if n := len(s.rows); n == 1 {
			out = append(out, Count{s.kind, 1, "1 " + s.one})
		} else if n > 1 {
			out = append(out, Count{s.kind, n, fmt.Sprintf("%d %s", n, plural(s.one))})
		}
	}
	return out
}

func plural(one string) string {
	if stem, ok := strings.CutSuffix(one, "y"); ok {
		return stem + "ies"
	}
	return one + "s"
}

func (l *Listing) sections() []section {
	return []section{
		newSection(Tables, "Tables", "table", l.Tables, "name engine version order_by columns", func(r Table) []string {
			return []string{r.Name, r.Engine, text(r.Version), cmp.Or(r.OrderBy, "-"), fields(r.SchemaFields)}
		}),
		newSection(Views, "Views", "view", l.Views, "name sources", func(r View) []string {
			return []string{r.Name, sources(r.SourceTables)}
		}),
		newSection(MaterializedViews, "Materialized Views", "materialized view", l.MaterializedViews, "name target sources", func(r MaterializedView) []string {
			return []string{r.Name, r.Target, sources(r.SourceTables)}
		}),
		newSection(Streams, "Streams", "stream", l.Streams, "name destination partitions retention columns", func(r Stream) []string {
			return []string{r.Name, text(r.Destination), fmt.Sprint(r.PartitionCount), retention(r.RetentionSeconds), fields(r.SchemaFields)}
		}),
		newSection(Ingestion, "Ingestion APIs", "ingestion API", l.Ingestion, "name method url destination", func(r IngestionAPI) []string {
			return []string{r.Name, r.Method, r.URL, r.Destination}
		}),
		newSection(SQLResources, "SQL Resources", "SQL resource", l.SQLResources, "name database", func(r SQLResource) []string {
			return []string{r.Name, r.Database}
		}),
		newSection(Consumption, "Analytics APIs", "analytics API", l.Consumption, "name method url params", func(r ConsumptionAPI) []string {
			return []string{r.Name, r.Method, r.URL, list(r.Params)}
		}),
		newSection(Transformations, "Streaming Functions", "streaming function", l.Transformations, "source destinations", func(r Transformation) []string {
			return []string{r.Source, list(r.Destinations)}
		}),
		newSection(Workflows, "Workflows", "workflow", l.Workflows, "name schedule retries timeout", func(r Workflow) []string {
			return []string{r.Name, cmp.Or(r.Schedule, "manual"), fmt.Sprint(r.Retries), cmp.Or(r.Timeout, "-")}
		}),
		newSection(WebApps, "Web Apps", "web app", l.WebApps, "name url mount_path", func(r WebApp) []string {
			return []string{r.Name, r.URL, r.MountPath}
		}),
		newSection(Dictionaries, "Dictionaries", "dictionary", l.Dictionaries, "name source_type layout", func(r Dictionary) []string {
			return []string{r.Name, r.SourceType, r.Layout}
		}),
	}
}

func newSection[T any](kind Kind, title, one string, items []T, header string, row func(T) []string) section {
	s := section{kind: kind, title: title, one: one, items: items, header: strings.Fields(header)}
	for _, item := range items {
		s.rows = append(s.rows, row(item))
	}
	return s
}

// text is an optional value.
func text(s *string) string {
	if s == nil || *s == "" {
		return "-"
	}
	return *s
}

// list is a list of names, "-" for none.
func list(names []string) string { return cmp.Or(strings.Join(names, ", "), "-") }

// fieldsWidth is how many bytes of column names a line shows; leastCut is how many
// columns the cut must save.
const (
	fieldsWidth = 60
	leastCut    = 2
)

// sources is a list of tables as people write them.
func sources(names []string) string { return strings.ReplaceAll(list(names), "`", "") }

// retention is a number of seconds in words: "7 days", "1 hour 30 minutes".
func retention(seconds uint64) string {
	if seconds == 0 {
		return "0 seconds"
	}
	var parts []string
	for _, u := range []struct {
		name    string
		seconds uint64
	}{{"day", 86400}, {"hour", 3600}, {"minute", 60}, {"second", 1}} {
		if n := seconds / u.seconds; n > 0 {
			parts = append(parts, english.Plural(int(n), u.name, ""))
			seconds %= u.seconds
		}
	}
	return strings.Join(parts, " ")
}

// fields is a list of columns, cut with their number when it is long.
func fields(names []string) string {
	if all := list(names); len(all) <= fieldsWidth {
		return all
	}
	shown := ""
	for i, name := range names {
		if len(shown)+len(name) > fieldsWidth {
			if len(names)-i < leastCut {
				break
			}
			return fmt.Sprintf("%s… (%d)", shown, len(names))
		}
		shown += name + ", "
	}
	return list(names)
}
