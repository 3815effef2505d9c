// Package ruledoc writes what there is to know about a rule, for terminals and for the
// documentation.
package ruledoc

import (
	"fmt"
	"strings"

	"github.com/moose-migrate/moose-migrate/pkg/finding"
	"github.com/moose-migrate/moose-migrate/pkg/review"
)

// Family is a group of rules whose codes begin with the same letters.
type Family struct{ Prefix, Title, Text string }

// Families are all families, in the order of the documentation.
var Families = []Family{
	{"DS", "Deleted data", "Operations after which rows, values or whole tables are gone."},
	{"LC", "Lossy conversions", "Columns that keep their name and change what their values are."},
	{"KY", "Keys, layout and engines", "What cannot be changed in place, so that the table is made again."},
	{"TT", "Time to live", "Rows and values that expire."},
	{"MV", "Views and what depends on them", "Tables that are no longer filled, inserts that fail, values that get lost on the way."},
	{"MU", "Cost and operations", "What a change costs, and what can make it stop half-way."},
	{"CL", "Clusters", "What several servers can do differently."},
	{"ST", "Streams", "Topics of Redpanda and Kafka, and what fills tables from them."},
	{"AP", "API endpoints", "Contracts with callers."},
	{"WF", "Workflows", "Runs and schedules in Temporal."},
	{"PL", "The plan itself", "Plans that are old, edited, blocked by a date, or not what was approved."},
	{"SE", "Security", "Credentials, rights and connections."},
}

// FamilyOf is the family of a code, the zero value when there is none.
func FamilyOf(code string) Family {
	for _, f := range Families {
		if strings.HasPrefix(strings.ToUpper(code), f.Prefix) {
			return f
		}
	}
	return Family{}
}

// SeverityText says how grave a rule is: "block, warn when nothing is affected".
func SeverityText(r *review.Rule) string {
	if r.Severity == finding.Block && r.Proof {
		return "block, or warn when it is proven that nothing is affected"
	}
	return string(r.Severity)
}

// SeverityWord is the severity in a table: "block", or "block*" for one that becomes a
// warning by proof.
func SeverityWord(r *review.Rule) string {
	if r.Severity == finding.Block && r.Proof {
		return string(finding.Block) + "*"
	}
	return string(r.Severity)
}

// Sentence begins a text with a capital letter and ends it with a full stop.
func Sentence(s string) string {
	if s == "" {
		return ""
	}
	s = strings.ToUpper(s[:1]) + s[1:]
	if !strings.HasSuffix(s, ".") {
		s += "."
	}
	return s
}

// Markdown is the section of a rule in the documentation.
func Markdown(r *review.Rule) string {
	var b strings.Builder
	fmt.Fprintf(&b, "### %s %s\n\n", r.Code, r.Name)
	fmt.Fprintf(&b, "**%s.** %s %s\n\n", Sentence(SeverityText(r))[:len(Sentence(SeverityText(r)))-1], r.Detects, r.Happens)
	if r.Remedy != "" {
		fmt.Fprintf(&b, "*Instead:* %s\n\n", Sentence(r.Remedy))
	}
	if len(r.Demo) > 0 {
		b.WriteString(demonstration(r.Demo))
	}
	return b.String()
}

// demonstration writes the steps with what is to be seen.
func demonstration(d review.Demo) string {
	var b strings.Builder
	language := "text"
	for _, s := range d {
		if s.SQL != "" {
			language = "sql"
		}
	}
	fmt.Fprintf(&b, "```%s\n", language)
	for _, s := range d {
		if s.Say != "" {
			fmt.Fprintf(&b, "-- %s\n", Sentence(s.Say))
		}
		b.WriteString(s.Shown())
		if s.SQL != "" {
			b.WriteString(";")
		}
		b.WriteString("\n")
		switch {
		case s.Fails != 0:
			fmt.Fprintf(&b, "--> error %d\n", s.Fails)
		case s.Want != "":
			for line := range strings.SplitSeq(s.Want, "\n") {
				fmt.Fprintf(&b, "--> %s\n", line)
			}
		}
	}
	b.WriteString("```\n\n")
	return b.String()
}
