package policy_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/moose-migrate/moose-migrate/pkg/finding"
	"github.com/moose-migrate/moose-migrate/pkg/policy"
)

var now = time.Date(2026, 11, 27, 12, 0, 0, 0, time.UTC) // a Friday

func some(n uint64) *uint64 { return &n }

// hazards are a plan's: a dropped table with 500 rows of 2 MB, a dropped column whose rows
// nobody counted, a narrowed type, a topic, an endpoint.
func hazards() []finding.Finding {
	list := []finding.Finding{
		{Code: "DS101", Severity: finding.Block, Object: "local.Old", Text: "Old goes", Stake: &finding.Stake{Rows: some(500), Bytes: some(2e6), Whole: true}},
		{Code: "DS103", Severity: finding.Block, Object: "local.Users.age", Text: "age goes"},
		{Code: "LC201", Severity: finding.Block, Object: "local.Users.n", Text: "n shrinks"},
		{Code: "ST701", Severity: finding.Block, Object: "topic Foo", Text: "Foo goes"},
		{Code: "AP801", Severity: finding.Warn, Object: "API endpoint a/b", Text: "a/b goes"},
	}
	for i := range list {
		list[i].Fingerprint = finding.Fingerprint(list[i].Code, list[i].Object)
	}
	return list
}

func fingerprint(code, object string) string { return finding.Fingerprint(code, object) }

const digest = "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff"

func decide(t *testing.T, file string, c policy.Context) policy.Decision {
	t.Helper()
	p, err := policy.Parse([]byte(file))
	if err != nil {
		t.Fatalf("%s\n%v", file, err)
	}
	if c.Now.IsZero() {
		c.Now = now
	}
	if c.Purpose == "" {
		c.Purpose = policy.Plan
	}
	if c.Environment == "" {
		c.Environment = "production"
	}
	c.Digest = digest
	return p.Decide(hazards(), c)
}

// brief is a finding in a few words: severity, code, object, and ! when it is allowed.
func brief(list []finding.Finding) string {
	var out []string
	for _, f := range list {
		text := fmt.Sprintf("%s %s %s", f.Severity, f.Code, f.Object)
		if f.Override != nil {
			text += "!"
		}
		out = append(out, text)
	}
	return strings.Join(out, "; ")
}

const untouched = "block DS101 local.Old; block DS103 local.Users.age; block LC201 local.Users.n; block ST701 topic Foo; warn AP801 API endpoint a/b"

func TestSeverities(t *testing.T) {
	for file, want := range map[string]string{
		"":                                    untouched,
		"rules: [{rule: X1, severity: info}]": untouched,
		"rules: [{rule: 'DS1*', severity: warn}]":                                   "block LC201 local.Users.n; block ST701 topic Foo; warn AP801 API endpoint a/b; warn DS101 local.Old; warn DS103 local.Users.age",
		"rules: [{rule: 'ds1*', severity: warn}, {rule: DS103, severity: block}]":   "block DS103 local.Users.age; block LC201 local.Users.n; block ST701 topic Foo; warn AP801 API endpoint a/b; warn DS101 local.Old",
		"rules: [{rule: '*', objects: [Users], severity: info}]":                    "block DS101 local.Old; block ST701 topic Foo; warn AP801 API endpoint a/b; info DS103 local.Users.age; info LC201 local.Users.n",
		"rules: [{rule: '*', objects: [local.Users], severity: info}]":              "block DS101 local.Old; block ST701 topic Foo; warn AP801 API endpoint a/b; info DS103 local.Users.age; info LC201 local.Users.n",
		"rules: [{rule: '*', objects: [Users.age], severity: info}]":                "block DS101 local.Old; block LC201 local.Users.n; block ST701 topic Foo; warn AP801 API endpoint a/b; info DS103 local.Users.age",
		"rules: [{rule: '*', objects: [local, age, n], severity: info}]":            untouched,
		"rules: [{rule: '*', objects: ['topic *'], severity: 'off', reason: x}]":    "block DS101 local.Old; block DS103 local.Users.age; block LC201 local.Users.n; warn AP801 API endpoint a/b",
		"rules: [{rule: AP801, objects: ['API endpoint *'], severity: block}]":      "block AP801 API endpoint a/b; block DS101 local.Old; block DS103 local.Users.age; block LC201 local.Users.n; block ST701 topic Foo",
		"rules: [{rule: '*', environments: [staging], severity: 'off', reason: x}]": untouched,
		"rules: [{rule: '*', environments: ['prod*'], severity: 'off', reason: x}]": "",
		"safe_below: [{rows: 501}]":                                                 "block DS103 local.Users.age; block LC201 local.Users.n; block ST701 topic Foo; warn AP801 API endpoint a/b; warn DS101 local.Old",
		"safe_below: [{rows: 500}]":                                                 untouched,
		"safe_below: [{rows: 501, bytes: 1 MB}]":                                    untouched,
		"safe_below: [{bytes: 3 MB}]":                                               "block DS103 local.Users.age; block LC201 local.Users.n; block ST701 topic Foo; warn AP801 API endpoint a/b; warn DS101 local.Old",
		"safe_below: [{rows: 1 million, environments: [staging]}]":                  untouched,
		"safe_below: [{rows: 1 million}, {rows: 10, objects: [Old]}]":               untouched,
		"safe_below: [{rows: 1 million}]\nrules: [{rule: DS101, severity: block}]":  untouched,
		"safe_below: [{rows: 1 million}]\nrules: [{rule: DS101, severity: info}]":   "block DS103 local.Users.age; block LC201 local.Users.n; block ST701 topic Foo; warn AP801 API endpoint a/b; info DS101 local.Old",
	} {
		if got := brief(decide(t, file, policy.Context{}).Findings); got != want {
			t.Errorf("%s\ngot  %s\nwant %s", file, got, want)
		}
	}
	d := decide(t, "safe_below: [{rows: 1000}]\nrules: [{rule: LC201, severity: warn, reason: small numbers}, {rule: ST701, severity: 'off', reason: x}]", policy.Context{})
	for _, f := range d.Findings {
		if want := map[string]string{"DS101": "fewer than the 1,000 rows of moose-migrate.yml", "LC201": "warn instead of block by moose-migrate.yml: small numbers"}[f.Code]; !strings.Contains(f.Text, want) {
			t.Errorf("%s does not say why: %s", f.Code, f.Text)
		}
	}
	if d.Note() != "1 finding is switched off in moose-migrate.yml: ST701 topic Foo" {
		t.Errorf("%q", d.Note())
	}
}

func TestFreezes(t *testing.T) {
	const weekend = "freeze: [{days: [fri, sat, sun], from: 16:00, to: 06:00, timezone: Europe/Berlin, reason: weekend}]"
	for _, c := range []struct {
		file, at string
		until    string // in the text, empty for no freeze
	}{
		{"freeze: [{from: 2026-12-20, to: 2027-01-02, reason: x}]", "2026-12-19T23:59:59Z", ""},
		{"freeze: [{from: 2026-12-20, to: 2027-01-02, reason: x}]", "2026-12-20T00:00:00Z", "2027-01-03 00:00 UTC"},
		{"freeze: [{from: 2026-12-20, to: 2027-01-02, reason: x}]", "2027-01-02T23:59:59Z", "2027-01-03 00:00 UTC"},
		{"freeze: [{from: 2026-12-20, to: 2027-01-02, reason: x}]", "2027-01-03T00:00:00Z", ""},
		{"freeze: [{from: 2026-12-20, to: 2026-12-20, timezone: America/New_York, reason: x}]", "2026-12-21T04:00:00Z", "2026-12-21 05:00 UTC"},
		{"freeze: [{from: 2026-06-01T10:00:00+02:00, to: 2026-06-01T12:00:00+02:00, reason: x}]", "2026-06-01T09:59:59Z", "2026-06-01 10:00 UTC"},
		{"freeze: [{from: 2026-06-01T10:00:00+02:00, to: 2026-06-01T12:00:00+02:00, reason: x}]", "2026-06-01T10:00:00Z", ""},
		{weekend, "2026-11-27T14:59:00Z", ""},                     // Friday 15:59 in Berlin
		{weekend, "2026-11-27T15:00:00Z", "2026-11-28 05:00 UTC"}, // 16:00
		{weekend, "2026-11-28T04:59:00Z", "2026-11-28 05:00 UTC"}, // Saturday 05:59
		{weekend, "2026-11-28T05:00:00Z", ""},                     // Saturday 06:00
		{weekend, "2026-11-30T04:00:00Z", "2026-11-30 05:00 UTC"}, // Monday 05:00, begun on Sunday
		{weekend, "2026-12-01T04:00:00Z", ""},                     // Tuesday 05:00
		{weekend, "2026-07-03T14:00:00Z", "2026-07-04 04:00 UTC"}, // in summer
		{"freeze: [{days: [fri, sat, sun], reason: x}]", "2026-11-27T12:00:00Z", "2026-11-30 00:00 UTC"},
		{"freeze: [{days: [mon], from: 09:00, to: 17:00, reason: x}]", "2026-11-30T17:00:00Z", ""},
		{"freeze: [{days: [mon], from: 09:00, to: 17:00, reason: x, environments: [staging]}]", "2026-11-30T12:00:00Z", ""},
	} {
		at, err := time.Parse(time.RFC3339, c.at)
		if err != nil {
			t.Fatal(err)
		}
		for purpose, severity := range map[policy.Purpose]finding.Severity{policy.Plan: finding.Warn, policy.Merge: finding.Block, policy.Migrate: finding.Block} {
			i := slices.IndexFunc(decide(t, c.file, policy.Context{Now: at, Purpose: purpose}).Findings, func(f finding.Finding) bool { return f.Code == policy.CodeFreeze })
			if (i >= 0) != (c.until != "") {
				t.Errorf("%s at %s: frozen %v", c.file, c.at, i >= 0)
			} else if f := decide(t, c.file, policy.Context{Now: at, Purpose: purpose}).Findings; i >= 0 && (f[i].Severity != severity || !strings.Contains(f[i].Text, "until "+c.until)) {
				t.Errorf("%s at %s for %s: %s, %s", c.file, c.at, purpose, f[i].Severity, f[i].Text)
			}
		}
	}
	always := "freeze: [{days: [mon, tue, wed, thu, fri, sat, sun], reason: never}]"
	if got := brief(decide(t, always, policy.Context{Empty: true, Purpose: policy.Migrate}).Findings); got != untouched {
		t.Errorf("a plan that changes nothing is frozen: %s", got)
	}
	// A decision about the freeze holds from the pull request to the migration.
	warned := decide(t, always, policy.Context{}).Findings
	i := slices.IndexFunc(warned, func(f finding.Finding) bool { return f.Code == policy.CodeFreeze })
	word := policy.Allowed{Code: "PL015", Object: warned[i].Object, Fingerprint: warned[i].Fingerprint, Override: finding.Override{By: "alice"}}
	got := decide(t, always, policy.Context{Purpose: policy.Migrate, Allowed: []policy.Allowed{word}}).Findings
	if i := slices.IndexFunc(got, func(f finding.Finding) bool { return f.Code == policy.CodeFreeze }); got[i].Override == nil {
		t.Error("a freeze that was allowed blocks")
	}
}

func TestOverridesInTheFile(t *testing.T) {
	age := fingerprint("DS103", "local.Users.age")
	allowed := strings.Replace(untouched, "local.Users.age", "local.Users.age!", 1)
	for file, want := range map[string]string{
		"{rule: DS103, object: local.Users.age, fingerprint: " + age + ", reason: x, expires: 2026-11-27}":                           allowed,
		"{rule: ds103, object: local.Users.age, fingerprint: " + age[:24] + ", reason: x, expires: 2026-11-27T12:00:01Z}":            allowed,
		"{rule: DS103, object: local.Users.age, digest: '" + digest[:8] + "', reason: x, expires: 2099-01-01}":                       allowed,
		"{rule: DS103, object: local.Users.age, digest: '" + digest + "', fingerprint: " + age + ", reason: x, expires: 2099-01-01}": allowed,
		"{rule: DS103, object: local.Users.age, fingerprint: " + age + ", reason: x, expires: 2099-01-01, environments: [staging]}":  untouched,
		"{rule: DS103, object: local.Users.age, fingerprint: " + age + ", reason: x, expires: 2026-11-26}":                           "has expired on 2026-11-26",
		"{rule: DS103, object: local.Users.age, fingerprint: " + age + ", reason: x, expires: 2026-11-27T12:00:00Z}":                 "has expired on 2026-11-27",
		"{rule: DS103, object: local.Users.age, fingerprint: " + age[:16] + "00112233aabbccdd, reason: x, expires: 2099-01-01}":      "is void: what is done to it has changed since",
		"{rule: DS103, object: local.Users.age, digest: '0011223344556678', reason: x, expires: 2099-01-01}":                         "is void: what is done to it has changed since",
		"{rule: DS101, object: local.Users.age, fingerprint: " + age + ", reason: x, expires: 2099-01-01}":                           "is not needed: the plan has no such finding",
		"{rule: DS103, object: local.Users, digest: '" + digest[:8] + "', reason: x, expires: 2099-01-01}":                           "is not needed: the plan has no such finding",
	} {
		got := decide(t, "overrides: ["+file+"]", policy.Context{})
		if !strings.Contains(want, ";") { // a finding about the override, and nothing allowed
			i := slices.IndexFunc(got.Findings, func(f finding.Finding) bool { return f.Code == policy.CodeOverride })
			if i < 0 || !strings.Contains(got.Findings[i].Text, want) || got.Findings[i].Severity != finding.Warn || strings.Contains(brief(got.Findings), "!") {
				t.Errorf("%s\ngot  %s\nwant %s", file, brief(got.Findings), want)
			}
			continue
		}
		if brief(got.Findings) != want {
			t.Errorf("%s\ngot  %s\nwant %s", file, brief(got.Findings), want)
		}
	}
	for _, f := range decide(t, "overrides: [{rule: DS103, object: local.Users.age, digest: '00112233', reason: x, expires: 2099-01-01, by: bob}]", policy.Context{}).Findings {
		if f.Code == "DS103" && (f.Override.By != "bob" || f.Override.Via != finding.ViaFile || f.Override.Reason != "x" || f.Override.Expires.Year() != 2099) {
			t.Errorf("%+v", f.Override)
		}
	}
}

// word is a decision of a person about the dropped column.
func word(by string, o finding.Override) policy.Allowed {
	o.By = by
	return policy.Allowed{Code: "DS103", Object: "local.Users.age", Fingerprint: fingerprint("DS103", "local.Users.age"), Override: o}
}

func TestDecisionsElsewhere(t *testing.T) {
	gone := policy.Allowed{Code: "DS101", Object: "local.Gone", Fingerprint: fingerprint("DS101", "local.Gone"), Override: finding.Override{By: "alice"}}
	for name, c := range map[string]struct {
		said    []policy.Allowed
		purpose policy.Purpose
		allowed bool
		idle    string // what the finding about it says, empty for none
	}{
		"holds":                    {said: []policy.Allowed{word("alice", finding.Override{})}, allowed: true},
		"holds until then":         {said: []policy.Allowed{word("alice", finding.Override{Expires: now.Add(time.Second)})}, allowed: true},
		"expired":                  {said: []policy.Allowed{word("alice", finding.Override{Expires: now})}, idle: "by alice has expired"},
		"expired, at migrate":      {said: []policy.Allowed{word("alice", finding.Override{Expires: now})}, purpose: policy.Migrate, idle: "by alice has expired"},
		"expired and said again":   {said: []policy.Allowed{word("alice", finding.Override{Expires: now}), word("alice", finding.Override{})}, allowed: true},
		"of something else":        {said: []policy.Allowed{gone}, idle: "by alice is not needed"},
		"of something, at migrate": {said: []policy.Allowed{gone}, purpose: policy.Migrate},
		"of an override":           {said: []policy.Allowed{{Code: "PL011", Object: "DS101 local.Gone", Fingerprint: "00", Override: finding.Override{By: "alice"}}}},
	} {
		got := decide(t, "", policy.Context{Allowed: c.said, Purpose: c.purpose}).Findings
		if allowed := strings.Contains(brief(got), "local.Users.age!"); allowed != c.allowed {
			t.Errorf("%s: allowed %v", name, allowed)
		}
		i := slices.IndexFunc(got, func(f finding.Finding) bool { return f.Code == policy.CodeOverride })
		if (i >= 0) != (c.idle != "") || i >= 0 && !strings.Contains(got[i].Text, c.idle) {
			t.Errorf("%s: %s", name, brief(got))
		}
	}
	// What is found about an override can be allowed, too.
	about := decide(t, "", policy.Context{Allowed: []policy.Allowed{gone}}).Findings
	i := slices.IndexFunc(about, func(f finding.Finding) bool { return f.Code == policy.CodeOverride })
	also := policy.Allowed{Code: "PL011", Object: about[i].Object, Fingerprint: about[i].Fingerprint, Override: finding.Override{By: "bob"}}
	if got := brief(decide(t, "", policy.Context{Allowed: []policy.Allowed{gone, also}}).Findings); !strings.Contains(got, "warn PL011 DS101 local.Gone!") {
		t.Error(got)
	}
}

func TestApprovals(t *testing.T) {
	const two = "approvals: [{rules: ['DS1*'], objects: [Users], count: 2, not_author: true}, {count: 1, environments: [staging]}]\n"
	file := two + "overrides: [{rule: DS103, object: local.Users.age, digest: '00112233', reason: x, expires: 2099-01-01}]"
	alice, bob, carol := word("alice", finding.Override{}), word("bob", finding.Override{}), word("Carol", finding.Override{})
	unchecked := word("dave", finding.Override{})
	unchecked.Unchecked = true
	for name, c := range map[string]struct {
		file    string
		said    []policy.Allowed
		given   int
		allowed bool
	}{
		"nobody":                      {two, nil, 0, false},
		"one":                         {two, []policy.Allowed{bob}, 1, false},
		"one, twice":                  {two, []policy.Allowed{bob, word("BOB", finding.Override{})}, 1, false},
		"one and the author":          {two, []policy.Allowed{bob, alice}, 1, false},
		"two":                         {two, []policy.Allowed{bob, alice, carol}, 2, true},
		"two, one expired":            {two, []policy.Allowed{bob, word("carol", finding.Override{Expires: now})}, 1, false},
		"one and a stranger":          {two, []policy.Allowed{bob, unchecked}, 1, false},
		"the file is nobody":          {file, []policy.Allowed{bob}, 1, false},
		"the author where he counts":  {"approvals: [{count: 2}]", []policy.Allowed{bob, alice}, 2, true},
		"the strictest entry decides": {"approvals: [{count: 2}, {count: 1}]", []policy.Allowed{bob}, 1, false},
	} {
		d := decide(t, c.file, policy.Context{Allowed: c.said, Authors: []string{"Alice"}})
		for _, f := range d.Findings {
			if f.Code != "DS103" {
				continue
			}
			if f.Approval == nil || len(f.Approval.Given) != c.given || (f.Override != nil) != c.allowed || (f.Approval.Missing() == 0) != c.allowed {
				t.Errorf("%s: %+v, override %v", name, f.Approval, f.Override)
			}
		}
		if name == "the file is nobody" && !strings.Contains(brief(d.Findings), "PL011") {
			t.Errorf("%s: nothing is said about the override in the file", name)
		}
	}
	for _, f := range decide(t, two, policy.Context{}).Findings {
		if (f.Approval != nil) != (f.Code == "DS103") {
			t.Errorf("%s %s: approval %v", f.Code, f.Object, f.Approval)
		}
	}
}

func TestAProjectWithoutAPolicyDecidesByItsFindings(t *testing.T) {
	var none *policy.Policy
	found := hazards()
	if got := brief(none.Decide(found, policy.Context{Allowed: []policy.Allowed{word("alice", finding.Override{})}}).Findings); got != strings.Replace(untouched, "age", "age!", 1) {
		t.Error(got)
	}
	if found[1].Override != nil {
		t.Error("the findings that were given have changed")
	}
}
