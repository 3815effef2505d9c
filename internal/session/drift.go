package session

import (
	"context"
	"errors"

	"github.com/moose-migrate/moose-migrate/internal/cli"
	"github.com/moose-migrate/moose-migrate/pkg/clickhouse"
	"github.com/moose-migrate/moose-migrate/pkg/diff"
	"github.com/moose-migrate/moose-migrate/pkg/inframap"
	"github.com/moose-migrate/moose-migrate/pkg/inframap/statepb"
	"github.com/moose-migrate/moose-migrate/pkg/migrate"
	"github.com/moose-migrate/moose-migrate/pkg/planner"
	"github.com/moose-migrate/moose-migrate/pkg/report"
	"github.com/moose-migrate/moose-migrate/pkg/schema"
	"github.com/moose-migrate/moose-migrate/pkg/state"
)

// ErrNothingRecorded is the answer to a check for drift before the first migration.
var ErrNothingRecorded = errors.New("nothing was ever recorded for this project, so there is nothing to compare with")

// Drift compares what the last migration recorded with what the servers hold. The
// project's code is not loaded.
func (s *Session) Drift(ctx context.Context, streams bool) (found *report.DriftReport, err error) {
	progress := s.factory.Progress()
	defer func() { progress.Close(err) }()
	progress.Step("Reading the stored state")
	blob, err := s.Store.Load(ctx)
	if errors.Is(err, state.ErrNone) {
		return nil, cli.WithRemedy(ErrNothingRecorded, "The first `moose migrate` records the state in "+s.Store.Describe()+".")
	}
	if err != nil {
		return nil, err
	}
	recorded, err := statepb.Decode(blob.Data)
	if err != nil {
		return nil, migrate.UnreadableState(s.Store, blob.Key, err)
	}
	progress.Step("Comparing with ClickHouse")
	status, err := planner.Drift(ctx, s.Client, planner.Input{
		Recorded: recorded, Desired: inframap.New(s.Client.Database()), Databases: s.Project.ClickHouse.AdditionalDatabases, Options: s.Options(),
	})
	if err != nil {
		return nil, err
	}
	in := report.DriftInput{
		Database: s.Client.Database(), Changes: status.Drift, Ignored: status.Ignored, Unmanaged: status.Unmanaged, RecordedAt: blob.StoredAt,
		Target: s.Client.Describe(), StateStore: s.Store.Describe(), Secrets: s.Project.Secrets(),
	}
	if in.History, err = s.History(ctx, status.Drift); err != nil {
		return nil, err
	}
	if streams {
		progress.Close(nil)
		found, err := s.Streams(ctx, recorded)
		if err != nil {
			return nil, err
		}
		in.Changes, in.UnmanagedTopics = append(in.Changes, found.Drift...), found.UnmanagedTopics
	}
	return report.NewDrift(in), nil
}

// History asks who changed the drifted objects last.
func (s *Session) History(ctx context.Context, drifted []diff.Change) (map[schema.Name]clickhouse.LastChange, error) {
	var changed []schema.Name
	for _, c := range drifted {
		if c.Object.Object != "" {
			changed = append(changed, c.Object)
		}
	}
	return s.Client.History(ctx, changed)
}
