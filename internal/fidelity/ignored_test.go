package fidelity

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/moose-migrate/moose-migrate/pkg/diff"
	"github.com/moose-migrate/moose-migrate/pkg/plan"
	"github.com/moose-migrate/moose-migrate/pkg/planner"
)

// ignored is a difference that an entry of ignore_operations leaves alone.
type ignored struct {
	what          string
	before, after tableChange
}

// beside is another change of the same table, with the operations that it needs.
type beside struct {
	what          string
	before, after tableChange
	want          []plan.Kind
}

func ignoredCorpus() map[string][]seen {
	columns := []beside{
		{"a column added", all(), with("d", "Int8"), kinds(plan.AddTableColumn)},
		{"a column removed", with("d", "Int8"), all(), kinds(plan.DropTableColumn)},
		{"another column changed", with("d", "Int8"), with("d", "Int16"), modify},
		{"a setting", all(), setting("merge_with_ttl_timeout", "100"), kinds(plan.ModifyTableSettings)},
		{"an index", all(), index("i", "n", "minmax", 1), kinds(plan.AddTableIndex)},
		{"a constraint and a projection", all(), all(constraint("r", "CHECK", "n > 0"), projection("p", "SELECT * ORDER BY n")), kinds(plan.AddTableProjection, plan.AddTableConstraint)},
	}
	return map[string][]seen{
		"ModifyTableTtl": cases("tables/TTL", []ignored{
			{"appears", all(), ttl("at + INTERVAL 1 DAY")},
			{"changes", ttl("at + INTERVAL 1 DAY"), ttl("at + INTERVAL 2 DAY")},
			{"goes", ttl("at + INTERVAL 1 DAY"), all()},
			{"a condition", ttl("at + INTERVAL 1 DAY"), ttl("at + INTERVAL 1 DAY DELETE WHERE n = 1")},
		}, columns),
		"ModifyPartitionBy": cases("tables/partition by", []ignored{
			{"appears", all(), partitionBy("toYYYYMM(at)")},
			{"changes", partitionBy("toYYYYMM(at)"), partitionBy("toYear(at)")},
			{"goes", partitionBy("toYYYYMM(at)"), all()},
			{"another order", partitionBy("(n, toYear(at))"), partitionBy("(toYear(at), n)")},
		}, columns),
		"ModifyColumnTtl": append(cases("columns/TTL", []ignored{
			{"appears", c("String"), c("String", `"ttl":"at + INTERVAL 1 DAY"`)},
			{"changes", c("String", `"ttl":"at + INTERVAL 1 DAY"`), c("String", `"ttl":"at + INTERVAL 2 DAY"`)},
			{"goes", c("String", `"ttl":"at + INTERVAL 1 DAY"`), c("String")},
		}, columns[:3]), sameColumn("columns/TTL",
			[4]string{"with another type", `"data_type":"UInt32"`, `"data_type":"UInt64","ttl":"at + INTERVAL 1 DAY"`, `"data_type":"UInt64"`},
			[4]string{"with a comment", `"data_type":"String","ttl":"at + INTERVAL 1 DAY"`, `"data_type":"String","comment":"x"`, `"data_type":"String","comment":"x","ttl":"at + INTERVAL 1 DAY"`},
			[4]string{"with a default", `"data_type":"String","ttl":"at + INTERVAL 1 DAY"`, `"data_type":"String","default":"'x'","ttl":"at + INTERVAL 2 DAY"`, `"data_type":"String","default":"'x'","ttl":"at + INTERVAL 1 DAY"`},
			[4]string{"with a codec that goes", `"data_type":"String","codec":"ZSTD","ttl":"at + INTERVAL 1 DAY"`, `"data_type":"String"`, `"data_type":"String","ttl":"at + INTERVAL 1 DAY"`},
		)...),
		"IgnoreStringLowCardinalityDifferences": append(cases("types/LowCardinality", []ignored{
			{"on", c("String"), c("String", low)},
			{"off", c("String", low), c("String")},
			{"on, optional", c("String", optional), c("String", low, optional)},
			{"off, optional", c("String", low, optional), c("String", optional)},
			{"on, in the sorting key", all(c("String"), orderBy("id", "c")), all(c("String", low), orderBy("id", "c"))},
		}, columns[:2]), sameColumn("types/LowCardinality",
			[4]string{"with a comment", `"data_type":"String"`, `"data_type":"String","comment":"x",` + low, `"data_type":"String","comment":"x"`},
			[4]string{"with a default", `"data_type":"String",` + low, `"data_type":"String","default":"'x'"`, `"data_type":"String","default":"'x'",` + low},
			[4]string{"with a codec", `"data_type":"String",` + low, `"data_type":"String","codec":"ZSTD"`, `"data_type":"String","codec":"ZSTD",` + low},
			[4]string{"required → optional", `"data_type":"String"`, `"data_type":"String","required":false,` + low, `"data_type":"String","required":false`},
			[4]string{"optional → required", `"data_type":"String","required":false,` + low, `"data_type":"String"`, `"data_type":"String",` + low},
		)...),
	}
}

// cases are the differences alone, and the first two of them together with each other change.
func cases(row string, alone []ignored, together []beside) []seen {
	var out []seen
	for _, d := range alone {
		out = append(out, seen{row: row, what: d.what + ", alone", before: table(d.before), after: table(d.after), result: table(d.before)})
	}
	for i, b := range together {
		d := alone[i%2]
		out = append(out, seen{
			row: row, what: d.what + " with " + b.what, want: b.want,
			before: table(d.before, b.before), after: table(d.after, b.after), result: table(d.before, b.after),
		})
	}
	return out
}

// sameColumn are changes of column c, each with a title, and with the column as it is, as it is declared, and as it becomes.
func sameColumn(row string, list ...[4]string) []seen {
	var out []seen
	for _, l := range list {
		column := func(members string) []object {
			typ, more, _ := strings.Cut(strings.TrimPrefix(members, `"data_type":"`), `"`)
			return table(c(typ, orNone(strings.TrimPrefix(more, ","))...))
		}
		out = append(out, seen{row: row, what: l[0], want: modify, before: column(l[1]), after: column(l[2]), result: column(l[3])})
	}
	return out
}

// TestIgnoredOperations leaves each kind of difference alone, in the plan, as drift,
// and when something else of the same table or column changes.
func TestIgnoredOperations(t *testing.T) {
	total := 0
	for name, list := range ignoredCorpus() {
		total += len(list)
		if len(list) < 10 {
			t.Errorf("%s: only %d cases", name, len(list))
		}
		t.Run(name, func(t *testing.T) { leavesAlone(t, name, list) })
	}
	if total < 40 {
		t.Errorf("only %d cases", total)
	}
}

func leavesAlone(t *testing.T, name string, list []seen) {
	w := newSeenWorld(t, list)
	ignore := diff.WithIgnoreOperations([]string{name})
	drifted := w.compare(w.second, planner.Input{Recorded: w.after, Desired: w.after, Options: ignore})
	noticed := w.compare(w.second, planner.Input{Recorded: w.after, Desired: w.after})
	out := w.compare(w.second, planner.Input{Recorded: w.before, Desired: w.after, Options: ignore})
	w.execute(t, out)
	again := w.compare(w.second, planner.Input{Recorded: w.after, Desired: w.after, Options: ignore})
	got, want := w.shapes(w.name), w.direct.shapes(w.direct.name)
	for i, k := range list {
		p := w.places[i].name
		fault := func(format string, args ...any) {
			t.Helper()
			t.Errorf("%s: %s: %s\nran: %s", k.row, k.what, fmt.Sprintf(format, args...), strings.Join(w.ran[i], "\n"))
		}
		if !slices.Equal(w.ops[i], k.want) {
			fault("operations %v, want %v", w.ops[i], k.want)
		}
		if left := explainOf(drifted.Status.Drift, p); left != "" && len(k.want) == 0 {
			fault("drift: %s", left)
		}
		if explainOf(noticed.Status.Drift, p) == "" {
			fault("the difference is none without ignore_operations")
		}
		if w.failed[i] != "" {
			fault("a step failed: %s", w.failed[i])
		}
		if got[p] != want[p] {
			fault("the table is not what it should be: %s", cmp.Diff(want[p], got[p]))
		}
		if left := explainOf(again.Result.Changes, p) + explainOf(again.Status.Drift, p); left != "" {
			fault("a second plan is not empty: %s", left)
		}
	}
}
