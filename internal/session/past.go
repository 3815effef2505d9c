package session

import (
	"context"

	"github.com/moose-migrate/moose-migrate/internal/past"
	"github.com/moose-migrate/moose-migrate/pkg/inframap"
	"github.com/moose-migrate/moose-migrate/pkg/migrate"
	"github.com/moose-migrate/moose-migrate/pkg/planner"
	"github.com/moose-migrate/moose-migrate/pkg/report"
)

// Between says what differs between two moments, which are named as for [past.At]. The
// project's code is not loaded.
func (s *Session) Between(ctx context.Context, from, to string) (rep *report.Report, err error) {
	progress := s.factory.Progress()
	defer func() { progress.Close(err) }()
	progress.Step("Reading the journal")
	var sides [2]planner.Moment
	var labels [2]string
	for i, name := range []string{from, to} {
		m, err := past.At(ctx, s.Store, name)
		if err != nil {
			return nil, err
		}
		labels[i], sides[i] = m.Label, planner.Moment{Map: m.Map, Now: m.Map == nil}
		if sides[i].Now {
			if sides[i].Map, err = migrate.LoadRecorded(ctx, s.Store); err != nil {
				return nil, err
			}
			if sides[i].Map == nil {
				sides[i].Map = inframap.New(s.Client.Database())
			}
		}
	}
	progress.Step("Comparing")
	outcome, err := planner.Between(ctx, s.Client, s.Client.Database(), s.Project.ClickHouse.AdditionalDatabases, sides[0], sides[1], s.Options())
	if err != nil {
		return nil, err
	}
	rep, err = report.New(outcome, report.Options{Target: s.Client.Describe(), StateStore: s.Store.Describe(), Secrets: s.Project.Secrets()})
	if err == nil {
		rep.Compare(labels[0], labels[1])
	}
	return rep, err
}
