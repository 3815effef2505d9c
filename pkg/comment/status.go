package comment

import (
	"strings"
	"unicode/utf8"

	"github.com/moose-migrate/moose-migrate/pkg/finding"
	"github.com/moose-migrate/moose-migrate/pkg/forge"
	"github.com/moose-migrate/moose-migrate/pkg/safetext"
)

// DescriptionRunes is how long GitHub lets the description of a commit status or of a
// deployment be.
const DescriptionRunes = 140

// Status is the commit status of the page: pending while there is work going on or a
// plan is still to come, an error when the check itself broke.
func (p *Page) Status() forge.Status {
	return forge.Status{State: p.statusState(), Context: CheckName(p.Environment, p.Project), Description: p.Description(), TargetURL: p.Run.URL}
}

func (p *Page) statusState() forge.State {
	switch p.State {
	case Running, Applying, NotAvailable:
		return forge.Pending
	case Applied:
		return forge.Success
	case Failed, Interrupted:
		return forge.Errored
	case Stopped, PartlyApplied:
		return forge.Failure
	}
	r := p.Report
	if r == nil || len(r.Invalid) > 0 || r.Conclusion == finding.Failed || r.Conclusion == finding.Blocked || len(sortFindings(r).blocking) > 0 {
		return forge.Failure
	}
	return forge.Success
}

// Description is the verdict in one plain line of at most [DescriptionRunes]
// characters: "Blocked: 2 changes lose data (DS101 local.Events, DS103 local.Users.age)".
func (p *Page) Description() string {
	text := p.headline().plain(p.redact)
	blocking := sortFindings(p.Report).blocking
	if len(blocking) == 0 || p.State != Planned && p.State != Stopped {
		return safetext.Clip(text, DescriptionRunes)
	}
	var named []string
	for i, f := range blocking {
		name := safetext.Visible(p.redact(strings.TrimSpace(f.Code + " " + f.Object)))
		with := text + " (" + strings.Join(append(named, name), ", ")
		more := ")"
		if i < len(blocking)-1 {
			more = ", …)"
		}
		if utf8.RuneCountInString(with+more) > DescriptionRunes {
			named = append(named, "…")
			break
		}
		named = append(named, name)
	}
	return safetext.Clip(text+" ("+strings.Join(named, ", ")+")", DescriptionRunes)
}

// firstLine is what an error says first, without what leads over to the next line.
func firstLine(s string) string {
	for l := range strings.Lines(s) {
		if l = strings.TrimRight(strings.TrimSpace(l), ".:"); l != "" {
			return l
		}
	}
	return ""
}
