package fidelity

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/moose-migrate/moose-migrate/pkg/clickhouse/sqltext"
	"github.com/moose-migrate/moose-migrate/pkg/diff"
	"github.com/moose-migrate/moose-migrate/pkg/planner"
)

// TestMustBeSeen plans every change, demands exactly the operations that it needs,
// applies them, and compares with what the declaration makes directly; then nothing
// is left to do, and nothing has drifted.
func TestMustBeSeen(t *testing.T) {
	w := newSeenWorld(t, seenCorpus())
	if out := w.compare(w.second, planner.Input{Recorded: w.before, Desired: w.before}); len(out.Operations)+len(out.Status.Drift) > 0 {
		t.Errorf("what was just made is not recognised: %s; drift %+v", explain(out), out.Status.Drift)
	}
	out := w.compare(w.second, planner.Input{Recorded: w.before, Desired: w.after})
	if len(out.Result.Invalid)+len(out.Result.Blocked) > 0 {
		t.Errorf("refused: %s, held back: %+v", strings.Join(out.Result.Invalid, "; "), out.Result.Blocked)
	}
	w.execute(t, out)
	again := w.compare(w.second, planner.Input{Recorded: w.after, Desired: w.after})
	got, want := w.shapes(w.name, w.second), w.direct.shapes(w.direct.name, w.apart)
	for i, k := range w.cases {
		if w.broken[i] {
			continue
		}
		p := w.places[i]
		fault := func(format string, args ...any) {
			t.Helper()
			t.Errorf("%s: %s: %s\nran: %s", k.row, k.what, fmt.Sprintf(format, args...), strings.Join(w.ran[i], "\n"))
		}
		if !slices.Equal(w.ops[i], k.want) {
			fault("operations %v, want %v", w.ops[i], k.want)
		}
		if k.statements > 0 && k.statements != w.statements[i] {
			fault("%d statements, want %d", w.statements[i], k.statements)
		}
		if k.attribute != "" && !namesAttribute(out.Result.Changes, p.name, k.attribute) {
			fault("no change names %q: %s", k.attribute, explainOf(out.Result.Changes, p.name))
		}
		if w.failed[i] != "" {
			fault("a step failed: %s", w.failed[i])
			continue
		}
		for name := range merged(got, want) {
			if strings.HasPrefix(name, p.name) && got[name] != want[name] {
				fault("%s is not what a direct CREATE makes: %s", name, cmp.Diff(want[name], got[name]))
			}
		}
		if k.row == addedColumns {
			if got, want := columnOrder(w.creates(t, w.name)[p.name]), columnOrder(w.creates(t, w.direct.name)[p.name]); !slices.Equal(got, want) || len(got) < 4 {
				fault("the columns are in the order %v, want %v", got, want)
			}
		}
		if left := explainOf(again.Result.Changes, p.name); left != "" {
			fault("a second plan is not empty: %s", left)
		}
		if left := explainOf(again.Status.Drift, p.name); left != "" {
			fault("drift right after the migration: %s", left)
		}
	}
	if len(w.cases) < 170 {
		t.Errorf("only %d changes", len(w.cases))
	}
	t.Logf("%d changes, %d operations", len(w.cases), len(out.Operations))
}

// addedColumns is the line of the cases in which the order of the columns matters.
const addedColumns = "columns/added"

// columnOrder are the names of the columns of a CREATE statement, in order.
func columnOrder(create string) []string {
	var out []string
	start, end := strings.Index(create, "("), strings.LastIndex(create, ") ENGINE")
	if start < 0 || end < 0 {
		return nil
	}
	for _, element := range sqltext.SplitTop(create[start+1 : end]) {
		if strings.HasPrefix(element, "`") {
			out = append(out, sqltext.Tokens(element)[0].Text)
		}
	}
	return out
}

// shapes are the definitions of all objects, as unordered writes them.
func (d *database) shapes(databases ...string) map[string]string {
	d.t.Helper()
	out := d.creates(d.t, databases...)
	for name, sql := range out {
		for i, db := range databases {
			sql = strings.ReplaceAll(sql, db, fmt.Sprintf("DB%d", i))
		}
		out[name] = unordered(sql)
	}
	return out
}

func namesAttribute(changes []diff.Change, prefix, attribute string) bool {
	for _, ch := range changes {
		if strings.HasPrefix(ch.Name, prefix) && slices.ContainsFunc(ch.Why, func(a diff.Attribute) bool { return a.Name == attribute }) {
			return true
		}
	}
	return false
}

func explainOf(changes []diff.Change, prefix string) string {
	var out []string
	for _, ch := range changes {
		if strings.HasPrefix(ch.Name, prefix) {
			out = append(out, fmt.Sprintf("%s %s %s %+v", ch.Action, ch.Kind, ch.Name, ch.Why))
		}
	}
	return strings.Join(out, "; ")
}
