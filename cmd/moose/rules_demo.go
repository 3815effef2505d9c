package main

import (
	"context"
	"fmt"
	"strings"

	"github.com/moose-migrate/moose-migrate/internal/cli"
	"github.com/moose-migrate/moose-migrate/internal/session"
	"github.com/moose-migrate/moose-migrate/pkg/review"
	"github.com/moose-migrate/moose-migrate/pkg/review/demo"
)

// playDemo shows a rule on an engine that is started for it, and compares.
func playDemo(ctx context.Context, f *cli.Factory, r *review.Rule) (err error) {
	var server demo.Server
	if demo.NeedsServer(r.Demo) {
		client, end, err := session.OwnEngine(ctx, f)
		if err != nil {
			return cli.WithRemedy(err, "`moose rules explain "+r.Code+" --no-demo` needs no server.")
		}
		defer func() { err = join(err, end()) }()
		server = client
	}
	fmt.Fprint(f.Out, "\nDemonstration:\n")
	style, other := f.Style(f.Out), 0
	err = demo.Run(ctx, server, r.Demo, func(result demo.Result) {
		s := result.Step
		if s.Say != "" {
			fmt.Fprintf(f.Out, "\n  %s\n", s.Say)
		}
		fmt.Fprintf(f.Out, "    %s\n", indent(s.Shown(), "    "))
		tone := cli.TonePlain
		if result.Code != 0 {
			tone = cli.ToneFailure
		}
		if result.Saw != "" {
			fmt.Fprintf(f.Out, "    %s %s\n", style.Paint(tone, "→"), indent(firstLine(result.Saw), "      "))
		}
		if !result.AsTold() {
			other++
			fmt.Fprintf(f.Out, "    %s\n", style.Paint(cli.ToneWarning, "This is not what the rule says. Is it another version of ClickHouse?"))
		}
	})
	if err == nil && other > 0 {
		err = fmt.Errorf("%d steps have shown something else than the rule says", other)
	}
	return err
}

func indent(s, by string) string { return strings.ReplaceAll(s, "\n", "\n"+by) }

// firstLine leaves out what a server adds to its refusal.
func firstLine(s string) string {
	if !strings.Contains(s, "(ClickHouse code") {
		return s
	}
	line, _, _ := strings.Cut(s, "\n")
	return line
}
