package comment

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/moose-migrate/moose-migrate/pkg/safetext"
)

// errorRunes bounds a line of an error.
const errorRunes = 400

// failure shows an error: its beginning and, of a long one, its end, where most
// programs say what was wrong.
func (w *writer) failure(text string, limit int) {
	if strings.TrimSpace(text) == "" {
		return
	}
	lines := safetext.Lines(safetext.Clip(w.redact(text), 200_000))
	if rest := len(lines) - limit; rest > 0 {
		head, tail := limit/2, limit-limit/2
		lines = slices.Concat(lines[:head], []string{fmt.Sprintf("… %s left out …", plural(rest, "line"))}, lines[len(lines)-tail:])
	}
	for i := range lines {
		lines[i] = safetext.Clip(lines[i], errorRunes)
	}
	w.paragraph(strings.TrimRight(w.fenced("text", lines), "\n"))
}

// shownSteps is how many steps are shown openly.
const shownSteps = 15

var stepSymbols = map[Progress]string{Done: "✓", Broken: "✗", InDoubt: "?", NotStarted: "·"}

// steps lists the operations of a migration with their times.
func (w *writer) steps(list []Step, limit int) {
	if len(list) == 0 {
		return
	}
	notable := list
	if len(list) > shownSteps {
		notable = nil
		for _, s := range list {
			if s.Progress == Broken || s.Progress == InDoubt {
				notable = append(notable, s)
			}
		}
	}
	if len(notable) > 0 {
		w.paragraph(w.stepLines(list, func(i int) bool {
			return len(list) <= shownSteps || list[i].Progress == Broken || list[i].Progress == InDoubt
		}, max(limit, shownSteps)))
	}
	if len(list) > shownSteps {
		if slow := slowest(list); slow != "" {
			w.paragraph("The slowest: " + slow)
		}
		if limit > 20 {
			w.fold("All "+plural(len(list), "operation"), w.stepLines(list, func(int) bool { return true }, 10*limit)+"\n")
		}
	}
}

// stepRunes is the width at which the text of a step ends.
const stepRunes = 72

func (w *writer) stepLines(list []Step, shown func(int) bool, limit int) string {
	var lines []string
	width := 0
	texts := make([]string, len(list))
	for i, s := range list {
		texts[i] = safetext.Clip(safetext.Literal(w.redact(s.Text)), stepRunes)
		if shown(i) {
			width = max(width, len([]rune(texts[i])))
		}
	}
	digits := len(fmt.Sprint(len(list)))
	for i, s := range list {
		if !shown(i) {
			continue
		}
		if len(lines) == limit {
			lines = append(lines, "… and more")
			break
		}
		time := string(s.Progress)
		if s.Progress == Done {
			time = took(s.Took)
		}
		pad := strings.Repeat(" ", width-len([]rune(texts[i])))
		lines = append(lines, fmt.Sprintf("%s %*d. %s%s  %s", cmp.Or(stepSymbols[s.Progress], " "), digits, i+1, texts[i], pad, time))
	}
	return strings.TrimRight(safetext.Fenced("text", lines), "\n")
}

// slowest names the step that took longest.
func slowest(list []Step) string {
	best := slices.MaxFunc(list, func(a, b Step) int { return cmp.Compare(a.Took, b.Took) })
	if best.Took == 0 {
		return ""
	}
	return safetext.Code(safetext.Clip(best.Text, stepRunes)) + ", " + took(best.Took)
}
