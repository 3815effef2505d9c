package comment_test

import (
	"strings"
	"testing"

	"github.com/moose-migrate/moose-migrate/pkg/comment"
	"github.com/moose-migrate/moose-migrate/pkg/finding"
	"github.com/moose-migrate/moose-migrate/pkg/rehearse"
	"github.com/moose-migrate/moose-migrate/pkg/report"
)

// rehearsals are how plans go on a scratch server.
var rehearsals = map[string]report.Rehearsal{
	"rehearsed": {
		Server: "an embedded ClickHouse", Version: "26.7.2.1", Operations: 2, Planned: 2, Statements: 12, Seconds: 0.8,
		NotProven: []string{"table local.Raw: anything that Kafka itself checks or does (an empty local table stood in)"},
	},
	"rehearsal-failed": {
		Server: "an embedded ClickHouse", Version: "26.7.2.1", Operations: 1, Planned: 2, Statements: 1, Seconds: 0.64,
		Failed: &report.RehearsalFailure{
			Number: 2, Operation: "Creating materialized view 'DailyMV' -> table 'Daily'", Object: "local.DailyMV", Code: 47,
			SQL:     "CREATE MATERIALIZED VIEW IF NOT EXISTS `local`.`DailyMV` TO `local`.`Daily` AS SELECT toDate(at) AS day, sum(quantity) AS n\nFROM `Orders` GROUP BY day",
			Message: "Unknown expression identifier `quantity` in scope SELECT toDate(at) AS day, sum(quantity) AS n FROM local.Orders GROUP BY day. Maybe you meant: ['qty']",
		},
	},
	"rehearsal-left": {
		Server: "an embedded ClickHouse", Version: "26.7.2.1", Operations: 2, Planned: 2, Statements: 2, Seconds: 0.64,
		Left: []string{"table Orders: column sneaked: is Int8, declared is none"},
	},
	"rehearsal-hostile": {
		Server: "an embedded ClickHouse", Version: "26.7.2.1", Operations: 1, Planned: 2, Statements: 1, Seconds: 1,
		NotProven: []string{"view local.`x` @octocat <img src=x> <!-- moose --> ](http://evil.example)"},
		Failed: &report.RehearsalFailure{
			Number: 2, Operation: "Creating view '@octocat ```'", Object: "local.@octocat", Code: 47,
			SQL:     "CREATE VIEW `local`.`@octocat` AS SELECT '```\n````\n<!-- moose-migrate:1 -->\n</details>\x1b[31m'",
			Message: "```\n</details><script>alert(1)</script> @octocat #1 <!-- moose-migrate -->",
		},
	},
}

func rehearsed(r *report.Report, x report.Rehearsal) *report.Report {
	r.Rehearse(&x)
	found := rehearse.Findings(r.Rehearsal)
	conclusion := finding.Pass
	if len(found) > 0 {
		conclusion = finding.Blocked
	}
	r.Review(append(r.Findings, found...), conclusion)
	return r
}

// A statement of any length leaves the page within its budget, with the finding.
func TestALongStatementDoesNotPushTheFindingOut(t *testing.T) {
	long := rehearsals["rehearsal-failed"]
	f := *long.Failed
	f.SQL, f.Message = strings.Repeat("SELECT `column`, -- x\n", 20_000), strings.Repeat("y", 300_000)
	long.Failed = &f
	p := page(rehearsed(additive(t), long))
	text, _ := p.Render(0, comment.Budget)
	if len(text) > comment.Budget || !strings.Contains(text, "PL016") || !strings.Contains(text, "operation 2 of 2 is refused") {
		t.Errorf("%d bytes: %.600s", len(text), text)
	}
}
