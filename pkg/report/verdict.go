package report

import (
	"fmt"
	"strings"

	"github.com/moose-migrate/moose-migrate/pkg/diff"
	"github.com/moose-migrate/moose-migrate/pkg/safetext"
)

// keepDrift says what a reader can do about drift when a plan follows.
const keepDrift = "To keep such a change, declare it in the code; otherwise this plan undoes it."

// runtimeKinds are what Moose itself brings up to date when it is deployed, and a
// migration only records.
var runtimeKinds = map[diff.Kind]bool{
	diff.Topic: true, diff.Sync: true, diff.Function: true, diff.API: true, diff.Workflow: true, diff.WebApp: true, diff.Worker: true,
}

// verdictNames is how many losses the verdict names; verdictRunes bounds each part
// that comes from the project, so that the verdict always fits a comment.
const (
	verdictNames = 2
	verdictRunes = 200
)

// verdict is the outcome in one sentence.
func (r *Report) verdict() string {
	s := r.Summary
	if s.Invalid > 0 {
		text := "Cannot be applied: " + safetext.Clip(strings.TrimRight(r.Invalid[0], ". "), 2*verdictRunes)
		if s.Invalid > 1 {
			text += fmt.Sprintf("; and %d more", s.Invalid-1)
		}
		return text + "."
	}
	return r.changesVerdict() + r.driftVerdict() + "."
}

func (r *Report) changesVerdict() string {
	s := r.Summary
	held := ""
	if s.Blocked > 0 {
		is := "are"
		if s.Blocked == 1 {
			is = "is"
		}
		held = fmt.Sprintf("%s %s held back by the life cycle", plural(s.Blocked, "change"), is)
	}
	switch n := s.Changes(); {
	case n == 0 && held != "":
		return "Nothing to apply; " + held
	case n == 0 && s.Ignored > 0:
		return "No changes. ClickHouse matches your code, apart from " + plural(s.Ignored, "difference") + " that the project leaves out"
	case n == 0:
		return "No changes. ClickHouse matches your code"
	default:
		text := plural(n, "change") + r.lossVerdict()
		if held != "" {
			text += "; " + held
		}
		return text
	}
}

func (r *Report) lossVerdict() string {
	s := r.Summary
	text := ""
	if list := r.namedLosses(false); list != "" {
		switch {
		case s.Changes() == 1:
			text = " that drops data: " + list
		case s.Losing == 1:
			text = ", 1 of them drops data: " + list
		default:
			text = fmt.Sprintf(", %d of them drop data: %s", s.Losing, list)
		}
	}
	if list := r.namedLosses(true); list != "" {
		separator := ","
		if text != "" {
			separator = ";"
		}
		text += fmt.Sprintf("%s %d of them can change values: %s", separator, s.Converting, list)
	}
	return text
}

// namedLosses names the first of the dropped or of the converted and counts the rest.
func (r *Report) namedLosses(converted bool) string {
	var named []string
	rest := 0
	for _, l := range r.Losses {
		switch {
		case l.Empty() || l.Converts() != converted:
		case len(named) < verdictNames:
			named = append(named, safetext.Clip(l.short, verdictRunes))
		default:
			rest++
		}
	}
	list := strings.Join(named, ", ")
	if rest > 0 {
		list += fmt.Sprintf(" and %d more", rest)
	}
	return list
}

func (r *Report) driftVerdict() string {
	switch r.Summary.Drift {
	case 0:
		return ""
	case 1:
		return "; drift: 1 object was changed outside of Moose since the last migration"
	}
	return fmt.Sprintf("; drift: %d objects were changed outside of Moose since the last migration", r.Summary.Drift)
}

// summaryLine counts the changed objects.
func (r *Report) summaryLine() string {
	s := r.Summary
	if r.Between != nil {
		return fmt.Sprintf("Difference: %d added, %d changed, %d recreated, %d removed.", s.Add, s.Change, s.Recreate, s.Remove)
	}
	return fmt.Sprintf("Plan: %d to add, %d to change, %d to recreate, %d to remove.", s.Add, s.Change, s.Recreate, s.Remove)
}

// runtimeNote tells the operations from the changes that need none; empty when there
// are no such changes, or nothing can be applied.
func (r *Report) runtimeNote() string {
	if r.Summary.Invalid > 0 || r.Between != nil {
		return ""
	}
	for _, c := range r.Changes {
		if runtimeKinds[c.Kind] {
			return plural(r.Summary.Operations, "operation") +
				" in ClickHouse; topics, endpoints and workflows are brought up to date by Moose when it is deployed."
		}
	}
	return ""
}
