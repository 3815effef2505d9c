package policy_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/moose-migrate/moose-migrate/pkg/diff"
	"github.com/moose-migrate/moose-migrate/pkg/finding"
	"github.com/moose-migrate/moose-migrate/pkg/policy"
	"github.com/moose-migrate/moose-migrate/pkg/schema"
)

const everything = `
ignore:
  - objects: ["raw_*", "analytics.*"]
  - objects: [Orders]
    attributes: ["column note: comment", "TTL"]
renames:
  - table: Orders
    columns: {note: remark}
  - table: analytics.Old
    to: New
fail_on: warn
rules:
  - rule: "LC2*"
    objects: ["local.Users.*", "raw_*"]
    environments: [staging]
    severity: off
    reason: nothing of value is there
  - {rule: MV501, severity: block}
safe_below:
  - rows: 1 million
    bytes: 10 GB
    environments: [production]
freeze:
  - {from: 2026-12-20, to: 2027-01-02, reason: end of the year, environments: [production]}
  - {from: 2026-06-01T10:00:00+02:00, to: 2026-06-01T12:00:00+02:00, reason: keynote}
  - {days: [fri], from: 16:00, to: 06:00, timezone: Europe/Berlin, reason: weekend}
approvals:
  - {rules: ["DS1*"], objects: ["local.Ledger"], environments: [production], count: 2, not_author: true}
overrides:
  - rule: LC201
    object: local.Users.age
    fingerprint: 00112233445566778899aabbccddeeff
    reason: no value is above 100
    expires: 2026-12-31
    by: alice
  - {rule: PL015, object: freeze fri, digest: "0011223344", reason: hotfix, expires: 2026-12-31T18:00:00Z, environments: [production]}
probes:
  seconds: 2.5
  rows: 50_000_000
  bytes: 2 GiB
  examples: false
`

func TestRulesBecomeOptions(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, policy.File), []byte(everything), 0o600); err != nil {
		t.Fatal(err)
	}
	p, err := policy.Load(dir)
	if err != nil {
		t.Fatal(err)
	}
	var got diff.Options
	p.Apply(&got, "local")
	want := diff.Options{
		Ignore: []diff.IgnoreRule{
			{Objects: []string{"raw_*", "analytics.*"}}, {Objects: []string{"Orders"}, Attributes: []string{"column note: comment", "TTL"}},
		},
		Renames: []diff.Rename{
			{Table: schema.Name{Database: "local", Object: "Orders"}, To: schema.Name{Database: "local", Object: "Orders"}, Columns: map[string]string{"note": "remark"}},
			{Table: schema.Name{Database: "analytics", Object: "Old"}, To: schema.Name{Database: "analytics", Object: "New"}},
		},
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
}

func TestAProjectWithoutTheFileHasNoRules(t *testing.T) {
	p, err := policy.Load(t.TempDir())
	if err != nil || len(p.Ignore)+len(p.Renames) > 0 {
		t.Errorf("%+v %v", p, err)
	}
}

func TestMistakesAreNamed(t *testing.T) {
	for text, want := range map[string]string{
		"ignores: []":                            "line 1, column 1: the key \"ignores\" is not known here; known are ignore, renames, fail_on",
		"ignore:\n  - object: x":                 "line 2, column 5: the key \"object\" is not known here; known are objects, attributes",
		"ignore:\n  - {}":                        "line 2, column 5: name objects, attributes or both; an empty entry would ignore everything",
		"ignore:\n  - objects: ['[']":            `"[" is no pattern`,
		"ignore:\n  - objects: ['']":             `"" is no pattern`,
		"renames:\n  - to: x":                    "line 2, column 5: table is missing",
		"renames:\n  - table: x":                 "table x: say the new name",
		"renames:\n  - {table: x, to: x}":        "line 2, column 20: table x has the same name before and after",
		"renames: [{table: x, columns: {a: a}}]": `column "a": "a" is no new name`,
		"ignore: 3":                              `line 1, column 9: ignore is "3"; it must be a list`,
		"{":                                      "line 1",
		"ignore: []\n---\nignore: []":            "second document",
		"ignore: []\nignore: []":                 `line 2, column 1: the key "ignore" stands in line 1 already`,
		"ignore: &a []\nrenames: *a":             "line 2, column 10: renames: *a is not read here; write the value out",
		"? [a]\n: b":                             "a key must be one word",
		"rules:":                                 "rules is empty; it must be a list",
		"[]":                                     "the file is a list; it must be keys with values",
		"fail_on: Block":                         `fail_on: "Block" is not known; use block, warn, never`,
		"rules: [{rule: LC201, severity: off}]":  "line 1, column 33: switching a rule off needs a reason",
		"rules: [{rule: LC201, severity: off, reason: ' '}]":                                          "needs a reason",
		"rules: [{rule: LC201}]":                                                                      "severity is missing",
		"rules: [{rule: 'x y', severity: warn}]":                                                      `"x y" names no rule`,
		"rules: [{rule: X1, severity: warn, objects: ['[']}]":                                         `"[" is no pattern`,
		"rules: [{rule: 1, severity: warn}]":                                                          `put it into quotes: "1"`,
		"safe_below: [{objects: [x]}]":                                                                "say below how many rows",
		"safe_below: [{rows: 1.5}]":                                                                   `"1.5" is no number of things`,
		"safe_below: [{rows: 5 apples}]":                                                              `"5 apples" is no number of things`,
		"safe_below: [{rows: -1}]":                                                                    "is no number of things",
		"safe_below: [{rows: 99999999999 billion}]":                                                   "is no number of things",
		"safe_below: [{bytes: 5 apples}]":                                                             `"5 apples" is no size`,
		"freeze: [{from: 2026-12-20, to: 2026-12-19, reason: x}]":                                     "it ends before it begins",
		"freeze: [{from: 2026-12-20, reason: x}]":                                                     "to: \"\" is no date",
		"freeze: [{from: noon, to: 2026-12-19, reason: x}]":                                           `"noon" is no date`,
		"freeze: [{from: 2026-12-20, to: 2026-12-21}]":                                                "reason is missing",
		"freeze: [{days: [fri], from: '25:00', reason: x}]":                                           `"25:00" is no time of day`,
		"freeze: [{days: [fri], from: 9:00, reason: x}]":                                              `"9:00" is no time of day`,
		"freeze: [{days: [fri], timezone: Mars/Base, reason: x}]":                                     `"Mars/Base" is no time zone`,
		"freeze: [{days: [fri], timezone: Local, reason: x}]":                                         `"Local" is no time zone`,
		"approvals: [{count: 0}]":                                                                     "count is 0",
		"approvals: [{count: 99}]":                                                                    "1 to 20",
		"approvals: [{count: 1, rules: ['?!']}]":                                                      "names no rule",
		"overrides: [{rule: DS101, digest: '01234567', reason: y}]":                                   "expires is missing",
		"overrides: [{rule: DS101, reason: y, expires: 2026-12-31}]":                                  "say what it covers",
		"overrides: [{rule: DS101, digest: '0123', reason: y, expires: 2026-12-31}]":                  "is no digest",
		"overrides: [{rule: DS101, fingerprint: '0123456701234567', reason: y, expires: 2026-12-31}]": "is no fingerprint",
		"overrides: [{rule: 'DS1*', digest: '01234567', reason: y, expires: 2026-12-31}]":             "for one rule only",
		"overrides: [{rule: DS101, digest: '01234567', expires: 2026-12-31}]":                         "reason is missing",
		"overrides: [{rule: DS101, digest: '01234567', reason: y, expires: 2026-02-31}]":              `"2026-02-31" is no date`,
		"probes: {seconds: 0}":                                                                        `"0" is no time in seconds`,
		"probes: {seconds: NaN}":                                                                      `"NaN" is no time in seconds`,
		"probes: {examples: yes}":                                                                     `"yes" is neither true nor false`,
		"fail_on: x\nprobes: {rows: y}":                                                               "line 2, column 16: rows: \"y\"", // all at once
	} {
		if _, err := policy.Parse([]byte(text)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: error %v, want %q", text, err, want)
		}
	}
	for _, nothing := range []string{"", "# only a comment\n", "---\n", "{}"} {
		if p, err := policy.Parse([]byte(nothing)); err != nil || p.FailOn != "" {
			t.Errorf("%q: %v", nothing, err)
		}
	}
	if _, err := policy.Parse(make([]byte, 1<<20+1)); err == nil {
		t.Error("a file of more than 1 MiB is read")
	}
}

func TestEveryKeyIsRead(t *testing.T) {
	p, err := policy.Parse([]byte(everything))
	if err != nil {
		t.Fatal(err)
	}
	if p.FailOn != "warn" || p.Rules[0].Severity != policy.Off || *p.SafeBelow[0].Rows != 1e6 || *p.SafeBelow[0].Bytes != 1e10 ||
		len(p.Freeze) != 3 || !p.Approvals[0].NotAuthor || p.Approvals[0].Count != 2 || p.Overrides[0].By != "alice" {
		t.Errorf("%+v", p)
	}
	if p.Probes.Seconds.Duration() != 2500*time.Millisecond || *p.Probes.Rows != 50e6 || *p.Probes.Bytes != 2<<30 || *p.Probes.Examples {
		t.Errorf("%+v", p.Probes)
	}
	if got := p.Overrides[0].Expires.Time(); !got.Equal(time.Date(2027, 1, 1, 0, 0, 0, 0, time.UTC)) {
		t.Errorf("an override of 2026-12-31 ends at %s", got)
	}
}

func TestTheStricterLimitCounts(t *testing.T) {
	for _, c := range []struct{ file, given, otherwise, want finding.Severity }{
		{"", "", "block", "block"},
		{"", "never", "block", "never"},
		{"", "warn", "never", "warn"},
		{"warn", "", "block", "warn"},
		{"never", "", "block", "never"},
		{"warn", "block", "block", "warn"},
		{"block", "warn", "block", "warn"},
		{"block", "never", "never", "block"},
		{"never", "block", "never", "block"},
	} {
		p := &policy.Policy{FailOn: policy.FailOn(c.file)}
		if got := p.Limit(c.given, c.otherwise); got != c.want {
			t.Errorf("file %q, given %q, otherwise %q: %q, want %q", c.file, c.given, c.otherwise, got, c.want)
		}
	}
}

func FuzzParse(f *testing.F) {
	f.Add([]byte(everything))
	f.Add([]byte("ignore: [{objects: [x]}]"))
	f.Add([]byte("freeze: [{days: [mon, tue, wed, thu, fri, sat, sun], timezone: America/New_York, reason: x}]"))
	at := time.Date(2026, 12, 24, 12, 0, 0, 0, time.UTC)
	f.Fuzz(func(t *testing.T, data []byte) {
		p, err := policy.Parse(data)
		if err != nil {
			return
		}
		var o diff.Options
		p.Apply(&o, "db")
		if len(o.Ignore) != len(p.Ignore) || len(o.Renames) != len(p.Renames) {
			t.Error("a rule is lost")
		}
		found := []finding.Finding{{Code: "DS101", Severity: finding.Block, Object: "local.Users", Fingerprint: finding.Fingerprint("DS101", "local.Users")}}
		c := policy.Context{Environment: "production", Now: at, Purpose: policy.Migrate}
		one, two := p.Decide(found, c), p.Decide(found, c)
		if d := cmp.Diff(one, two); d != "" {
			t.Errorf("two decisions on the same: %s", d)
		}
		for _, f := range append(one.Findings, one.Off...) {
			if f.Code == "DS101" {
				return
			}
		}
		t.Error("a finding is lost")
	})
}
