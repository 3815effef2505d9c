package report

import (
	"fmt"
	"math"
	"strings"
	"time"

	"github.com/dustin/go-humanize"
)

// Cost is what a step makes the server write again. A step that writes nothing has none.
type Cost struct {
	// Bytes on disk are written again, in Parts parts of a table with Rows rows in them.
	Bytes uint64 `json:"bytes"`
	Rows  uint64 `json:"rows"`
	Parts uint64 `json:"parts"`
	// FreeNeeded is about how many bytes must be free on disk meanwhile: the old parts stay
	// until the new ones are there.
	FreeNeeded uint64 `json:"free_needed"`
	// Seconds is about how long it takes, 0 when that is not known; Basis says what that
	// rests on.
	Seconds float64 `json:"seconds,omitzero"`
	Basis   string  `json:"basis,omitzero"`
}

// Short is the cost in a few words: "rewrites 1.2 GB in 34 parts, about 2 minutes".
func (c Cost) Short() string {
	text := fmt.Sprintf("rewrites %s in %s", humanize.Bytes(c.Bytes), countOf(c.Parts, "part"))
	if c.Seconds > 0 {
		text += ", " + about(c.Seconds)
	}
	return text
}

// Text is the cost in full.
func (c Cost) Text() string {
	text := fmt.Sprintf("rewrites %s in %s (%s), needs about %s of free disk", humanize.Bytes(c.Bytes), countOf(c.Parts, "part"), RowsText(c.Rows), humanize.Bytes(c.FreeNeeded))
	if c.Seconds > 0 {
		text += ", takes " + about(c.Seconds)
	}
	if c.Basis != "" {
		text += " (" + c.Basis + ")"
	}
	return text
}

// Plus is the cost of both steps, one after the other.
func (c Cost) Plus(d Cost) Cost {
	sum := Cost{
		Bytes: c.Bytes + d.Bytes, Rows: max(c.Rows, d.Rows), Parts: max(c.Parts, d.Parts), FreeNeeded: max(c.FreeNeeded, d.FreeNeeded), Basis: d.Basis,
	}
	if c.Seconds > 0 && d.Seconds > 0 {
		sum.Seconds = c.Seconds + d.Seconds
	}
	return sum
}

// about is a length of time as an estimate.
func about(seconds float64) string {
	d := time.Duration(seconds * float64(time.Second))
	switch {
	case d < 2*time.Second:
		return "about a second"
	case d < 2*time.Minute:
		return fmt.Sprintf("about %d seconds", int(math.Round(d.Seconds())))
	case d < 2*time.Hour:
		return fmt.Sprintf("about %d minutes", int(math.Round(d.Minutes())))
	case d < 48*time.Hour:
		return fmt.Sprintf("about %d hours", int(math.Round(d.Hours())))
	}
	return fmt.Sprintf("about %s days", strings.TrimSuffix(fmt.Sprintf("%.1f", d.Hours()/24), ".0"))
}
