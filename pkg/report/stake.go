package report

import (
	"strings"

	"github.com/moose-migrate/moose-migrate/pkg/finding"
	"github.com/moose-migrate/moose-migrate/pkg/safetext"
)

// StakeText says how much a finding affects: "88,000 rows, 3.4 GB", empty where that was
// not counted.
func StakeText(s *finding.Stake) string {
	if s == nil {
		return ""
	}
	text := Amount(s.Rows, s.Bytes)
	switch {
	case !s.Whole:
		return text
	case text == "":
		return "all of its data"
	}
	return text + ", all of its data"
}

// News is what a finding adds to its own text: what is at stake, empty where the text
// says how much, and the evidence, less what only repeats that.
func News(f finding.Finding) (stake string, evidence []finding.Evidence) {
	said := ""
	if f.Stake != nil {
		said = Amount(f.Stake.Rows, f.Stake.Bytes)
	}
	told := said != "" && strings.Contains(f.Text, said)
	for _, e := range f.Evidence {
		if e.Text != "" && strings.Contains(f.Text, e.Text) || told && strings.Contains(e.Text, said) {
			told = true
			continue
		}
		evidence = append(evidence, e)
	}
	if !told {
		stake = StakeText(f.Stake)
	}
	return stake, evidence
}

// EvidenceText is one fact with where it comes from: "1,204 of 50,000 rows do not fit
// (counted in local.Users)".
func EvidenceText(e finding.Evidence) string {
	source := e.Source
	if e.Sampled {
		if source != "" {
			source += "; "
		}
		source += "from a sample, not from all rows"
	}
	if source == "" {
		return e.Text
	}
	return e.Text + " (" + source + ")"
}

// provenText is what is said of a hazard of which it was looked whether it is one.
const provenText = "Checked: nothing is affected."

// facts are the lines on which a finding rests: what is at stake, the evidence, and
// whether it was proven harmless. They are no terminal commands and have no line ends.
func facts(f finding.Finding) []string {
	var out []string
	stake, evidence := News(f)
	if stake != "" {
		out = append(out, "At stake: "+stake)
	}
	for _, e := range evidence {
		out = append(out, "Evidence: "+safetext.Visible(EvidenceText(e)))
	}
	if f.Proven {
		out = append(out, provenText)
	}
	return out
}
