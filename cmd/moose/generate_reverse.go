package main

import (
	"context"
	"fmt"
	"strings"

	"github.com/dustin/go-humanize/english"

	"github.com/moose-migrate/moose-migrate/internal/cli"
	"github.com/moose-migrate/moose-migrate/internal/session"
	"github.com/moose-migrate/moose-migrate/pkg/plan"
	"github.com/moose-migrate/moose-migrate/pkg/report"
)

// runGenerateReverse plans the way back to what was there before a run.
func runGenerateReverse(ctx context.Context, f *cli.Factory, o *generateOptions, name string) (err error) {
	o.flags.SavesPlan = o.save
	s, err := session.Open(ctx, f, o.flags)
	if err != nil {
		return err
	}
	back, err := session.MakeReverse(ctx, s, name)
	if err != nil {
		return err
	}
	defer func() { err = join(err, back.Close()) }()
	f.Note(reverseHead(back))
	if len(back.Differences) == 0 { // otherwise nothing is saved, and there is nothing to ask
		if err := settleRenames(ctx, f, back.Planned, o.renames()); err != nil {
			return err
		}
	}
	if err := back.Report.Text(f.Err, report.TextOptions{Color: f.Style(f.Err).Enabled()}); err != nil {
		return err
	}
	f.Note(goneText(back))
	if len(back.Differences) > 0 {
		return &cli.ExitError{Code: cli.ExitStale, Err: cli.WithRemedy(
			fmt.Errorf("the code does not declare what was there before, so nothing was saved:\n  - %s", strings.Join(back.Differences, "\n  - ")),
			"Revert the commit first (git revert "+commitOf(back)+"), and run this again. If the code is right as it is, make an ordinary plan: moose generate migration --save")}
	}
	f.Note("The code declares what was there before: the plan leads to it.")
	return o.finish(f, back.Planned)
}

func commitOf(back *session.Reversed) string {
	if back.Run.Commit == "" {
		return "COMMIT"
	}
	return back.Run.Commit
}

// reverseHead says what is undone.
func reverseHead(back *session.Reversed) string {
	text := fmt.Sprintf("The way back to what was there before plan %s (run %s)", plan.Short(back.Run.Digest), back.Run.ID)
	if back.Later > 0 {
		text += fmt.Sprintf(", over %s that came after it", english.Plural(back.Later, "migration", ""))
	}
	return text + "."
}

// goneText names what does not come back.
func goneText(back *session.Reversed) string {
	if len(back.Gone) == 0 {
		return "Nothing is known to be lost on the way that this plan does not bring back."
	}
	var b strings.Builder
	b.WriteString("This plan does not bring back:")
	for _, g := range back.Gone {
		fmt.Fprintf(&b, "\n  - %s: %s (plan %s)", g.Object, g.Text, plan.Short(g.Digest))
		if g.Remedy != "" {
			b.WriteString("\n    " + g.Remedy)
		}
	}
	return b.String()
}
