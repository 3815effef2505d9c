package action

import (
	"slices"
	"testing"
	"time"

	"github.com/moose-migrate/moose-migrate/internal/cli"
	"github.com/moose-migrate/moose-migrate/pkg/action/event"
	"github.com/moose-migrate/moose-migrate/pkg/action/manifest"
	"github.com/moose-migrate/moose-migrate/pkg/comment"
	"github.com/moose-migrate/moose-migrate/pkg/finding"
	"github.com/moose-migrate/moose-migrate/pkg/forge"
)

func TestCommandsAreLinesOfTheirOwn(t *testing.T) {
	body := "please:\r\n/moose plan\r\n> /moose allow DS101 local.A\n" +
		"```\n/moose allow DS101 local.B\n```\n    /moose plan\nsay /moose plan\n/moosefoo\n/moose allow DS103 local.Users.age nobody reads it  \n/moose"
	want := []string{"/moose plan", "/moose allow DS103 local.Users.age nobody reads it", "/moose"}
	if got := commands(body); !slices.Equal(got, want) {
		t.Errorf("%q", got)
	}
}

func TestWhatIsAllowedIsWhatThePlanHas(t *testing.T) {
	column := finding.Fingerprint("DS103", "local.Users.age", "Int32")
	topic := finding.Fingerprint("ST701", "topic Foo Bar")
	// Two hazards of the same code and object, of which only one was seen.
	twins := []string{finding.Fingerprint("LC201", "local.Twins.n", "Int64", "Int8"), finding.Fingerprint("LC201", "local.Twins.n", "Int64", "Int16")}
	p := plans{own: &comment.Marker{Head: "abc", Hazards: append([]string{column, topic}, twins...)}}
	r := &run{
		in: manifest.Inputs{Environment: "production", WorkingDirectory: "."},
		ev: &event.Event{Comment: &event.Comment{Author: "alice", ID: 7}},
		f:  &cli.Factory{Now: time.Now},
	}
	for _, c := range []struct {
		line        string
		outcome     comment.Outcome
		fingerprint string
		object      string
		reason      string
	}{
		{"/moose allow DS103 local.Users.age nobody reads it", comment.Granted, column, "local.Users.age", "nobody reads it"},
		{"/moose allow ds103 local.Users.age", comment.Granted, column, "local.Users.age", ""},
		{"/moose  allow  DS103  local.Users.age  two  blanks", comment.Granted, column, "local.Users.age", "two  blanks"},
		{"/moose allow ST701 topic Foo Bar it is empty", comment.Granted, topic, "topic Foo Bar", "it is empty"},
		{"/moose allow LC201 local.Twins.n", comment.NoSuchFinding, "", "", ""},
		{"/moose allow DS103 " + column + " by fingerprint", comment.Granted, column, column, "by fingerprint"},
		{"/moose allow DS101 local.Users.age", comment.NoSuchFinding, "", "", ""},
		{"/moose allow DS103 local.Users", comment.NoSuchFinding, "", "", ""},
		{"/moose allow DS103", comment.NoSuchFinding, "", "", ""},
		{"/moose allow", comment.Unreadable, "", "", ""},
		{"/moose plan", comment.Planning, "", "", ""},
		{"/moose plan now", comment.Unreadable, "", "", ""},
		{"/moose", comment.Unreadable, "", "", ""},
	} {
		a := r.reply(c.line, p, true)
		if a.Outcome != c.outcome || a.Finding.Fingerprint != c.fingerprint || a.Finding.Object != c.object || a.Reason != c.reason {
			t.Errorf("%s: %s, %+v, reason %q", c.line, a.Outcome, a.Finding, a.Reason)
		}
		if denied := r.reply(c.line, p, false); denied.Outcome != comment.NoPermission {
			t.Errorf("%s without write access: %s", c.line, denied.Outcome)
		}
	}
	// A plan that came after the words is not what they were about; the same commit's is.
	spoken := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	r.ev.Comment.At = spoken
	p.own.At = spoken.Add(time.Minute)
	if a := r.reply("/moose allow DS103 local.Users.age", p, true); a.Outcome != comment.NoSuchFinding || a.Detail == "" {
		t.Errorf("a plan of another commit came in between: %s", a.Outcome)
	}
	p.own.History = []comment.Entry{{At: spoken.Add(-time.Minute), Head: "abc"}, {At: spoken.Add(-time.Hour), Head: "old"}}
	if a := r.reply("/moose allow DS103 local.Users.age", p, true); a.Outcome != comment.Granted {
		t.Errorf("the same commit was planned again: %s", a.Outcome)
	}
	p.own.History[0].Head = "other"
	if a := r.reply("/moose allow DS103 local.Users.age", p, true); a.Outcome != comment.NoSuchFinding {
		t.Errorf("the words were about another commit: %s", a.Outcome)
	}
	if a := r.reply("/moose plan", plans{}, true); a.Outcome != comment.NoPlan {
		t.Errorf("without a plan: %s", a.Outcome)
	}
}

func TestADecisionCanEnd(t *testing.T) {
	at := time.Date(2026, 11, 27, 12, 0, 0, 0, time.UTC)
	for reason, want := range map[string]struct {
		rest, until string
		wrong       bool
	}{
		"":                                   {},
		"nobody reads it":                    {rest: "nobody reads it"},
		"fine until then":                    {rest: "fine until then"},
		"nobody reads it until 2026-12-31":   {rest: "nobody reads it", until: "2027-01-01T00:00:00Z"},
		"nobody reads it until 2026-12-31.":  {rest: "nobody reads it", until: "2027-01-01T00:00:00Z"},
		"until 2026-11-27":                   {until: "2026-11-28T00:00:00Z"},
		"ok until 2026-11-27T13:00:00+00:30": {rest: "ok", until: "2026-11-27T12:30:00Z"},
		"kept until 2026-12-31 by law":       {rest: "kept until 2026-12-31 by law"},
		"ok until 2026-11-26":                {wrong: true},
		"ok until 2026-13-01":                {wrong: true},
		"ok until 31.12.2026":                {wrong: true},
	} {
		rest, until, err := ending(reason, at)
		if want.wrong {
			if err == nil {
				t.Errorf("%q: ends %s", reason, until)
			}
			continue
		}
		shown := ""
		if !until.IsZero() {
			shown = until.UTC().Format(time.RFC3339)
		}
		if err != nil || rest != want.rest || shown != want.until {
			t.Errorf("%q: %q until %q, %v", reason, rest, shown, err)
		}
	}
}

func TestWhatALabelAllows(t *testing.T) {
	column, topic := finding.Fingerprint("DS103", "local.Users.age"), finding.Fingerprint("ST701", "topic Foo")
	other := finding.Fingerprint("DS103", "local.Users.name")
	r := &run{
		in: manifest.Inputs{Command: "plan", Environment: "production", WorkingDirectory: "."}, f: &cli.Factory{Now: time.Now},
		ev: &event.Event{Name: event.PullRequest, PullRequest: &forge.PullRequest{Number: 3}, Label: &event.Label{By: "alice"}},
	}
	p := plans{own: &comment.Marker{Head: "abc", Hazards: []string{column, topic, other}, Sole: map[string]int{"ST701": 1}}}
	for _, c := range []struct {
		label       string
		outcome     comment.Outcome
		fingerprint string
	}{
		{"moose-allow: DS103 local.Users.age", comment.Granted, column},
		{"moose-allow:ds103  local.Users.age ", comment.Granted, column},
		{"moose-allow: ST701", comment.Granted, topic},
		{"moose-allow: ST701 topic Foo", comment.Granted, topic},
		{"moose-allow: ST701 topic Bar", comment.NoSuchFinding, ""},
		{"moose-allow: DS103", comment.NoSuchFinding, ""}, // two of them
		{"moose-allow: LC201", comment.NoSuchFinding, ""},
		{"moose-allow:", comment.UnreadableLabel, ""},
	} {
		r.ev.Label.Name = c.label
		if !r.aboutLabel() {
			t.Errorf("%s is none of ours", c.label)
		}
		if a := r.replyLabel(p, true); a.Outcome != c.outcome || a.Finding.Fingerprint != c.fingerprint || a.Marker().Label == "" {
			t.Errorf("%s: %s, %+v", c.label, a.Outcome, a.Finding)
		}
		if a := r.replyLabel(p, false); a.Outcome != comment.NoPermission {
			t.Errorf("%s without write access: %s", c.label, a.Outcome)
		}
	}
	if a := r.replyLabel(plans{}, true); a.Outcome != comment.NoPlan {
		t.Errorf("without a plan: %s", a.Outcome)
	}
	for _, other := range []string{"bug", "moose", "allow: DS103", "x moose-allow: DS103"} {
		if r.ev.Label.Name = other; r.aboutLabel() {
			t.Errorf("the label %q is taken for ours", other)
		}
	}
}
