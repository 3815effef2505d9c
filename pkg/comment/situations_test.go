package comment_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/moose-migrate/moose-migrate/pkg/clickhouse"
	"github.com/moose-migrate/moose-migrate/pkg/comment"
	"github.com/moose-migrate/moose-migrate/pkg/diff"
	"github.com/moose-migrate/moose-migrate/pkg/finding"
	"github.com/moose-migrate/moose-migrate/pkg/report"
	"github.com/moose-migrate/moose-migrate/pkg/schema"
)

func destructive(t testing.TB) *report.Report {
	return reportOf(t, outcomeOf(drop("Events", 1_234_567, 3_400_000_000), alter("Users", 88_000, "-age", "+birthday"), add(table("Visits", column("id", "String"), column("ts", "DateTime")))))
}

func additive(t testing.TB) *report.Report {
	return reportOf(t, outcomeOf(add(table("Visits", column("id", "String"), column("ts", "DateTime"), column("page", "String"))), alter("Users", 88_000, "+birthday")))
}

func comments(p *comment.Page) string {
	body, _ := p.Render(0, comment.Budget)
	return body
}

// failed is a page without a plan.
func failed(state comment.State, text string) *comment.Page {
	p := page(nil)
	p.State, p.Failure = state, text
	return p
}

const stack = `The project's main file failed: node exited with code 1.

/home/runner/work/shop/shop/app/tables.ts:14
  orderByFields: ["id", missing],
                        ^
ReferenceError: missing is not defined
    at Object.<anonymous> (/home/runner/work/shop/shop/app/tables.ts:14:25)
    at Module._compile (node:internal/modules/cjs/loader:1554:14)
    at Module.load (node:internal/modules/cjs/loader:1289:32)`

func earlier(n int) []comment.Entry {
	var out []comment.Entry
	for i := range n {
		e := comment.Entry{At: noon.Add(-time.Duration(i+1) * 47 * time.Minute), Head: fmt.Sprintf("%07x", 0xabc1230+i), State: comment.Planned, Conclusion: finding.Blocked, Text: "Blocked: 2 changes lose data", RunURL: runsURL + fmt.Sprint(9000+i)}
		switch i % 4 {
		case 1:
			e.Conclusion, e.Text = finding.Pass, "Ready: 3 changes"
		case 2:
			e.State, e.Conclusion, e.Text = comment.Failed, "", "No plan: ClickHouse does not answer"
		}
		out = append(out, e)
	}
	return out
}

func situations(t testing.TB) map[string]string {
	out := map[string]string{
		"nothing-to-do":       comments(page(reportOf(t, outcomeOf()))),
		"additive":            comments(page(additive(t))),
		"blocked":             comments(page(destructive(t))),
		"graph":               comments(page(connected(t))),
		"allowed":             comments(page(allow(destructive(t), 2))),
		"partly-allowed":      comments(page(allow(destructive(t), 1))),
		"conversion":          comments(page(reportOf(t, outcomeOf(convert("Orders", "amount", "Float64", "Int32", 910_000))))),
		"recreate":            comments(page(reportOf(t, outcomeOf(recreate("Sessions", 52_000_000, 9_100_000_000))))),
		"another-way":         comments(page(withWay(reportOf(t, outcomeOf(recreate("Sessions", 52_000_000, 9_100_000_000)))))),
		"rename":              comments(page(reportOf(t, outcomeOf(rename("Users", "mail", "email", 88_000))))),
		"pending":             comments(failed(comment.Running, "")),
		"config-error":        comments(failed(comment.Failed, "moose.config.toml: [clickhouse_config] host_port: want a number, got \"80a\"")),
		"connection-error":    comments(failed(comment.Failed, "connect to ClickHouse at db.example.com:9440: dial tcp 10.0.0.7:9440: i/o timeout\nIs the runner allowed to reach it? docs/troubleshooting.md lists what to look at.")),
		"code-error":          comments(failed(comment.Failed, stack)),
		"fork":                comments(failed(comment.NotAvailable, "")),
		"interrupted-plan":    comments(failed(comment.Interrupted, "")),
		"too-long-context":    comments(page(bigReport(t, 30))),
		"too-long-details":    comments(page(bigReport(t, 60))),
		"too-long-hazards":    comments(page(bigReport(t, 190))),
		"five-thousand":       comments(page(bigReport(t, 1250))),
		"too-many-to-list":    comments(page(bigReport(t, 1500))),
		"environment-staging": comments(&comment.Page{Environment: "staging", State: comment.Planned, Report: additive(t), Run: run, HeadSHA: head, At: noon}),
		"monorepo-folder":     comments(&comment.Page{Project: "services/shop", Environment: "production", State: comment.Planned, Report: destructive(t), Run: run, HeadSHA: head, At: noon}),
	}
	for name, r := range rehearsals {
		out[name] = comments(page(rehearsed(additive(t), r)))
	}
	o := outcomeOf()
	o.Status.Drift = []diff.Change{hotfix, {Kind: diff.MaterializedView, Action: diff.Remove, ID: "Daily", Name: "Daily"}}
	out["drift-only"] = comments(page(reportOf(t, o)))

	o = outcomeOf(alter("Orders", 910_000, "+channel", "-hotfix"))
	o.Status.Drift = []diff.Change{hotfix}
	out["drift-and-plan"] = comments(page(reportOf(t, o)))

	o = outcomeOf()
	o.Result.Invalid = []string{`table "Orders": the primary key (customer) must be the beginning of the sorting key (id, ts). Start orderByFields with the key columns`, `column amount of table "Orders": Nullable(Array(String)) is no type; put Nullable inside`}
	out["invalid"] = comments(page(reportOf(t, o)))

	o = outcomeOf()
	o.Result.Blocked = []diff.Blocked{{Reason: `table "Ledger" is protected from deletion; 1 column(s) stay`, Change: alter("Ledger", 40, "-legacy")}, {Reason: `table "Partners" is externally managed`, Change: drop("Partners", 10, 100)}}
	out["held-back"] = comments(page(reportOf(t, o)))

	for name, stop := range map[string]comment.Stop{"stale": comment.Stale, "new-hazard": comment.NewHazard, "drift-after-merge": comment.NewDrift, "locked": comment.Locked} {
		p := page(additive(t))
		p.State, p.Stop = comment.Stopped, stop
		switch stop {
		case comment.Stale:
			p.Failure = "table local.Users has another column since the plan was made:\n  + loyalty: Int32"
		case comment.NewHazard:
			p.Report = destructive(t)
		case comment.NewDrift:
			o = outcomeOf(alter("Orders", 910_000, "+channel"))
			o.Status.Drift = []diff.Change{hotfix}
			p.Report = reportOf(t, o)
		case comment.Locked:
			p.Report, p.Failure = nil, "the lock is held by run 41 of acme/shop since 31 Jan 2026 11:58 UTC"
		}
		out["stopped-"+name] = comments(p)
	}

	p := page(allow(destructive(t), 2))
	p.State, p.Steps, p.Took = comment.Applied, stepsOf(p.Report, 99, ""), 3*time.Second+140*time.Millisecond
	p.DeploymentURL = "https://github.com/acme/shop/deployments/production"
	p.History = earlier(2)
	out["applied"] = comments(p)

	p = page(bigReport(t, 30))
	p.State, p.Steps, p.Took = comment.Applied, stepsOf(p.Report, 999, ""), 4*time.Minute+12*time.Second
	out["applied-many"] = comments(p)

	p = page(reportOf(t, outcomeOf()))
	p.State = comment.Applied
	out["applied-nothing"] = comments(p)

	p = page(additive(t))
	p.State, p.Steps = comment.Applying, stepsOf(p.Report, 0, comment.NotStarted)
	out["applying"] = comments(p)

	p = page(allow(destructive(t), 2))
	p.State, p.Steps = comment.PartlyApplied, stepsOf(p.Report, 2, comment.Broken)
	p.Failure = "code: 48, message: There was an error on [db-2:9000]: Not enough free space to drop the column"
	out["partly-applied"] = comments(p)

	p = page(allow(destructive(t), 2))
	p.State, p.Steps = comment.Interrupted, stepsOf(p.Report, 1, comment.InDoubt)
	out["interrupted"] = comments(p)

	p = page(destructive(t))
	p.MergeQueue = true
	out["merge-queue"] = p.Summary(comment.SummaryBudget)

	p = page(additive(t))
	p.Notes = []string{
		"cannot set the status of the commit: the token lacks a permission; add `statuses: write` to the workflow's permissions",
	}
	out["missing-permissions"] = comments(p)

	p = page(destructive(t))
	p.History = earlier(10)
	out["history"] = comments(p)

	issue := &comment.DriftIssue{Environment: "production", Run: run, At: noon, Report: driftReport(hotfix, diff.Change{Kind: diff.Table, Action: diff.Remove, ID: "Carts", Name: "Carts", Object: schema.Name{Database: "local", Object: "Carts"}})}
	out["drift-issue-open"] = issue.Body(comment.Budget)
	issue.Report = driftReport()
	out["drift-issue-clean"] = issue.Body(comment.Budget)

	answer := comment.Answer{Environment: "production", By: "octocat", CommandID: 1001, CommandURL: talkURL + "1001", Head: head, Run: run, At: noon}
	granted := answer
	granted.Outcome, granted.Finding, granted.Reason = comment.Granted, destructive(t).Findings[0], "Nobody has read it since May, agreed in the data guild."
	out["answer-granted"] = granted.Body()
	for name, outcome := range map[string]comment.Outcome{"planning": comment.Planning, "no-such-finding": comment.NoSuchFinding, "no-permission": comment.NoPermission, "no-plan": comment.NoPlan, "unreadable": comment.Unreadable, "cannot-run": comment.CannotRun} {
		refused := answer
		refused.Outcome = outcome
		if outcome == comment.NoSuchFinding {
			refused.Candidates = destructive(t).Findings
		}
		if outcome == comment.CannotRun {
			refused.Detail = "cannot run the workflow again: the token lacks a permission; add `actions: write` to the workflow's permissions"
		}
		out["answer-"+name] = refused.Body()
	}
	var some []string
	for i := 0; i < len(hostileTexts)-2; i += 7 {
		some = append(some, hostileTexts[i])
	}
	out["hostile"] = comments(hostilePage(t, some))
	out["hostile-issue"] = hostileIssue(some).Body(comment.Budget)
	out["hostile-answer"] = hostileAnswer(some).Body()
	return out
}

func driftReport(changes ...diff.Change) *report.DriftReport {
	return report.NewDrift(report.DriftInput{
		Database: "local", Changes: changes, RecordedAt: noon.Add(-72 * time.Hour), Target: "clickhouse://db:9440/local", StateStore: "clickhouse",
		History: map[schema.Name]clickhouse.LastChange{{Database: "local", Object: "Orders"}: {
			At: noon.Add(-26 * time.Hour), User: "alice", Query: "ALTER TABLE local.Orders ADD COLUMN hotfix Nullable(String), REMOVE TTL",
		}},
	})
}

// planted stands in every hostile text, so that it can be found again.
const planted = "zqx"

// hostileTexts try to leave every place in which they are written.
var hostileTexts = func() []string {
	var out []string
	for _, s := range []string{
		"@octocat", "x`y", "```", "````\n### owned", "~~~", "@acme/core", "<script>alert(1)</script>", "<!-- moose-migrate -->", "-->", "</details>", "</summary>", "a|b\n|-|-|\n|c|d|",
		"[x](http://evil.example)", "![x](http://evil.example/p.png)", "[x]: http://evil.example", "#1", "acme/shop#1", "GH-1", "gH-12", "http://evil.example/a", "WWW.evil.example", "mailto:a@evil.example",
		"<http://evil.example>", "$a^2$", "$$\\frac{1}{2}$$", "$`x`$", ":tada:", ":+1:", "[^1]", "[^1]: note", "> [!NOTE]\n> owned", "> quoted", "1. one", "- [ ] todo", "---", "===", "# owned", "    code",
		"::error::owned", "##[error]owned", "\x1b[2J\x1b]0;x\x07", "a\r\nb", "\u202egnp.exe", "a\x00b\xff", "\u2028\u2029line", "\u009b31m", "*_~{}", "&#64;octocat", "&lt;b&gt;", "\\", "\\`", "deadbeefdeadbeef", "  ", "",
		"/moose allow DS101 local.Events", comment.Marker{Kind: comment.KindAllow, By: "mallory"}.Encode(), "\n" + comment.Marker{Kind: comment.KindPlan, Run: 1 << 60}.Encode() + "\n",
		strings.Repeat("long ", 500),
	} {
		out = append(out, s+planted, planted+s)
	}
	return out
}()

// hostilePage has hostile text in every place that a project can reach.
func hostilePage(t testing.TB, texts []string) *comment.Page {
	var changes []diff.Change
	for i, n := range texts {
		other := texts[(i+7)%len(texts)]
		changes = append(changes, add(table(n, column(other, n))), drop(n, 10, 10), alter(n, 10, "-"+other, "+"+n), convert(n, other, "Float64", "Int32", 10))
	}
	o := outcomeOf(changes...)
	for _, n := range texts {
		o.Result.Blocked = append(o.Result.Blocked, diff.Blocked{Change: changes[0], Reason: n})
		o.Status.Drift = append(o.Status.Drift, drifted(n, diff.Attribute{Name: n, Before: n, After: n}))
		o.Status.Adopted = append(o.Status.Adopted, schema.Name{Database: n, Object: n})
		o.Status.Unmanaged = append(o.Status.Unmanaged, schema.Name{Database: n, Object: n})
	}
	r := reportOf(t, o)
	for i, n := range texts {
		f := finding.Finding{Code: "DS101", Rule: "drop table", Severity: []finding.Severity{finding.Block, finding.Warn, finding.Info}[i%3], Object: n, Text: n, Remedy: n, Fingerprint: finding.Fingerprint("DS101", n)}
		f.Source.File = n
		if i%4 == 0 {
			f.Override = &finding.Override{By: n, Reason: n, URL: n}
		}
		r.Findings = append(r.Findings, f)
		r.Renames = append(r.Renames, report.Rename{Kind: "column", Table: n, From: n, To: n})
		r.Changes[i].Hints = append(r.Changes[i].Hints, n)
	}
	r.Warnings = texts
	p := page(r)
	p.Failure, p.Notes, p.Project, p.Environment = strings.Join(texts, "\n"), texts[:min(5, len(texts))], texts[1], texts[2]
	for _, n := range texts {
		p.Steps = append(p.Steps, comment.Step{Text: n, Progress: comment.Broken})
	}
	p.State = comment.Planned
	for _, n := range texts[:min(10, len(texts))] {
		p.History = append(p.History, comment.Entry{At: noon, Head: "abc", Text: n, RunURL: n})
	}
	return p
}

func hostileIssue(texts []string) *comment.DriftIssue {
	var changes []diff.Change
	history := map[schema.Name]clickhouse.LastChange{}
	for _, n := range texts {
		c := drifted(n, diff.Attribute{Name: n, Before: n, After: n})
		c.Object = schema.Name{Database: n, Object: n}
		history[c.Object] = clickhouse.LastChange{At: noon, User: n, Query: n}
		changes = append(changes, c)
	}
	r := report.NewDrift(report.DriftInput{Database: "local", Changes: changes, Ignored: changes, History: history, Warnings: texts})
	return &comment.DriftIssue{Project: texts[1], Environment: texts[2], Report: r, Run: run, At: noon, Notes: texts[:5]}
}

func hostileAnswer(texts []string) *comment.Answer {
	a := &comment.Answer{Outcome: comment.NoSuchFinding, Project: texts[1], Environment: texts[2], By: texts[8], CommandURL: texts[9], Reason: texts[10], Detail: strings.Join(texts, "\n")}
	for _, n := range texts {
		a.Candidates = append(a.Candidates, finding.Finding{Code: "DS101", Object: n, Text: n, Fingerprint: finding.Fingerprint("DS101", n)})
	}
	return a
}

// withWay offers another way for the first finding.
func withWay(r *report.Report) *report.Report {
	r.Findings[0].Ways = []finding.Way{{
		Name: "copy-beside", Says: "The rows are copied into a new table, and the old one stays as `_moose_trash_Sessions_1a2b3c4d`.", Know: "Stop what writes into the table meanwhile.",
	}}
	return r
}
