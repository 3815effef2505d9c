package se

import (
	"context"
	"fmt"
	"regexp"
	"strings"

	"github.com/rhysd/actionlint"

	"github.com/moose-migrate/moose-migrate/pkg/finding"
	"github.com/moose-migrate/moose-migrate/pkg/inframap"
	"github.com/moose-migrate/moose-migrate/pkg/review"
)

var se003 = &review.Rule{
	Code: "SE003", Name: "workflow gives secrets to strangers' code", Severity: finding.Block,
	Detects: "A workflow of the repository runs on pull_request_target, checks out the code of the pull request, and then runs something of it. It blocks when the job has to do with Moose or ClickHouse, and warns otherwise.",
	Happens: "On pull_request_target a job has the secrets and the write token of the repository, also for pull requests from forks. Anyone can open one whose code takes them.",
	Remedy:  "split the workflow: a job on pull_request without secrets that runs the code, and one on workflow_run that takes only data from it; see docs/github-action.md, \"Forks\"",
	Demo: review.Demo{
		{
			Say: "the default checkout on pull_request_target is the base branch, which is safe", Code: "on: pull_request_target … uses: actions/checkout@v4",
			Do: sayWorkflow("      - uses: actions/checkout@v4\n"), Want: "safe",
		},
		{
			Say: "with the head of the pull request, `npm ci` runs what a stranger wrote, with the secrets of the job", Code: "with: { ref: ${{ github.event.pull_request.head.sha }} }",
			Do: sayWorkflow("      - uses: actions/checkout@v4\n        with: { ref: '${{ github.event.pull_request.head.sha }}' }\n"), Want: "line 7: the code of the pull request runs with the secrets of the job plan",
		},
	},
	Check: func(s *review.Subject) []review.Hit {
		if !s.Process.Reviewing() {
			return nil
		}
		var out []review.Hit
		for _, w := range s.Process.Workflows {
			for _, d := range dangers(w.Content) {
				h := review.Hit{
					Object: w.Path, Source: inframap.Source{File: w.Path, Line: d.line}, What: []string{d.job, d.ref},
					Text: fmt.Sprintf("job %s of %s checks out the code of the pull request on pull_request_target and runs it, with the secrets of the repository", d.job, w.Path),
				}
				if !d.ours {
					h.Severity = finding.Warn
				}
				out = append(out, h)
			}
		}
		return out
	},
}

// danger is a job that runs a stranger's code with secrets.
type danger struct {
	job, ref string
	// line is that of the checkout.
	line int
	// ours is set when the job has to do with Moose or ClickHouse.
	ours bool
}

// headOf finds a ref that is chosen by the author of the pull request.
var headOf = regexp.MustCompile(`github\.event\.pull_request\.head\.|github\.head_ref|refs/pull/|github\.event\.(?:number|pull_request\.number)`)

// about finds what the jobs of a Moose project name.
var about = regexp.MustCompile(`(?i)moose|clickhouse`)

// dangers reads a workflow. A file that is none has none.
func dangers(content []byte) []danger {
	w, _ := actionlint.Parse(content)
	if w == nil {
		return nil
	}
	privileged := false
	for _, e := range w.On {
		privileged = privileged || e.EventName() == "pull_request_target"
	}
	if !privileged {
		return nil
	}
	lines := strings.Split(string(content), "\n")
	var out []danger
	for _, name := range inframap.Keys(w.Jobs) {
		job := w.Jobs[name]
		var found *danger
		runs := false
		last := 0
		for _, step := range job.Steps {
			if step.Pos != nil {
				last = step.Pos.Line
			}
			switch e := step.Exec.(type) {
			case *actionlint.ExecRun:
				runs = runs || found != nil
			case *actionlint.ExecAction:
				if e.Uses == nil {
					continue
				}
				if strings.HasPrefix(e.Uses.Value, "actions/checkout@") {
					if ref := e.Inputs["ref"]; ref != nil && ref.Value != nil && headOf.MatchString(ref.Value.Value) {
						found = &danger{job: name, ref: ref.Value.Value, line: e.Uses.Pos.Line}
					}
					continue
				}
				runs = runs || found != nil && (strings.HasPrefix(e.Uses.Value, "./") || about.MatchString(e.Uses.Value))
			}
		}
		if found != nil && runs {
			from := min(max(job.Pos.Line-1, 0), len(lines))
			found.ours = about.MatchString(strings.Join(lines[from:endOf(lines, last)], "\n")) || w.Env != nil && about.MatchString(string(content))
			out = append(out, *found)
		}
	}
	return out
}

// endOf is the line after the step that begins in line number last.
func endOf(lines []string, last int) int {
	for i := last; i < len(lines); i++ {
		if text := strings.TrimLeft(lines[i], " "); text != "" && len(lines[i])-len(text) <= 2 {
			return i
		}
	}
	return len(lines)
}

// sayWorkflow judges a workflow with these first steps.
func sayWorkflow(steps string) func(context.Context) (string, error) {
	return func(context.Context) (string, error) {
		found := dangers([]byte("on: pull_request_target\njobs:\n  plan:\n    runs-on: ubuntu-latest\n    env: { URL: '${{ secrets.CLICKHOUSE_URL }}' }\n    steps:\n" + steps + "      - run: npm ci && npx moose plan\n"))
		if len(found) == 0 {
			return "safe", nil
		}
		return fmt.Sprintf("line %d: the code of the pull request runs with the secrets of the job %s", found[0].line, found[0].job), nil
	}
}

// sayKnown says what is recognised in SQL.
func sayKnown(sql string) func(context.Context) (string, error) {
	return func(context.Context) (string, error) { return strings.Join(known(sql), ", "), nil }
}
