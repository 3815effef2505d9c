package rehearse

import (
	"fmt"
	"slices"
	"strings"
)

// doubts collects what is not proven: reasons in the order in which they came up, each
// with what it is about.
type doubts struct {
	reasons []string
	about   map[string][]string
}

// namedDoubts is how many names one reason lists before it counts the rest.
const namedDoubts = 20

// add notes a reason about something; about is empty when the reason says everything.
func (d *doubts) add(reason, about string) {
	if d.about == nil {
		d.about = map[string][]string{}
	}
	list, known := d.about[reason]
	if !known {
		d.reasons = append(d.reasons, reason)
	}
	if about != "" && !slices.Contains(list, about) {
		list = append(list, about)
	}
	d.about[reason] = list
}

// list is one text for each reason: "table local.Raw: reads from Kafka".
func (d *doubts) list() []string {
	out := []string{}
	for _, reason := range d.reasons {
		names := d.about[reason]
		if len(names) == 0 {
			out = append(out, reason)
			continue
		}
		text := strings.Join(names[:min(len(names), namedDoubts)], ", ")
		if more := len(names) - namedDoubts; more > 0 {
			text += fmt.Sprintf(" and %d more", more)
		}
		out = append(out, text+": "+reason)
	}
	return out
}
