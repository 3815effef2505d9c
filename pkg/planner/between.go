package planner

import (
	"context"

	"github.com/moose-migrate/moose-migrate/pkg/clickhouse"
	"github.com/moose-migrate/moose-migrate/pkg/diff"
	"github.com/moose-migrate/moose-migrate/pkg/drift"
	"github.com/moose-migrate/moose-migrate/pkg/inframap"
)

// Moment is one of two times that are compared: a map that was recorded then or, with Now,
// what the server holds, for which Map is the newest recorded one.
type Moment struct {
	Map *inframap.Map
	Now bool
}

// Between compares two moments in the server's own spelling. What a life cycle protects is
// compared like everything else, and nothing is planned: the outcome has no operations and
// no digest. It only reads.
func Between(ctx context.Context, server Server, database string, databases []string, from, to Moment, o diff.Options) (*Outcome, error) {
	o.IgnoreLifeCycle = true
	var maps [2]*inframap.Map
	for i, m := range []Moment{from, to} {
		stored, err := storedForm(m.Map)
		if err != nil {
			return nil, err
		}
		stored.DefaultDatabase = database
		maps[i] = stored
	}
	canon, err := server.Normalise(ctx, maps[0], maps[1])
	if err != nil {
		return nil, err
	}
	sides := [2]diff.Side{Side(maps[0], canon[0]), Side(maps[1], canon[1])}
	for i, m := range []Moment{from, to} {
		if !m.Now {
			continue
		}
		if sides[i], err = actual(ctx, server, Input{Desired: maps[1-i], Databases: databases, Options: o}, maps[i], [2]*clickhouse.Declared{canon[i], canon[1-i]}); err != nil {
			return nil, err
		}
	}
	out := &Outcome{Status: &drift.Status{Side: sides[0]}, Before: sides[0], After: sides[1], Desired: sides[1].Map}
	out.Result = diff.Maps(sides[0], sides[1], o)
	// What ClickHouse would refuse is of no interest where nothing is applied.
	out.Result.Invalid = nil
	return out, nil
}

// actual is what the server holds of what was recorded or is declared on the other side.
func actual(ctx context.Context, server Server, in Input, recorded *inframap.Map, canon [2]*clickhouse.Declared) (diff.Side, error) {
	catalog, err := server.Introspect(ctx, databasesOf(in))
	if err != nil {
		return diff.Side{}, err
	}
	if err := checkDatabases(in, nil, catalog, server); err != nil {
		return diff.Side{}, err
	}
	if err := access(ctx, server, databasesOf(in), catalog, recorded, in.Desired, canon[:]); err != nil {
		return diff.Side{}, err
	}
	st := drift.Reconcile(recorded, canon[0], in.Desired, catalog, in.Options)
	drift.ReconcileObjects(st, drift.Both{Recorded: recorded, Desired: in.Desired, RecordedForm: canon[0], DesiredForm: canon[1]}, catalog, in.Options)
	return st.Side, nil
}
