package report

import (
	"github.com/moose-migrate/moose-migrate/pkg/finding"
	"github.com/moose-migrate/moose-migrate/pkg/safetext"
)

// Amount writes rows and bytes as people read them: "1.2 million rows, 3.4 GB". What is
// nil is left out.
func Amount(rows, bytes *uint64) string { return amount(rows, bytes) }

// StakeText says how much a finding affects: "88,000 rows, 3.4 GB", empty where that was
// not counted.
func StakeText(s *finding.Stake) string {
	if s == nil {
		return ""
	}
	text := amount(s.Rows, s.Bytes)
	switch {
	case !s.Whole:
		return text
	case text == "":
		return "all of its data"
	}
	return text + ", all of its data"
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
	if text := StakeText(f.Stake); text != "" {
		out = append(out, "At stake: "+text)
	}
	for _, e := range f.Evidence {
		out = append(out, "Evidence: "+safetext.Visible(EvidenceText(e)))
	}
	if f.Proven {
		out = append(out, provenText)
	}
	return out
}
