package hazards

import (
	"flag"
	"slices"
	"strings"
	"testing"

	"github.com/moose-migrate/moose-migrate/pkg/finding"
	"github.com/moose-migrate/moose-migrate/pkg/review"
	"github.com/moose-migrate/moose-migrate/pkg/review/catalogue"
)

// pairs are those of all families.
func pairs() []pair {
	return slices.Concat(
		dsPairs, lcPairs, kyPairs, ttPairs, mvPairs, muPairs, clPairs, stPairs, apPairs, wfPairs, plPairs(), sePairs(),
	)
}

// TestPairs plans and reviews every pair, and wants exactly the findings that it
// names. After that it flips every severity, and wants a pair to notice.
func TestPairs(t *testing.T) {
	t.Run("all", testPairs)
	if flag := flag.Lookup("test.run"); flag == nil || flag.Value.String() == "" || flag.Value.String() == "TestPairs" {
		t.Run("gate", gate)
	}
}

func testPairs(t *testing.T) {
	for _, p := range pairs() {
		t.Run(p.code+"/"+strings.ReplaceAll(p.name, " ", "-"), func(t *testing.T) {
			t.Parallel()
			s := p.review(t)
			remember(p, s)
			got := found(s, s.Report.Findings, p.code)
			if !slices.Equal(got, p.want) {
				t.Errorf("got\n  %s\nwant\n  %s\nwith the facts\n%s", strings.Join(got, "\n  "), strings.Join(p.want, "\n  "), told(s.Report.Findings))
			}
			if p.evidence != "" && !strings.Contains(told(s.Report.Findings), p.evidence) {
				t.Errorf("no finding rests on %q:\n%s", p.evidence, told(s.Report.Findings))
			}
			if p.text == "" {
				return
			}
			if !slices.ContainsFunc(s.Report.Findings, func(f finding.Finding) bool {
				return f.Code == p.code && strings.Contains(f.Text, p.text)
			}) {
				t.Errorf("no finding %s says %q:\n%s", p.code, p.text, told(s.Report.Findings))
			}
		})
	}
}

// found are the findings as the pairs name them, without the database.
func found(s *review.Subject, list []finding.Finding, own string) []string {
	var out []string
	for _, f := range list {
		if f.Severity == finding.Info && f.Code != own {
			continue
		}
		object := strings.ReplaceAll(" "+f.Object, " "+s.Outcome.Desired.DefaultDatabase+".", " ")
		object = strings.ReplaceAll(object, s.Outcome.Desired.DefaultDatabase+".", "")
		object = strings.ReplaceAll(object, s.Outcome.Desired.DefaultDatabase, "{db}")
		out = append(out, strings.TrimSpace(string(f.Severity)+" "+f.Code+object))
	}
	return out
}

func told(list []finding.Finding) string {
	var b strings.Builder
	for _, f := range list {
		b.WriteString("  " + string(f.Severity) + " " + f.Code + " " + f.Object + ": " + f.Text + "\n")
		for _, e := range f.Evidence {
			b.WriteString("      " + e.Text + " (" + e.Source + ")\n")
		}
	}
	return b.String()
}

// TestEveryRuleHasPairs demands of each rule a pair in which it fires and one in which
// it does not.
func TestEveryRuleHasPairs(t *testing.T) {
	fires, silent := map[string]bool{}, map[string]bool{}
	for _, p := range pairs() {
		if catalogue.Find(p.code) == nil {
			t.Errorf("%s %s: there is no such rule", p.code, p.name)
		}
		if slices.ContainsFunc(p.want, func(w string) bool { return strings.Fields(w)[1] == p.code }) {
			fires[p.code] = true
		} else {
			silent[p.code] = true
		}
	}
	for _, r := range catalogue.Rules() {
		if !fires[r.Code] || !silent[r.Code] {
			t.Errorf("%s %s: fires in a pair: %v, is silent in a pair: %v", r.Code, r.Name, fires[r.Code], silent[r.Code])
		}
	}
}
