package report

import (
	"fmt"
	"strings"
)

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
		text := "Cannot be applied: " + clip(strings.TrimRight(r.Invalid[0], ". "), 2*verdictRunes)
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
	var named []string
	rest := 0
	for _, l := range r.Losses {
		switch {
		case l.Empty():
		case len(named) < verdictNames:
			named = append(named, clip(l.short, verdictRunes))
		default:
			rest++
		}
	}
	if len(named) == 0 {
		return ""
	}
	list := strings.Join(named, ", ")
	if rest > 0 {
		list += fmt.Sprintf(" and %d more", rest)
	}
	how := fmt.Sprintf(", %d of them drop data: ", s.Losing)
	switch {
	case s.Changes() == 1:
		how = " that drops data: "
	case s.Losing == 1:
		how = ", 1 of them drops data: "
	}
	return how + list
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
	return fmt.Sprintf("Plan: %d to add, %d to change, %d to recreate, %d to remove.", s.Add, s.Change, s.Recreate, s.Remove)
}
