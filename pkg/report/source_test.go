package report_test

import (
	"bytes"
	"slices"
	"strings"
	"testing"

	"github.com/moose-migrate/moose-migrate/pkg/inframap"
	"github.com/moose-migrate/moose-migrate/pkg/report"
)

// sources are places of what kitchenSink and hostile declare, and of objects that
// they remove, whose places must not be shown.
func sources() inframap.Sources {
	out := inframap.Sources{}
	for i, key := range []inframap.ObjectKey{
		{Section: inframap.TablesSection, ID: "local_Events_1_2"},
		{Section: inframap.TablesSection, ID: "local_Kitchen"},
		{Section: inframap.TablesSection, ID: "local_Old"},
		{Section: inframap.TablesSection, ID: "local_Ledger"},
		{Section: inframap.TablesSection, ID: "local_One"},
		{Section: inframap.ViewsSection, ID: "Big"},
		{Section: inframap.MaterializedViewsSection, ID: "AggMV"},
		{Section: inframap.SQLResourcesSection, ID: "dict"},
		{Section: inframap.TopicsSection, ID: "Foo_0_1"},
		{Section: inframap.APIEndpointsSection, ID: "EGRESS_top_1"},
		{Section: inframap.WorkflowsSection, ID: "nightly"},
		{Section: inframap.WebAppsSection, ID: "admin"},
		{Section: inframap.DictionariesSection, ID: "countries"},
	} {
		out[key] = inframap.Source{File: "app/index.ts", Line: 10 * (i + 1)}
	}
	out[inframap.ObjectKey{Section: inframap.TablesSection, ID: "local_Wide"}] = inframap.Source{File: "app/wide tables.py"}
	for i, n := range hostileNames {
		out[inframap.ObjectKey{Section: inframap.TablesSection, ID: "a" + n}] = inframap.Source{File: n, Line: i + 1}
		out[inframap.ObjectKey{Section: inframap.WebAppsSection, ID: n}] = inframap.Source{File: n}
	}
	return out
}

func TestChangesSayWhereTheyAreDeclared(t *testing.T) {
	// A credential that is a part of the path must not make the path unrecognisable.
	r := newReport(t, kitchenSink(), report.Options{Sources: sources(), Secrets: []string{"index.ts"}})
	var with, without []string
	for _, c := range r.Changes {
		if c.Source.File == "" {
			without = append(without, c.ID)
		} else {
			with = append(with, c.ID+" "+c.Source.String())
		}
	}
	for _, want := range []string{"local_Kitchen app/index.ts:20", "AggMV app/index.ts:70", "local_Wide app/wide tables.py", "countries app/index.ts:130"} {
		if !slices.Contains(with, want) {
			t.Errorf("%q is not in %q", want, with)
		}
	}
	for _, want := range []string{"local_Old", "Foo_local_Kitchen", "f", "Dlq"} {
		if !slices.Contains(without, want) {
			t.Errorf("%q is not in %q", want, without)
		}
	}
	if len(r.Blocked) != 2 || r.Blocked[0].Source.String() != "app/index.ts:40" || r.Blocked[1].Source.String() != "" {
		t.Errorf("blocked %+v", r.Blocked)
	}
	var b bytes.Buffer
	if err := r.JSON(&b); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(strings.Join(strings.Fields(b.String()), ""), `"source":{"file":"app/index.ts","line":20}`) {
		t.Errorf("the JSON form lacks the source:\n%s", b.String())
	}
	if strings.Contains(text(t, newReport(t, kitchenSink(), report.Options{}), report.TextOptions{}), " at app/") {
		t.Error("places are shown that nobody gave")
	}
}
