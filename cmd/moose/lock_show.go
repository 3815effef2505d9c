package main

import (
	"encoding/json"
	"fmt"
	"io"
	"time"

	"github.com/moose-migrate/moose-migrate/internal/cli"
	"github.com/moose-migrate/moose-migrate/pkg/state"
)

// showLock says who holds the lock.
func showLock(f *cli.Factory, store string, holder *state.Holder) {
	if holder == nil {
		fmt.Fprintf(f.Out, "The migration lock in %s is free.\n", store)
		return
	}
	h := holder.Shown()
	fmt.Fprintf(f.Out, "The migration lock in %s is held.\n", store)
	line := func(label, text string) {
		if text != "" {
			fmt.Fprintf(f.Out, "  %-9s%s\n", label, cli.SafeLine(text))
		}
	}
	if h.Problem != "" {
		line("Problem", "its content cannot be read: "+h.Problem)
		line("Expires", "not by itself")
		return
	}
	machine := h.Machine
	if h.PID != 0 {
		machine = fmt.Sprintf("%s, process %d", machine, h.PID)
	}
	line("Holder", h.ID)
	line("Machine", machine)
	line("Actor", h.Actor)
	line("Run", h.RunURL)
	if !h.Started.IsZero() {
		line("Since", fmt.Sprintf("%s, for %s now", moment(h.Started), span(h.Seen.Sub(h.Started))))
	}
	if h.Expires.IsZero() {
		line("Expires", "not by itself")
	} else {
		line("Expires", fmt.Sprintf("%s, in %s, unless its holder renews it", moment(h.Expires), span(h.Expires.Sub(h.Seen))))
	}
}

func moment(t time.Time) string { return t.UTC().Format(time.DateTime + " UTC") }

func span(d time.Duration) string { return max(d, 0).Round(time.Second).String() }

func lockJSON(out io.Writer, store string, holder *state.Holder) error {
	answer := struct {
		FormatVersion int           `json:"format_version"`
		Store         string        `json:"store"`
		Held          bool          `json:"held"`
		Holder        *state.Holder `json:"holder,omitzero"`
	}{FormatVersion: 1, Store: store, Held: holder != nil}
	if holder != nil {
		shown := holder.Shown()
		answer.Holder = &shown
	}
	enc := json.NewEncoder(out)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	if err := enc.Encode(answer); err != nil {
		return fmt.Errorf("writing who holds the lock: %w", err)
	}
	return nil
}
