package comment_test

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/moose-migrate/moose-migrate/pkg/comment"
	"github.com/moose-migrate/moose-migrate/pkg/dsn"
	"github.com/moose-migrate/moose-migrate/pkg/finding"
	"github.com/moose-migrate/moose-migrate/pkg/forge"
	"github.com/moose-migrate/moose-migrate/pkg/policy"
)

func TestFiveThousandOperationsShowEveryHazard(t *testing.T) {
	r := bigReport(t, 1250)
	if len(r.Operations) != 5000 || len(r.Findings) != 2501 { // one of them says that the plan removes and adds
		t.Fatalf("%d operations, %d findings", len(r.Operations), len(r.Findings))
	}
	body, level := page(r).Render(0, comment.Budget)
	if len(body) > comment.Budget {
		t.Errorf("%d bytes", len(body))
	}
	for _, f := range r.Findings {
		if !strings.Contains(body, f.Object) {
			t.Fatalf("level %d leaves out %s", level, f.Object)
		}
	}
	if !strings.Contains(body, "Lost altogether: 1,250 tables with 781.9 million rows") {
		t.Error("no totals")
	}
}

func TestHazardsThatAreNotListedAreCounted(t *testing.T) {
	r := destructive(t)
	var list []finding.Finding
	for i := range 9000 {
		list = append(list, finding.Finding{Code: fmt.Sprintf("DS10%d", i%2), Rule: "drop", Severity: finding.Block, Object: fmt.Sprintf("local.Table_%05d", i), Text: "gone", Fingerprint: finding.Fingerprint("DS101", fmt.Sprint(i))})
	}
	r.Review(list, finding.Blocked)
	body, level := page(r).Render(0, comment.Budget)
	if level != comment.Smallest || len(body) > comment.Budget || len(body) < comment.Budget*95/100 {
		t.Errorf("level %d, %d bytes of %d", level, len(body), comment.Budget)
	}
	listed := strings.Count(body, "local.Table_")
	left := 0
	for _, m := range regexp.MustCompile(`in 4,500 places(?:, ([\d,]+) of them not listed here)?`).FindAllStringSubmatch(body, -1) {
		var n int
		fmt.Sscan(strings.ReplaceAll(m[1], ",", ""), &n)
		left += n
	}
	if listed+left != 9000 {
		t.Errorf("%d listed and %d counted are not 9,000", listed, left)
	}
	if !strings.Contains(body, "The whole report is in the [job summary]("+run.URL+") and in the run's artifact.") {
		t.Error("it does not say where the rest is")
	}
}

// TestLevels makes sure that each kind of shortening has a situation.
func TestLevels(t *testing.T) {
	for n, want := range map[int]comment.Level{10: 0, 30: 1, 60: 3, 150: 5, 1250: 6, 1500: 7} {
		if _, got := page(bigReport(t, n)).Render(0, comment.Budget); got != want {
			t.Errorf("%d tables: level %d, want %d", n, got, want)
		}
	}
	p := page(reportOf(t, big(10)))
	size := len(comments(p)) + 1
	for from := comment.Level(1); from <= comment.Smallest; from++ {
		body, level := p.Render(from, comment.Budget)
		if level != from || len(body) >= size {
			t.Errorf("level %d: level %d, %d bytes after %d", from, level, len(body), size)
		}
		size = len(body)
		for _, f := range p.Report.Findings {
			if from < comment.Smallest && !strings.Contains(body, f.Object) {
				t.Errorf("level %d leaves out %s", from, f.Object)
			}
		}
		if !strings.Contains(body, "### ⛔ Blocked for `production`: 20 changes lose data") {
			t.Errorf("level %d has no verdict", from)
		}
	}
}

func TestVeryLongNames(t *testing.T) {
	long := strings.Repeat("ab`@ü", 200_000)
	p := page(reportOf(t, outcomeOf(drop(long, 5, 5), alter("T", 5, "-"+long))))
	p.Failure, p.Notes, p.Environment, p.Project = long, []string{long}, long[:300], long[:300]
	for _, budget := range []int{comment.Budget, comment.LeastBudget} {
		body, _ := p.Render(0, budget)
		if len(body) > budget {
			t.Errorf("budget %d: %d bytes", budget, len(body))
		}
		check(t, body, true)
	}
	if n := utf8.RuneCountInString(p.Description()); n > comment.DescriptionRunes {
		t.Errorf("%d runes", n)
	}
}

func TestStatus(t *testing.T) {
	blocked := page(destructive(t))
	many := page(reportOf(t, big(40)))
	invalid := outcomeOf()
	invalid.Result.Invalid = []string{"no"}
	fork, errored, running := failed(comment.NotAvailable, ""), failed(comment.Failed, "\nClickHouse does not answer\nat all"), failed(comment.Running, "")
	applied := page(additive(t))
	applied.State, applied.Steps = comment.Applied, stepsOf(applied.Report, 9, "")
	partly := page(additive(t))
	partly.State, partly.Steps = comment.PartlyApplied, stepsOf(partly.Report, 1, comment.Broken)
	hazard := page(destructive(t))
	hazard.State, hazard.Stop = comment.Stopped, comment.NewHazard
	for _, c := range []struct {
		page        *comment.Page
		state       forge.State
		description string
	}{
		{blocked, forge.Failure, "Blocked: 2 changes lose data (DS101 local.Events, DS103 local.Users.age)"},
		{page(allow(destructive(t), 1)), forge.Failure, "Blocked: 1 change loses data (DS103 local.Users.age)"},
		{page(allow(destructive(t), 2)), forge.Success, "Allowed: 3 changes, 2 hazards allowed by octocat"},
		{many, forge.Failure, "Blocked: 80 changes lose data (DS101 local.Dropped_0039, DS101 local.Dropped_0038, DS101 local.Dropped_0037, DS101 local.Dropped_0036, …)"},
		{page(additive(t)), forge.Success, "Ready: 2 changes"},
		{page(reportOf(t, outcomeOf())), forge.Success, "Nothing to do: ClickHouse matches the code"},
		{page(reportOf(t, invalid)), forge.Failure, "Cannot be applied: 1 thing must be fixed in the code"},
		{page(nil), forge.Failure, "No plan"},
		{fork, forge.Pending, "No plan yet: this pull request comes from a fork"},
		{errored, forge.Errored, "No plan: ClickHouse does not answer"},
		{running, forge.Pending, "Planning"},
		{applied, forge.Success, "Applied: 2 operations"},
		{partly, forge.Failure, "Partly applied: 1 of 2 operations ran, then one failed"},
		{hazard, forge.Failure, "Not applied: the plan has new hazards since it was approved (DS101 local.Events, DS103 local.Users.age)"},
	} {
		got := c.page.Status()
		if got.State != c.state || got.Description != c.description || got.Context != "moose-migrate / production" || got.TargetURL != run.URL {
			t.Errorf("got %+v, want %s %q", got, c.state, c.description)
		}
		if n := utf8.RuneCountInString(got.Description); n > comment.DescriptionRunes {
			t.Errorf("%d runes: %s", n, got.Description)
		}
	}
	if got := comment.CheckName("production", "services/shop"); got != "moose-migrate / production (services/shop)" {
		t.Error(got)
	}
}

func TestNoSecretIsWritten(t *testing.T) {
	const secret = "hunter2-p@ss#word"
	redact := dsn.NewRedactor(secret).Redact
	texts := []string{secret, "before " + secret + " after", "x_" + secret}
	p := hostilePage(t, slices.Repeat(texts, 4))
	p.Redact = redact
	p.History = []comment.Entry{{Text: secret}}
	issue, answer := hostileIssue(slices.Repeat(texts, 4)), hostileAnswer(slices.Repeat(texts, 4))
	issue.Redact, answer.Redact = redact, redact
	granted := *answer
	granted.Outcome, granted.By, granted.Reason = comment.Granted, "octocat", secret
	for name, body := range map[string]string{"page": comments(p), "summary": p.Summary(comment.SummaryBudget), "issue": issue.Body(comment.Budget), "title": issue.Title(), "answer": answer.Body(), "granted": granted.Body(), "status": p.Description()} {
		decoded := body
		if m, ok := comment.Parse(body); ok {
			decoded += fmt.Sprintf("%+v", m)
		}
		for _, form := range []string{secret, "p@ss", "hunter2"} {
			if strings.Contains(decoded, form) {
				t.Errorf("%s holds %q", name, form)
			}
		}
		if !strings.Contains(body, dsn.Mask) && name != "granted" {
			t.Errorf("%s holds no mask, so the test proves nothing", name)
		}
	}
}

func TestAllowTargetCanBeTyped(t *testing.T) {
	for object, want := range map[string]string{
		"local.Events": "DS101 local.Events", "topic Foo": "DS101 topic Foo", "": "DS101 0123456789abcdef", "a  b": "DS101 0123456789abcdef", "a\nb": "DS101 0123456789abcdef",
		"a`b": "DS101 0123456789abcdef", "<!-- x": "DS101 0123456789abcdef", "\u202ex": "DS101 0123456789abcdef", strings.Repeat("x", 121): "DS101 0123456789abcdef",
	} {
		if got := comment.AllowTarget(finding.Finding{Code: "DS101", Object: object, Fingerprint: "0123456789abcdef"}); got != want {
			t.Errorf("%q: %q, want %q", object, got, want)
		}
	}
}

func TestAddressesThatAreNoLinks(t *testing.T) {
	for _, address := range []string{"javascript:alert(1)", "http://x/)[y](http://evil.example", "https://x/ y", "//evil.example", "https://x/<b>", "ftp://x/y", "https://x/`"} {
		p := page(additive(t))
		p.Run.URL = address
		p.DeploymentURL = address
		if body := p.Summary(comment.SummaryBudget); strings.Contains(body, "](") {
			t.Errorf("%q is a link", address)
		}
	}
	for _, address := range []string{"https://evil.example/acme", "http://github.com/acme", "https://a@github.com/acme"} {
		p := page(additive(t))
		p.DeploymentURL = address
		if body := p.Summary(comment.SummaryBudget); strings.Contains(body, "evil") || strings.Contains(body, "[deployment]") {
			t.Errorf("%q is a link", address)
		}
	}
}

func FuzzPage(f *testing.F) {
	for i, s := range hostileTexts {
		f.Add(s, hostileTexts[(i+11)%len(hostileTexts)], i*500)
	}
	f.Add("\r", "\n\n</details>\n\n@a", 900)
	f.Fuzz(func(t *testing.T, a, b string, budget int) {
		body, _ := hostilePage(t, []string{a, b, a + b, b + "\n" + a}).Render(0, budget)
		if budget = max(budget, comment.LeastBudget); len(body) > budget {
			t.Errorf("%d bytes exceed the budget of %d", len(body), budget)
		}
		check(t, body, true)
		check(t, hostileIssue([]string{a, b, a + b, b + a, a}).Body(comment.Budget), true)
		check(t, hostileAnswer([]string{a, b, a, b, a, b, a, b, a, b, a}).Body(), true)
	})
}

func BenchmarkFiveThousandOperations(b *testing.B) {
	p := page(bigReport(b, 1250))
	b.ReportAllocs()
	for b.Loop() {
		if body, _ := p.Render(0, comment.Budget); len(body) > comment.Budget {
			b.Fatal(len(body))
		}
	}
}

func TestBackticksAreCode(t *testing.T) {
	p := page(additive(t))
	for note, want := range map[string]string{
		"add `statuses: write` to it":    "⚠️ Add `statuses: write` to it.\n",
		"run UNDROP TABLE `local`.`T`":   "⚠️ Run UNDROP TABLE `local`.`T`.\n",
		"`a` is first":                   "⚠️ `a` is first.\n",
		"one ` alone":                    "⚠️ One \\` alone.\n",
		"`a``b` touch":                   "⚠️ \\`a\\`\\`b\\` touch.\n",
		"`` is empty":                    "⚠️ \\`\\` is empty.\n",
		"`@octocat` and @octocat `<!--`": "⚠️ `@octocat` and @&#8203;octocat `<! --`.\n",
	} {
		p.Notes = []string{note}
		if body := comments(p); !strings.Contains(body, want) {
			_, rest, _ := strings.Cut(body, "⚠️")
			t.Errorf("%q: got %.80q, want %q", note, rest, want)
		}
	}
}

// TestRenamesCanBeCopied reads what a comment offers for moose-migrate.yml.
func TestRenamesCanBeCopied(t *testing.T) {
	for _, names := range [][2]string{{"mail", "email"}, {"no", "true"}, {"a: b", "#c"}, {"it's \"x\"", "ü\\n"}} {
		body := comments(page(reportOf(t, outcomeOf(rename("Users", names[0], names[1], 5)))))
		_, rest, _ := strings.Cut(body, "```yaml\n")
		text, _, _ := strings.Cut(rest, "```")
		root := t.TempDir()
		if err := os.WriteFile(filepath.Join(root, policy.File), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		p, err := policy.Load(root)
		if err != nil {
			t.Errorf("%v\n%s", err, text)
			continue
		}
		if len(p.Renames) != 1 || p.Renames[0].Table != "local.Users" || p.Renames[0].Columns[names[0]] != names[1] {
			t.Errorf("%+v from\n%s", p.Renames, text)
		}
	}
}
