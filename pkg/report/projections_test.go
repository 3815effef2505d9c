package report_test

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/moose-migrate/moose-migrate/pkg/finding"
	"github.com/moose-migrate/moose-migrate/pkg/inframap"
	"github.com/moose-migrate/moose-migrate/pkg/report"
)

// reviewedReport has a finding of each kind: blocking, allowed, warning, information,
// and one of which no place is known.
func reviewedReport(t testing.TB) *report.Report {
	r := newReport(t, kitchenSink(), report.Options{CreatedAt: time.Date(2026, 1, 31, 12, 0, 0, 0, time.UTC), Sources: sources()})
	at := func(line int) inframap.Source { return inframap.Source{File: "app/my tables.ts", Line: line} }
	r.Review([]finding.Finding{
		{Code: "CV201", Rule: "lossy conversion", Severity: finding.Warn, Object: "local.Kitchen.n", Text: "column n can change values", Source: at(20), Fingerprint: finding.Fingerprint("CV201", "n")},
		{Code: "DS101", Rule: "drop table", Severity: finding.Block, Object: "local.Old", Text: "table Old is dropped", Remedy: "keep it", Stake: &finding.Stake{Rows: ptr(uint64(1_234_567)), Bytes: ptr(uint64(3_400_000_000)), Whole: true}, Evidence: []finding.Evidence{{Text: "last read 3 days ago", Source: "system.query_log"}, {Text: "1,204 rows\u001b[2J", Sampled: true}}, Fingerprint: finding.Fingerprint("DS101", "Old")},
		{Code: "DS103", Rule: "drop column", Severity: finding.Block, Object: "local.Kitchen.drop_me", Text: "column drop_me is dropped", Source: at(21), Fingerprint: finding.Fingerprint("DS103", "drop_me"), Override: &finding.Override{By: "octocat", Reason: "agreed"}},
		{Code: "DS103", Rule: "drop column", Severity: finding.Block, Object: "local.Kitchen.old_name", Text: "column old_name is dropped", Source: at(22), Fingerprint: finding.Fingerprint("DS103", "old_name")},
		{Code: "IN301", Rule: "new view", Severity: finding.Info, Object: "local.Big", Text: "it begins empty", Proven: true, Source: at(60), Fingerprint: finding.Fingerprint("IN301", "Big")},
	}, finding.Blocked)
	return r
}

// hostileFindings has hostile text in every member.
func hostileFindings(t testing.TB) *report.Report {
	r := newReport(t, hostile(), report.Options{})
	var list []finding.Finding
	for i, n := range append(hostileNames, "::error::x", "##[error]x", strings.Repeat("long", 1000)) {
		f := finding.Finding{Code: n, Rule: n, Severity: finding.Severity(n), Object: n, Text: n, Remedy: n, Fingerprint: finding.Fingerprint(n, n), Source: inframap.Source{File: n, Line: -i}}
		if i%2 == 0 {
			f.Severity, f.Override = finding.Block, &finding.Override{By: n, Reason: n}
		}
		list = append(list, f)
	}
	r.Review(list, finding.Blocked)
	return r
}

func sarifOf(t *testing.T, r *report.Report, o report.SARIFOptions) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := r.SARIF(&b, o); err != nil {
		t.Fatal(err)
	}
	// The schema is that of OASIS, errata 01.
	schema, err := jsonschema.NewCompiler().Compile("testdata/sarif-schema-2.1.0.json")
	if err != nil {
		t.Fatal(err)
	}
	log, err := jsonschema.UnmarshalJSON(bytes.NewReader(b.Bytes()))
	if err != nil {
		t.Fatal(err)
	}
	if err := schema.Validate(log); err != nil {
		t.Errorf("against the schema: %v", err)
	}
	return b.Bytes()
}

func TestSARIF(t *testing.T) {
	options := report.SARIFOptions{ToolVersion: "1.2.3", SourceRoot: "services/shop", Category: "production"}
	golden(t, "reviewed.sarif", sarifOf(t, reviewedReport(t), options))
	sarifOf(t, newReport(t, outcomeOf(), report.Options{}), report.SARIFOptions{})
	raw := sarifOf(t, hostileFindings(t), report.SARIFOptions{SourceRoot: "c:d/a b"})
	if regexp.MustCompile(`"text": "[^"]*\]\(http`).Match(raw) || !bytes.Contains(raw, []byte("] (http")) || bytes.Contains(raw, []byte(`\u001b`)) {
		t.Errorf("holds a link or a terminal command:\n%s", raw)
	}
	if !bytes.Contains(raw, []byte(`"./c:d/a%20b/moose.config.toml"`)) {
		t.Error("a colon in the first folder makes a scheme of it")
	}
}

func TestSARIFHoldsWhatCodeScanningTakes(t *testing.T) {
	r := reviewedReport(t)
	var list []finding.Finding
	for i := range 6000 {
		list = append(list, finding.Finding{Code: "X1", Severity: finding.Warn, Object: fmt.Sprint(i), Text: "x"})
	}
	r.Review(append(list, finding.Finding{Code: "DS101", Severity: finding.Block, Object: "last", Text: "x"}), finding.Blocked)
	var log struct {
		Runs []struct {
			Results []struct{ RuleID string }
		}
	}
	if err := json.Unmarshal(sarifOf(t, r, report.SARIFOptions{}), &log); err != nil {
		t.Fatal(err)
	}
	if results := log.Runs[0].Results; len(results) != 5000 || results[0].RuleID != "DS101" {
		t.Errorf("%d results, the first of %s: the gravest must not be the one that is left out", len(results), results[0].RuleID)
	}
}

func junitOf(t *testing.T, r *report.Report) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := r.JUnit(&b); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestJUnit(t *testing.T) {
	golden(t, "reviewed.junit.xml", junitOf(t, reviewedReport(t)))
	golden(t, "invalid.junit.xml", junitOf(t, newReport(t, invalid(), report.Options{})))
	var suites struct {
		Suite struct {
			Tests    int `xml:"tests,attr"`
			Failures int `xml:"failures,attr"`
			Skipped  int `xml:"skipped,attr"`
			Cases    []struct {
				Name string `xml:"name,attr"`
			} `xml:"testcase"`
		} `xml:"testsuite"`
	}
	r := hostileFindings(t)
	if err := xml.Unmarshal(junitOf(t, r), &suites); err != nil {
		t.Fatalf("hostile text breaks the XML: %v", err)
	}
	if s := suites.Suite; s.Tests != len(r.Findings)+1 || len(s.Cases) != s.Tests || s.Failures != 1 || s.Skipped != (len(r.Findings)+1)/2 {
		t.Errorf("%d tests, %d cases, %d failures, %d skipped of %d findings", s.Tests, len(s.Cases), s.Failures, s.Skipped, len(r.Findings))
	}
}

func TestAnnotations(t *testing.T) {
	got := reviewedReport(t).Annotations("services/shop")
	want := []report.Annotation{
		{"error", "services/shop/app/my tables.ts", 22, "DS103 drop column local.Kitchen.old_name", "column old_name is dropped"},
		{"warning", "services/shop/app/my tables.ts", 20, "CV201 lossy conversion local.Kitchen.n", "column n can change values"},
		{"notice", "services/shop/app/my tables.ts", 21, "DS103 drop column local.Kitchen.drop_me", "column drop_me is dropped; allowed by octocat"},
		{"notice", "services/shop/app/my tables.ts", 60, "IN301 new view local.Big", "it begins empty"},
	}
	if fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("got\n%v\nwant\n%v", got, want)
	}
	for _, a := range hostileFindings(t).Annotations("") {
		if strings.ContainsAny(a.Title+a.Message, "\r\n\x1b\x00\u202e") {
			t.Errorf("%+v", a)
		}
	}
}

func TestAnnotationsKeepTheWorst(t *testing.T) {
	r := reviewedReport(t)
	var list []finding.Finding
	for i := range 30 {
		severity := finding.Warn
		if i >= 5 {
			severity = finding.Block
		}
		list = append(list, finding.Finding{Code: "X1", Severity: severity, Object: fmt.Sprint(i), Text: "x", Source: inframap.Source{File: "a.ts", Line: i}})
	}
	r.Review(list, finding.Blocked)
	got := r.Annotations("")
	if len(got) != 15 || got[0].Level != "error" || got[9].Title != "16 findings more" || got[10].Level != "warning" || got[14].Title != "X1 4" {
		t.Errorf("%+v", got)
	}
}

func TestReviewTakesCredentialsOut(t *testing.T) {
	const secret = "hunter2hunter2"
	r := newReport(t, outcomeOf(), report.Options{Secrets: []string{secret}})
	f := finding.Finding{Code: "X1", Text: "with " + secret, Remedy: secret, Override: &finding.Override{Reason: secret}}
	r.Review([]finding.Finding{f}, finding.Pass)
	var b bytes.Buffer
	if err := r.JSON(&b); err != nil {
		t.Fatal(err)
	}
	if strings.Contains(b.String(), secret) || !strings.Contains(b.String(), "with ***") {
		t.Errorf("%s", b.String())
	}
	if f.Override.Reason != secret {
		t.Error("the caller's finding was changed")
	}
}
