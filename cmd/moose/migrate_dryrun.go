package main

import (
	"cmp"
	"context"
	"fmt"
	"strings"

	"github.com/dustin/go-humanize/english"

	"github.com/moose-migrate/moose-migrate/internal/cli"
	"github.com/moose-migrate/moose-migrate/internal/executor"
	"github.com/moose-migrate/moose-migrate/internal/session"
	"github.com/moose-migrate/moose-migrate/pkg/migrate"
	"github.com/moose-migrate/moose-migrate/pkg/plan"
	"github.com/moose-migrate/moose-migrate/pkg/policy"
	"github.com/moose-migrate/moose-migrate/pkg/review"
)

// runMigrateDry makes the checks of a migration and shows what it would send. Nothing is
// locked, written or changed.
func runMigrateDry(ctx context.Context, f *cli.Factory, flags session.Flags, j *judgement) (err error) {
	project, err := cli.LoadProject(ctx, f)
	if err != nil {
		return err
	}
	if err := session.CheckFlow(project); err != nil {
		return err
	}
	files, err := plan.Load(project.Dir)
	if err != nil {
		return err
	}
	s, err := session.OpenProject(ctx, f, project, flags)
	if err != nil {
		return err
	}
	defer func() { err = join(err, s.Close()) }()
	loaded, err := s.Desired(ctx, true)
	if err != nil {
		return err
	}
	fmt.Fprintf(f.Out, "Dry run: nothing is locked, written or changed.\n  %s\n  ClickHouse: %s\n\n", planLine(files), s.Client.Describe())
	if edited, err := files.Edited(); err == nil && edited {
		f.Warn("the files of the plan were changed by hand after they had been generated")
	}
	previewed, err := migrate.Preview(ctx, migrate.Input{
		Server: s.Client, Store: s.Store, Files: files, Desired: loaded.Map,
		Databases: project.ClickHouse.AdditionalDatabases, Options: s.Options(), Clusters: project.ClusterNames(),
		ToolVersion: loaded.ToolVersion, Now: f.Now,
	})
	if err != nil {
		return executor.Exit(f, err)
	}
	checked(f, "The database is what the plan starts from, and the code declares what it leads to")
	if previewed.AtTarget {
		checked(f, "Database already matches target state: a migration would only store the state")
		return tellHolder(ctx, f, s)
	}
	checked(f, "No operation is forbidden, and each holds one command")
	if s.Policy.Judges() || j.given() {
		fresh := &session.Planned{Session: s, Desired: loaded.Map, Sources: loaded.Sources, ToolVersion: loaded.ToolVersion}
		if err := fresh.Replan(ctx, s.Options()); err != nil {
			return err
		}
		limit, err := j.judge(f, fresh, policy.Migrate)
		if err != nil {
			return err
		}
		if len(review.Stopping(fresh.Report.Findings, limit)) > 0 {
			return &cli.ExitError{Code: cli.ExitBlocked, Err: blockedError(fresh.Report, limit)}
		}
		checked(f, "The findings of the review, and "+policy.File+", let it pass")
	}
	if err := tellHolder(ctx, f, s); err != nil {
		return err
	}
	printStatements(f, previewed)
	return nil
}

func checked(f *cli.Factory, text string) { fmt.Fprintf(f.Out, "✓ %s\n", text) }

// planLine names the plan.
func planLine(files *plan.Files) string {
	text := fmt.Sprintf("Plan of %s, %s", files.Plan.CreatedAt.UTC().Format("2006-01-02 15:04:05 UTC"), english.Plural(len(files.Plan.Operations), "operation", ""))
	if digest, err := plan.Digest(files.Plan.Operations, files.Before, files.Desired); err == nil {
		text += ", digest " + plan.Short(digest)
	}
	return text
}

// tellHolder says whether the lock is free.
func tellHolder(ctx context.Context, f *cli.Factory, s *session.Session) error {
	holder, err := s.Store.Holder(ctx)
	if err != nil {
		return err
	}
	if holder == nil {
		checked(f, "The migration lock is free")
		return nil
	}
	fmt.Fprintf(f.Out, "! The migration lock is held by %s; a migration would have to wait\n", cli.SafeLine(cmp.Or(holder.Problem, holder.Name())))
	return nil
}

// printStatements shows every statement in order.
func printStatements(f *cli.Factory, p *migrate.Previewed) {
	size, n := map[int]int{}, 0
	for _, o := range p.Operations {
		size[o.Batch]++
		n += len(o.Statements)
	}
	fmt.Fprintf(f.Out, "\nA migration would send %s:\n", english.Plural(n, "statement", ""))
	for i, o := range p.Operations {
		text := plan.Describe(o.Operation)
		if lost := plan.Destructive(o.Operation); lost != "" {
			text += " (" + lost + ")"
		}
		if size[o.Batch] > 1 {
			text += fmt.Sprintf(" [batch %d, side by side]", o.Batch)
		}
		fmt.Fprintf(f.Out, "\n[%d/%d] %s\n", i+1, len(p.Operations), cli.SafeLine(f.Redact(text)))
		for _, sql := range o.Statements {
			for line := range strings.SplitSeq(f.Redact(sql)+";", "\n") {
				fmt.Fprintf(f.Out, "      %s\n", cli.SafeLine(line))
			}
		}
	}
}
