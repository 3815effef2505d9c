package report_test

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/moose-migrate/moose-migrate/pkg/diff"
	"github.com/moose-migrate/moose-migrate/pkg/finding"
	"github.com/moose-migrate/moose-migrate/pkg/inframap"
	"github.com/moose-migrate/moose-migrate/pkg/report"
	"github.com/moose-migrate/moose-migrate/pkg/review"
	"github.com/moose-migrate/moose-migrate/pkg/review/catalogue"
)

func TestStakesReadWell(t *testing.T) {
	for want, s := range map[string]*finding.Stake{
		"":                         nil,
		"no rows":                  {Rows: ptr(uint64(0)), Bytes: ptr(uint64(0))},
		"1.2 million rows, 3.4 GB": {Rows: ptr(uint64(1_234_567)), Bytes: ptr(uint64(3_400_000_000))},
		"3.4 GB, all of its data":  {Bytes: ptr(uint64(3_400_000_000)), Whole: true},
		"all of its data":          {Whole: true},
	} {
		if got := report.StakeText(s); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
	for want, e := range map[string]finding.Evidence{
		"a": {Text: "a"}, "a (b)": {Text: "a", Source: "b"},
		"a (from a sample, not from all rows)":    {Text: "a", Sampled: true},
		"a (b; from a sample, not from all rows)": {Text: "a", Source: "b", Sampled: true},
	} {
		if got := report.EvidenceText(e); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}

func TestTextSaysWhatFindingsRestOn(t *testing.T) {
	got := text(t, reviewedReport(t), report.TextOptions{})
	for _, want := range []string{
		"Blocks DS101 drop table local.Old\n", "table Old is dropped\n", "At stake: 1.2 million rows, 3.4 GB, all of its data\n",
		"Evidence: last read 3 days ago (system.query_log)\n", `1,204 rows\x1b[2J`, "Allowed DS103 drop column local.Kitchen.drop_me\n", "Instead: keep it\n",
	} {
		if !strings.Contains(got, want) {
			t.Errorf("no %q in\n%s", want, got)
		}
	}
	if strings.Contains(got, "IN301") {
		t.Error("what is only worth a line is listed")
	}
}

// prints are the fingerprints of a report in SARIF by code and object.
func prints(t *testing.T, rows uint64, line int, changes ...diff.Change) map[string]string {
	t.Helper()
	o := outcomeOf(append(changes, diff.Change{
		Kind: diff.Table, Action: diff.Remove, ID: "local_Old", Name: "Old", Table: &diff.TableChange{Before: table("Old", column("id", "String")), Actual: actual("Old", rows, 10*rows)},
	})...)
	r := newReport(t, o, report.Options{Sources: inframap.Sources{{Section: inframap.TablesSection, ID: "local_Kitchen"}: {File: "app/index.ts", Line: line}}})
	catalogue.Judge(&review.Subject{Outcome: o, Report: r})
	list := slices.Clone(r.Findings)
	for i := range list {
		list[i].Stake, list[i].Evidence = &finding.Stake{Rows: &rows}, []finding.Evidence{{Text: "read " + strings.Repeat("again and ", int(rows%7)) + "again"}}
	}
	r.Review(list, finding.Blocked)
	var log struct {
		Runs []struct {
			Results []struct {
				RuleID              string
				PartialFingerprints map[string]string
				Locations           []struct {
					LogicalLocations []struct{ FullyQualifiedName string }
				}
			}
		}
	}
	if err := json.Unmarshal(sarifOf(t, r, report.SARIFOptions{}), &log); err != nil {
		t.Fatal(err)
	}
	out := map[string]string{}
	for _, f := range log.Runs[0].Results {
		out[f.RuleID+" "+f.Locations[0].LogicalLocations[0].FullyQualifiedName] = f.PartialFingerprints["mooseMigrate/v1"]
	}
	return out
}

// narrowed changes the type of column n of the table Kitchen, an Int32.
func narrowed(to string) diff.Change {
	c := kitchenChange()
	c.Table.Columns[2].Why[0].After, c.Table.Columns[2].After = to, ptr(column("n", to))
	return c
}

// TestFingerprintsStayAcrossPushes: rows come, lines move, other changes join; the
// hazards stay the same ones, and no two share a fingerprint.
func TestFingerprintsStayAcrossPushes(t *testing.T) {
	first := prints(t, 1_000, 10, narrowed("Int16"))
	if len(first) < 4 {
		t.Fatalf("%d findings prove little: %v", len(first), first)
	}
	other := diff.Change{Kind: diff.Table, Action: diff.Remove, ID: "local_Else", Name: "Else", Table: &diff.TableChange{Before: table("Else", column("id", "String")), Actual: actual("Else", 7, 70)}}
	later := prints(t, 2_000_003, 99, other, narrowed("Int16"))
	var seen []string
	for key, print := range first {
		if print == "" || later[key] != print {
			t.Errorf("%s: %q became %q", key, print, later[key])
		}
		if slices.Contains(seen, print) {
			t.Errorf("%s shares its fingerprint", key)
		}
		seen = append(seen, print)
	}
	for key, print := range prints(t, 1_000, 10, narrowed("Int8")) {
		if strings.HasSuffix(key, "local.Kitchen.n") && first[key] == print {
			t.Error("another type is the same hazard")
		}
	}
}
