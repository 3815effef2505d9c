package session

import (
	"context"
	"errors"
	"fmt"
	"os"

	"github.com/moose-migrate/moose-migrate/internal/cli"
	"github.com/moose-migrate/moose-migrate/pkg/dsn"
	"github.com/moose-migrate/moose-migrate/pkg/rehearse"
)

// devRemedy is what else one can do when there is no engine to rehearse on.
const devRemedy = "Or rehearse on a ClickHouse server of your own: --dev-url clickhouse://USER:PASSWORD@HOST:9000/default (input dev-url of the action)."

// Rehearse plays the plan on the server at devURL, or on an embedded engine when that is
// empty, and adds to the report how it went. A plan without operations, or one that can
// never be applied, is not rehearsed. Judge the report afterwards with [Review].
func (p *Planned) Rehearse(ctx context.Context, devURL string) (err error) {
	p.Report.Rehearse(nil)
	if len(p.Outcome.Operations) == 0 || len(p.Outcome.Result.Invalid) > 0 {
		return nil
	}
	progress := p.factory.Progress()
	defer func() { progress.Close(err) }()
	scratch, closeScratch, err := p.scratch(ctx, devURL, progress)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, closeScratch()) }()
	progress.Step("Rehearsing the plan")
	result, err := rehearse.Run(ctx, rehearse.Input{
		Actual: p.Client, Scratch: scratch, Outcome: p.Outcome,
		Databases: p.Project.ClickHouse.AdditionalDatabases, Options: p.Options, Now: p.factory.Now,
	})
	if err != nil {
		return err
	}
	p.Report.Rehearse(result)
	p.review()
	return nil
}

// scratch opens what a plan is rehearsed on; the second result ends it.
func (p *Planned) scratch(ctx context.Context, devURL string, progress *cli.Progress) (rehearse.Scratch, func() error, error) {
	if devURL != "" {
		target, err := dsn.ParseClickHouse(devURL)
		if err != nil {
			return rehearse.Scratch{}, nil, fmt.Errorf("--dev-url: %w", err)
		}
		p.factory.AddSecrets(target.Secrets()...)
		return rehearse.Scratch{Target: target, Name: target.Masked()}, func() error { return nil }, nil
	}
	progress.Step("Starting a ClickHouse to rehearse on")
	engine, dir, err := startEngine(ctx, p.factory)
	if err != nil {
		return rehearse.Scratch{}, nil, cli.WithRemedy(fmt.Errorf("start a ClickHouse to rehearse on: %w", err), devRemedy)
	}
	end := func() error { return errors.Join(engine.Close(), os.RemoveAll(dir)) }
	target, err := dsn.ParseClickHouse(engine.NativeURL(""))
	if err != nil {
		return rehearse.Scratch{}, nil, errors.Join(err, end())
	}
	p.factory.AddSecrets(target.Secrets()...)
	return rehearse.Scratch{Target: target, Name: "an embedded ClickHouse", Own: true}, end, nil
}
