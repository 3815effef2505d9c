package comment_test

import (
	"encoding/base64"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/moose-migrate/moose-migrate/pkg/comment"
	"github.com/moose-migrate/moose-migrate/pkg/finding"
)

func fullMarker() comment.Marker {
	m := comment.Marker{
		V: 1, Kind: comment.KindPlan, Project: "services/shop", Environment: "production", Run: 9, Attempt: 2, Head: head, At: noon,
		State: comment.Planned, Text: "Blocked: 2 changes lose data", RunURL: run.URL, Digest: strings.Repeat("0a", 32), Conclusion: finding.Blocked, History: earlier(10),
		Code: "DS101", Object: "local.Events", Fingerprint: "0123456789abcdef", By: "octocat", Reason: "because -->", Command: 1001, URL: talkURL + "1001",
		Until: noon.Add(48 * time.Hour), Label: "moose-allow: DS101", Sole: map[string]int{"DS101": 0, "LC201": 599}, Asks: true,
	}
	m.Operations, m.Hazards, m.Open = short(fingerprints(1000)), fingerprints(600), fingerprints(600)
	m.Objects = short(fingerprints(300))
	m.Scope, m.HazardScope = comment.ScopeOf(m.Operations), comment.ScopeOf(m.Hazards)
	return m
}

func fingerprints(n int) []string {
	var out []string
	for i := range n {
		out = append(out, finding.Fingerprint("DS101", fmt.Sprint(i)))
	}
	return out
}

// short are fingerprints of operations.
func short(list []string) []string {
	for i := range list {
		list[i] = list[i][16:]
	}
	return list
}

func TestMarkerReadsBack(t *testing.T) {
	want := fullMarker()
	line := want.Encode()
	if strings.ContainsAny(line, "\r\n") {
		t.Errorf("more than one line: %q", line)
	}
	for _, body := range []string{line, "text\n\n" + line + "\n", "text\r\n\r\n" + line + "\r\n", "```\nunclosed\n" + line + "  \n\n"} {
		got, ok := comment.Parse(body)
		if d := cmp.Diff(want, got, cmpopts.EquateEmpty()); !ok || d != "" {
			t.Errorf("%.40q: read: %v, differs (-want +got):\n%s", body, ok, d)
		}
	}
}

func TestMarkerLeavesLongListsOut(t *testing.T) {
	m := fullMarker()
	m.Operations, m.Hazards, m.Objects = short(fingerprints(1001)), fingerprints(601), short(fingerprints(301))
	m.Scope = comment.ScopeOf(m.Operations)
	got, ok := comment.Parse(m.Encode())
	if !ok || !got.NoOperations || !got.NoHazards || got.Operations != nil || got.Hazards != nil || got.Scope != m.Scope {
		t.Errorf("read: %v, no operations: %v, no hazards: %v, scope %q", ok, got.NoOperations, got.NoHazards, got.Scope)
	}
}

func TestWhatIsNoMarker(t *testing.T) {
	line := comment.Marker{Kind: comment.KindPlan}.Encode()
	encoded := strings.TrimSuffix(strings.TrimPrefix(line, "<!-- moose-migrate:v1 "), " -->")
	with := func(raw string) string {
		return "<!-- moose-migrate:v1 " + base64.StdEncoding.EncodeToString([]byte(raw)) + " -->"
	}
	for name, body := range map[string]string{
		"empty": "", "text": "hello", "not last": line + "\nmore", "quoted": "> " + line, "indented": "    " + line, "in code": "`" + line + "`", "in a fence": "```\n" + line + "\n```",
		"two": line + "\n" + line, "one and a beginning": "<!-- moose-migrate:v9\n" + line, "other version": strings.Replace(line, ":v1", ":v2", 1),
		"no end": strings.TrimSuffix(line, "-->"), "no base64": "<!-- moose-migrate:v1 ??? -->", "spaces": "<!-- moose-migrate:v1  " + encoded + " -->",
		"loose base64": "<!-- moose-migrate:v1 " + encoded[:8] + "\n" + encoded[8:] + " -->", "no JSON": with("nothing"), "no object": with("[]"), "trailing": with(`{"v":1,"kind":"plan"}{}`),
		"no kind": with(`{"v":1}`), "other kind": with(`{"v":1,"kind":"root"}`), "version 2": with(`{"v":2,"kind":"plan"}`), "twice": with(`{"v":1,"kind":"plan","kind":"allow"}`),
		"negative run": with(`{"v":1,"kind":"plan","run":-1}`), "text for head": with(`{"v":1,"kind":"plan","head":"main"}`), "half a fingerprint": with(`{"v":1,"kind":"plan","ops":"AAAA"}`),
		"a place that is not there": with(`{"v":1,"kind":"plan","sole":{"DS101":0}}`), "a place before the first": with(`{"v":1,"kind":"plan","sole":{"DS101":-1}}`),
		"other conclusion": with(`{"v":1,"kind":"plan","conclusion":"fine"}`), "other state": with(`{"v":1,"kind":"plan","state":"fine"}`), "long": with(`{"v":1,"kind":"plan","env":"` + strings.Repeat("x", 1001) + `"}`),
		"huge": with(`{"v":1,"kind":"plan","x":"` + strings.Repeat("x", 60_000) + `"}`), "much history": with(`{"v":1,"kind":"plan","history":[` + strings.Repeat(`{"at":"2026-01-01T00:00:00Z","text":""},`, 10) + `{"at":"2026-01-01T00:00:00Z","text":""}]}`),
	} {
		if m, ok := comment.Parse(body); ok {
			t.Errorf("%s: read as %+v", name, m)
		}
	}
	if m, ok := comment.Parse(with(`{"v":1,"kind":"plan","run":7,"later":true}`)); !ok || m.Run != 7 {
		t.Error("a member that a later version adds must be no obstacle")
	}
}

func TestNewerThan(t *testing.T) {
	m := comment.Marker{Run: 7, Attempt: 2}
	for _, c := range []struct {
		run, attempt int64
		want         bool
	}{{6, 9, true}, {7, 1, true}, {7, 2, false}, {7, 3, false}, {8, 1, false}} {
		if got := m.NewerThan(c.run, c.attempt); got != c.want {
			t.Errorf("run %d attempt %d: %v", c.run, c.attempt, got)
		}
	}
}

func TestScopeIsOfASet(t *testing.T) {
	a, b := fingerprints(3), fingerprints(3)
	b[0], b[2] = b[2], b[0]
	if comment.ScopeOf(a) != comment.ScopeOf(append(b, b[0])) {
		t.Error("order and repetition change the scope")
	}
	if comment.ScopeOf(a) == comment.ScopeOf(a[:2]) || comment.ScopeOf(nil) != "" {
		t.Error("other sets must have other scopes")
	}
}

func TestMarkerOfAPage(t *testing.T) {
	r := allow(destructive(t), 1)
	p := page(r)
	p.History = earlier(30)
	body, _ := p.Render(0, comment.Budget)
	m, ok := comment.Parse(body)
	if !ok {
		t.Fatal("no marker")
	}
	if len(m.Operations) != 4 || len(m.History) != 10 || m.Run != run.ID || m.Head != head || !m.At.Equal(noon) || m.Digest != r.Digest || m.Conclusion != finding.Blocked || m.Environment != "production" {
		t.Errorf("%+v", m)
	}
	if want := comment.HazardFingerprints(r.Findings); len(want) != 2 || !cmp.Equal(m.Hazards, want) {
		t.Errorf("hazards %v, want the allowed and the blocking one %v", m.Hazards, want)
	}
	applied := page(destructive(t))
	applied.State, applied.Stop, applied.Approved = comment.Stopped, comment.NewHazard, &m
	stopped := applied.Marker()
	if !cmp.Equal(stopped.Hazards, m.Hazards) || stopped.Digest != m.Digest || stopped.Conclusion != m.Conclusion || stopped.Head != m.Head || stopped.State != comment.Stopped ||
		!cmp.Equal(stopped.Open, comment.HazardFingerprints(applied.Report.Findings)) {
		t.Errorf("after the merge the marker must go on to remember what was approved: %+v", stopped)
	}
	if again, ok := comment.Parse("x\n" + stopped.Encode()); !ok || !cmp.Equal(again.Open, stopped.Open) {
		t.Errorf("%+v", again)
	}
	next := page(additive(t))
	next.Run.ID++
	next.Remember(m)
	if len(next.History) != 10 || next.History[0].Text != "Blocked: 1 change loses data" || next.History[0].RunURL != run.URL || !next.History[0].At.Equal(noon) {
		t.Errorf("%+v", next.History)
	}
	next.Run.ID--
	if next.Remember(m); next.History[0].Text != m.History[0].Text {
		t.Error("a run does not remember itself")
	}
	m.State = comment.Running
	next.Run.ID++
	if next.Remember(m); next.History[0].Text != m.History[0].Text {
		t.Error("a pending verdict is none")
	}
}

func TestGrantedAnswerIsADecision(t *testing.T) {
	a := comment.Answer{Outcome: comment.Granted, By: "octocat", CommandID: 5, CommandURL: talkURL + "5", Reason: "agreed", At: noon, Finding: destructive(t).Findings[0]}
	m, ok := comment.Parse(a.Body())
	if !ok {
		t.Fatal("no marker")
	}
	o, granted := m.Override()
	if want := (finding.Override{By: "octocat", Reason: "agreed", URL: talkURL + "5", At: noon}); !granted || !cmp.Equal(o, want, cmpopts.EquateApproxTime(time.Second)) {
		t.Errorf("%v %+v", granted, o)
	}
	if m.Fingerprint != a.Finding.Fingerprint || m.Code != "DS101" || m.Object != "local.Events" || m.Command != 5 {
		t.Errorf("%+v", m)
	}
	a.Outcome = comment.NoPermission
	m, ok = comment.Parse(a.Body())
	if _, granted = m.Override(); !ok || granted || m.Fingerprint != "" || m.Command != 5 {
		t.Errorf("a refusal is a decision: %+v", m)
	}
}

func FuzzParse(f *testing.F) {
	f.Add(fullMarker().Encode())
	f.Add("text\n" + comment.Marker{Kind: comment.KindDrift, Environment: "staging"}.Encode())
	f.Add("<!-- moose-migrate:v1 e30= -->")
	f.Add("<!-- moose-migrate:v1 eyJ2IjoxLCJraW5kIjoicGxhbiIsIm9wcyI6IkFBQUFBQUFBQUFBPSJ9 -->")
	f.Fuzz(func(t *testing.T, body string) {
		m, ok := comment.Parse(body)
		if !ok {
			return
		}
		again, ok := comment.Parse(m.Encode())
		if !ok {
			t.Fatalf("what was read cannot be read again: %+v", m)
		}
		if third, _ := comment.Parse(again.Encode()); !cmp.Equal(again, third, cmpopts.EquateEmpty()) {
			t.Errorf("writing and reading changes it: %s", cmp.Diff(again, third))
		}
	})
}
