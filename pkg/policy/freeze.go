package policy

import (
	"fmt"
	"strings"
	"time"
	_ "time/tzdata" // an image may have no time zones of its own

	"github.com/moose-migrate/moose-migrate/pkg/finding"
)

// Freeze is a time in which nothing is applied: from one day to another, or the same hours
// on some days of every week.
type Freeze struct {
	// First day or moment, as 2026-12-20 or 2026-12-20T18:00:00Z; with days, the hour at which it begins, as 16:00 (00:00 when not given).
	From string `yaml:"from"`
	// Last day or moment; with days, the hour at which it ends, on the next day when it is not after from (24:00 when not given).
	To string `yaml:"to"`
	// Days of the week on which it begins; not given for a single time.
	Days []Day `yaml:"days" jsonschema:"minItems=1,enum=mon,enum=tue,enum=wed,enum=thu,enum=fri,enum=sat,enum=sun"`
	// Time zone such as Europe/Berlin; UTC when not given.
	Timezone string `yaml:"timezone"`
	// Why, as people read it.
	Reason string `yaml:"reason" jsonschema:"required,minLength=1"`
	// Names of environments; all when there are none.
	Environments []string `yaml:"environments"`
}

// Day is a day of the week: "mon" to "sun".
type Day string

// days are the values of [Day], as [time.Weekday] counts them.
var days = []string{"sun", "mon", "tue", "wed", "thu", "fri", "sat"}

func (d *Day) set(text string) error {
	*d = Day(text)
	return oneOf(text, "mon", "tue", "wed", "thu", "fri", "sat", "sun")
}

func (f Freeze) check(e entry) {
	checkPatterns(e, nil, f.Environments)
	if strings.TrimSpace(f.Reason) == "" {
		e.wrong("reason", "reason is missing; whoever wants to migrate then reads it")
	}
	zone, err := time.LoadLocation(f.Timezone)
	if err != nil || f.Timezone == "Local" {
		e.wrong("timezone", "%q is no time zone; write a name such as Europe/Berlin", f.Timezone)
		return
	}
	if len(f.Days) > 0 {
		for key, hour := range map[string]string{"from": f.From, "to": f.To} {
			if _, err := clock(hour); hour != "" && err != nil {
				e.wrong(key, "with days, %s is an hour: %w", key, err)
			}
		}
		return
	}
	from, _, fromErr := parseMoment(f.From, zone)
	to, toDay, toErr := parseMoment(f.To, zone)
	if toDay {
		to = to.AddDate(0, 0, 1)
	}
	switch {
	case fromErr != nil:
		e.wrong("from", "from: %w; for hours of every week name days, too", fromErr)
	case toErr != nil:
		e.wrong("to", "to: %w; for hours of every week name days, too", toErr)
	case !to.After(from):
		e.wrong("to", "it ends before it begins")
	}
}

// clock reads an hour as minutes since midnight, up to 24:00.
func clock(text string) (int, error) {
	if text == "24:00" {
		return 24 * 60, nil
	}
	t, err := time.Parse("15:04", text)
	if err != nil || len(text) != len("15:04") {
		return 0, fmt.Errorf("%q is no time of day; write 00:00 to 24:00", text)
	}
	return t.Hour()*60 + t.Minute(), nil
}

// until reports whether now lies in the freeze, and when that ends.
func (f Freeze) until(now time.Time) (end time.Time, frozen bool) {
	zone, err := time.LoadLocation(f.Timezone)
	if err != nil {
		return time.Time{}, false // not from a file: that was checked
	}
	if len(f.Days) == 0 {
		from, _, err := parseMoment(f.From, zone)
		end, day, endErr := parseMoment(f.To, zone)
		if day {
			end = end.AddDate(0, 0, 1)
		}
		return end, err == nil && endErr == nil && !now.Before(from) && now.Before(end)
	}
	end = now
	for range days { // one window can follow on another
		next, ok := f.window(end.In(zone))
		if !ok {
			break
		}
		end, frozen = next, true
	}
	return end, frozen
}

// window finds the end of the window of a week that a moment lies in: one that began on
// its day or on the day before.
func (f Freeze) window(at time.Time) (time.Time, bool) {
	from, to := 0, 24*60
	if m, err := clock(f.From); err == nil {
		from = m
	}
	if m, err := clock(f.To); err == nil {
		to = m
	}
	if to <= from {
		to += 24 * 60
	}
	for _, back := range []int{0, 1} {
		y, m, d := at.AddDate(0, 0, -back).Date()
		midnight := time.Date(y, m, d, 0, 0, 0, 0, at.Location())
		// As clocks on the wall go, whatever the day of a change of the hour lacks.
		begin := time.Date(y, m, d, 0, from, 0, 0, at.Location())
		end := time.Date(y, m, d, 0, to, 0, 0, at.Location())
		for _, day := range f.Days {
			if string(day) == days[midnight.Weekday()] && !at.Before(begin) && at.Before(end) {
				return end, true
			}
		}
	}
	return time.Time{}, false
}

// name is what people call the freeze in an override.
func (f Freeze) name() string {
	text := "freeze " + f.From + " to " + f.To
	if len(f.Days) > 0 {
		text = "freeze"
		for _, d := range f.Days {
			text += " " + string(d)
		}
		if f.From != "" || f.To != "" {
			text += " " + f.From + "-" + f.To
		}
	}
	return text
}

// CodeFreeze is the rule of a freeze.
const CodeFreeze = "PL015"

// frozen are the findings of the freezes that now lies in.
func (p *Policy) frozen(c Context) []finding.Finding {
	var out []finding.Finding
	for _, w := range p.Freeze {
		end, ok := w.until(c.Now)
		if !ok || !anyMatch(w.Environments, c.Environment) || c.Empty {
			continue
		}
		f := finding.Finding{
			Code: CodeFreeze, Severity: finding.Block, Rule: "freeze", Object: w.name(),
			Text:   "nothing is applied until " + end.UTC().Format("2006-01-02 15:04 UTC") + ": " + w.Reason,
			Remedy: "wait until then",
		}
		if c.Purpose == Plan {
			f.Severity = finding.Warn
			f.Text += "; a plan that is merged before that is not applied"
		}
		f.Fingerprint = finding.Fingerprint(f.Code, f.Object, w.Timezone)
		out = append(out, f)
	}
	return out
}
