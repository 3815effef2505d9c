package report_test

import (
	"strings"
	"testing"

	"github.com/moose-migrate/moose-migrate/pkg/report"
)

func TestRehearsalInWords(t *testing.T) {
	failed := &report.RehearsalFailure{Number: 3}
	for want, r := range map[string]report.Rehearsal{
		"Rehearsed on ClickHouse 26.7: the one statement is accepted, the end state is the declared one (0.3 s)":                                                 {Version: "26.7.2.1", Operations: 1, Planned: 1, Statements: 1, Seconds: 0.34},
		"Rehearsed on ClickHouse 26.7: 1,200 statements are accepted, 1 operation could not be tried; apart from that the end state is the declared one (9.0 s)": {Version: "26.7.2.1", Operations: 1199, Planned: 1200, Statements: 1200, Seconds: 9},
		"Rehearsed on ClickHouse 26.7: none of the statements could be tried (0.3 s)":                                                                            {Version: "26.7.2.1", Planned: 2, Seconds: 0.3},
		"Rehearsed on ClickHouse 25.8: operation 3 of 4 is refused (1.0 s)":                                                                                      {Version: "25.8.1", Planned: 4, Operations: 2, Statements: 2, Failed: failed, Seconds: 1},
		"Rehearsed on ClickHouse 26.7: 2 statements are accepted, and still the end state is not the declared one (1.0 s)":                                       {Version: "26.7.2.1", Planned: 2, Operations: 2, Statements: 2, Left: []string{"x"}, Seconds: 1},
	} {
		if got := r.Summary(); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}

func TestRehearsalWithoutSecrets(t *testing.T) {
	r := newReport(t, outcomeOf(), report.Options{Secrets: []string{"tops3cret"}})
	given := &report.Rehearsal{
		Server: "clickhouse://u:***@h:9000/db", Version: "26.7.2.1", Planned: 1,
		NotProven: []string{"view V: reads with tops3cret"}, Left: []string{"view V: tops3cret"},
		Failed: &report.RehearsalFailure{Number: 1, Operation: "Creating view 'V'", Object: "db.V", SQL: "SELECT * FROM s3('https://b.example/x', 'KEY', 'other-s3cret', 'CSV')", Message: "no tops3cret \xff\x1b[31m", Code: 36},
	}
	r.Rehearse(given)
	var text, js strings.Builder
	if err := r.Text(&text, report.TextOptions{}); err != nil {
		t.Fatal(err)
	}
	if err := r.JSON(&js); err != nil {
		t.Fatal(err)
	}
	for _, out := range []string{text.String(), js.String()} {
		if strings.Contains(out, "s3cret") || strings.Contains(out, "\x1b") {
			t.Errorf("a credential or a terminal command is shown:\n%s", out)
		}
		for _, want := range []string{"Creating view 'V'", "s3('https://b.example/x'", "no "} {
			if !strings.Contains(out, want) {
				t.Errorf("%q is missing:\n%s", want, out)
			}
		}
	}
	if !strings.Contains(js.String(), `"server": "clickhouse://u:***@h:9000/db"`) {
		t.Error(js.String())
	}
	if !strings.Contains(given.Failed.SQL, "other-s3cret") || !strings.Contains(given.Left[0], "tops3cret") {
		t.Error("what was given is changed")
	}
	if r.Rehearse(nil); r.Rehearsal != nil {
		t.Error("it is not taken away")
	}
}
