package wf

import (
	"slices"
	"strings"
	"time"

	"github.com/robfig/cron/v3"

	"github.com/moose-migrate/moose-migrate/pkg/inframap"
)

// shownTimes is how many of the next times are shown.
const shownTimes = 5

// next are the next times of a schedule, none when it has none or cannot be read.
// Temporal reads schedules with the same library, in UTC.
func next(c inframap.WorkflowConfig, now time.Time) []time.Time {
	if c.Schedule == "" {
		return nil
	}
	schedule, err := cron.ParseStandard(c.Cron())
	if err != nil {
		return nil
	}
	var out []time.Time
	at := now.UTC()
	for range shownTimes {
		if at = schedule.Next(at); at.IsZero() {
			break
		}
		out = append(out, at)
	}
	return out
}

// timesText lists times in a sentence.
func timesText(times []time.Time) string {
	if len(times) == 0 {
		return "none"
	}
	out := make([]string, len(times))
	for i, t := range times {
		out[i] = t.Format("Mon 2006-01-02 15:04")
	}
	return strings.Join(out, ", ") + " UTC"
}

// sameTimes reports whether two schedules mean the same: their next times over more
// than a year are equal.
func sameTimes(a, b inframap.WorkflowConfig, now time.Time) bool {
	if a.Cron() == b.Cron() {
		return true
	}
	was, err := cron.ParseStandard(a.Cron())
	is, err2 := cron.ParseStandard(b.Cron())
	if err != nil || err2 != nil {
		return false
	}
	return slices.Equal(many(was, now), many(is, now))
}

// compared is how many times of two schedules are compared.
const compared = 500

func many(s cron.Schedule, at time.Time) []time.Time {
	at = at.UTC()
	var out []time.Time
	for range compared {
		if at = s.Next(at); at.IsZero() {
			break
		}
		out = append(out, at)
	}
	return out
}
