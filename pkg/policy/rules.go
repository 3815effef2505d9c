package policy

import (
	"path"
	"regexp"
	"strings"

	"github.com/moose-migrate/moose-migrate/pkg/finding"
)

// Rule sets how grave the findings of some rules are, for some objects, in some
// environments.
type Rule struct {
	// Code of the rule, such as LC201; * and ? stand for other characters, as in LC2*.
	Rule string `yaml:"rule" jsonschema:"required,pattern=^[A-Za-z0-9*?]+$"`
	// Objects, "name" or "database.name" (with its columns), "database.name.column", or "topic *"; all when there are none.
	Objects []string `yaml:"objects"`
	// Names of environments; all when there are none.
	Environments []string `yaml:"environments"`
	// How grave its findings are; off takes them out.
	Severity Severity `yaml:"severity" jsonschema:"required,enum=block,enum=warn,enum=info,enum=off"`
	// Why; required for off.
	Reason string `yaml:"reason"`
}

// SafeBelow is an amount below which a finding that would block only warns, when it is
// known how much is at stake.
type SafeBelow struct {
	// Fewer rows than this.
	Rows *Count `yaml:"rows" jsonschema:"oneof_type=string;integer"`
	// Fewer bytes on disk than this. When both are given, both must hold.
	Bytes *Bytes `yaml:"bytes" jsonschema:"oneof_type=string;integer"`
	// Objects as in rules; all when there are none.
	Objects []string `yaml:"objects"`
	// Names of environments; all when there are none.
	Environments []string `yaml:"environments"`
}

// Approval asks for more than one person's word before a finding may pass.
type Approval struct {
	// Codes of rules as in rules; all when there are none.
	Rules []string `yaml:"rules"`
	// Objects as in rules; all when there are none.
	Objects []string `yaml:"objects"`
	// Names of environments; all when there are none.
	Environments []string `yaml:"environments"`
	// How many people with write access must allow it.
	Count int `yaml:"count" jsonschema:"required,minimum=1,maximum=20"`
	// Whether the author of the pull request does not count.
	NotAuthor bool `yaml:"not_author"`
}

// maxApprovals bounds count; a larger one is a mistake.
const maxApprovals = 20

var codePattern = regexp.MustCompile(`^[A-Za-z0-9*?]+$`)

func (r Rule) check(e entry) {
	checkCodes(e, "rule", r.Rule)
	checkPatterns(e, r.Objects, r.Environments)
	switch {
	case r.Severity == "":
		e.wrong("", "severity is missing; it is block, warn, info or off")
	case r.Severity == Off && strings.TrimSpace(r.Reason) == "":
		e.wrong("severity", "switching a rule off needs a reason; it can be read by whoever misses the finding")
	}
}

func (s SafeBelow) check(e entry) {
	checkPatterns(e, s.Objects, s.Environments)
	if s.Rows == nil && s.Bytes == nil {
		e.wrong("", "say below how many rows, bytes, or both a loss only warns")
	}
}

func (a Approval) check(e entry) {
	for _, code := range a.Rules {
		checkCodes(e, "rules", code)
	}
	checkPatterns(e, a.Objects, a.Environments)
	if a.Count < 1 || a.Count > maxApprovals {
		e.wrong("count", "count is %d; it is the number of people who must allow it, 1 to %d", a.Count, maxApprovals)
	}
}

func checkCodes(e entry, key, code string) {
	if !codePattern.MatchString(code) {
		e.wrong(key, "%q names no rule; write a code such as LC201, or LC2* for several", code)
	}
}

func checkPatterns(e entry, objects, environments []string) {
	for key, list := range map[string][]string{"objects": objects, "environments": environments} {
		for _, pattern := range list {
			if _, err := path.Match(pattern, ""); err != nil || pattern == "" {
				e.wrong(key, "%q is no pattern; * stands for any text, ? for one character", pattern)
			}
		}
	}
}

// covers reports whether codes, objects and environments fit; an empty list fits all.
func covers(f finding.Finding, environment string, codes, objects, environments []string) bool {
	return anyMatch(codes, strings.ToUpper(f.Code)) && anyMatch(environments, environment) && anyMatch(objects, namesOf(f.Object)...)
}

func anyMatch(patterns []string, names ...string) bool {
	for _, p := range patterns {
		for _, n := range names {
			if match(p, n) {
				return true
			}
		}
	}
	return len(patterns) == 0
}

// match is [path.Match] with * for slashes, too, which are in the names of endpoints.
func match(pattern, name string) bool {
	noSlash := strings.NewReplacer("/", "\x00").Replace
	ok, err := path.Match(noSlash(pattern), noSlash(name))
	return err == nil && ok
}

// namesOf are the names by which a pattern finds an object "database.name" or
// "database.name.column": with and without its database, and of a column also those of
// its table. The database alone is none.
func namesOf(object string) []string {
	names := []string{object}
	_, short, dotted := strings.Cut(object, ".")
	if !dotted {
		return names
	}
	names = append(names, short)
	if table, _, column := strings.Cut(short, "."); column {
		names = append(names, table, object[:len(object)-len(short)]+table)
	}
	return names
}

// upper makes codes comparable.
func upper(codes []string) []string {
	out := make([]string, len(codes))
	for i, c := range codes {
		out[i] = strings.ToUpper(c)
	}
	return out
}
