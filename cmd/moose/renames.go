package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/moose-migrate/moose-migrate/internal/cli"
	"github.com/moose-migrate/moose-migrate/internal/session"
	"github.com/moose-migrate/moose-migrate/pkg/diff"
	"github.com/moose-migrate/moose-migrate/pkg/policy"
	"github.com/moose-migrate/moose-migrate/pkg/report"
	"github.com/moose-migrate/moose-migrate/pkg/schema"
)

// answer is what becomes of a recognised rename.
type answer int

const (
	// ask asks on a terminal and is an error elsewhere.
	ask answer = iota
	rename
	dropAndAdd
)

// settleRenames has every recognised rename answered, and plans again with what was
// said. Without a terminal and without a flag it is an error: a guess, either way,
// could cost the values.
func settleRenames(ctx context.Context, f *cli.Factory, p *session.Planned, a answer) error {
	in := bufio.NewReader(f.In)
	for len(p.Report.Renames) > 0 {
		options := p.Options
		options.NoRenames = a == dropAndAdd
		for _, r := range p.Report.Renames {
			yes := a == rename
			if a == ask {
				var err error
				if yes, err = askRename(f, in, r); err != nil {
					return err
				}
			}
			if yes {
				options.Renames = append(options.Renames, stated(r))
			} else {
				options.NotRenames = append(options.NotRenames, stated(r))
			}
		}
		if err := p.Replan(ctx, options); err != nil {
			return err
		}
	}
	return nil
}

func stated(r report.Rename) diff.Rename {
	from := schema.Name{Database: r.Database, Object: r.Table}
	if r.Kind == "table" {
		return diff.Rename{Table: from, To: schema.Name{Database: r.Database, Object: r.To}}
	}
	return diff.Rename{Table: from, To: from, Columns: map[string]string{r.From: r.To}}
}

// askRename shows both variants and reads the answer.
func askRename(f *cli.Factory, in *bufio.Reader, r report.Rename) (bool, error) {
	if f.IsTerminal == nil || !f.IsTerminal(f.In) || !f.IsTerminal(f.Err) {
		return false, &cli.ExitError{Code: cli.ExitBlocked, Err: cli.WithRemedy(
			errors.New(r.Advice()),
			"Nothing was written. The flags answer for every such question of the plan; for single ones use renames: in "+policy.File+".")}
	}
	f.Note(fmt.Sprintf("\n%s\n  r  rename, and keep the values:\n%s  d  drop and add, the values are lost:\n%s  c  cancel",
		upperFirst(r.Question()), indented(r.Keep), indented(r.Lose)))
	for {
		fmt.Fprint(f.Err, "[r/d/c]: ")
		line, err := in.ReadString('\n')
		switch strings.ToLower(strings.TrimSpace(line)) {
		case "r", "rename":
			return true, nil
		case "d", "drop":
			return false, nil
		case "c", "cancel":
			return false, errors.New("cancelled; nothing was saved")
		}
		if errors.Is(err, io.EOF) {
			return false, errors.New("no answer; nothing was saved")
		}
		if err != nil {
			return false, fmt.Errorf("read the answer: %w", err)
		}
	}
}

func upperFirst(s string) string { return strings.ToUpper(s[:1]) + s[1:] }

func indented(lines []string) string {
	var b strings.Builder
	for _, l := range lines {
		b.WriteString("       " + strings.ReplaceAll(l, "\n", "\n       ") + "\n")
	}
	return b.String()
}
