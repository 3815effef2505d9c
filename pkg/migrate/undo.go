package migrate

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"time"

	"github.com/dustin/go-humanize"

	"github.com/moose-migrate/moose-migrate/pkg/clickhouse"
	"github.com/moose-migrate/moose-migrate/pkg/clickhouse/sqltext"
	"github.com/moose-migrate/moose-migrate/pkg/journal"
	"github.com/moose-migrate/moose-migrate/pkg/plan"
	"github.com/moose-migrate/moose-migrate/pkg/schema"
)

// Dropper is what an operation that drops a table needs of ClickHouse.
type Dropper interface {
	Execute(ctx context.Context, op plan.Operation, e clickhouse.Execution) error
	// Held looks at a table; nil when it is not there.
	Held(ctx context.Context, table schema.Name) (*clickhouse.Held, error)
	// Undroppable is for how long a table that was dropped can be brought back.
	Undroppable(ctx context.Context, h *clickhouse.Held) (time.Duration, error)
}

// What a table may have grown by since the review: a tenth, for merges that are under way
// and inserts that trickle, and never less than a megabyte, which a small table gains with
// a few inserts. A table that was empty may hold nothing: its drop needed no decision.
const (
	growthPart  = 10
	growthBytes = 1 << 20
)

// dropLimit is what a table may hold when it is dropped, in bytes. It is never 0, which
// ClickHouse takes for no limit.
func dropLimit(reviewed uint64) uint64 {
	if reviewed == 0 {
		return 1
	}
	growth := max(reviewed/growthPart, growthBytes)
	if reviewed > math.MaxUint64-growth {
		return math.MaxUint64
	}
	return reviewed + growth
}

// Outgrown reports whether a table that both plans drop holds more, by the fresh one, than the
// saved one lets go.
func Outgrown(saved, fresh *plan.Plan) bool {
	for table, reviewed := range saved.Sizes {
		if fresh.Sizes[table] > dropLimit(reviewed) {
			return true
		}
	}
	return false
}

// GrownError is a table that holds more than when its drop was reviewed. It was not dropped.
type GrownError struct {
	Table schema.Name
	// Reviewed and Now are bytes on disk.
	Reviewed, Now uint64
	// refused is the server's answer, nil when it was not asked.
	refused error
}

// Unwrap returns the server's answer, if it was asked.
func (e *GrownError) Unwrap() error { return e.refused }

// Error says from what to what it has grown.
func (e *GrownError) Error() string {
	return fmt.Sprintf("table %s was not dropped: it has grown since the review, from %s to %s. Somebody may still write to it.\n"+
		"Find out who, or make the plan again with `moose generate migration --clickhouse-url <url> --save` and have the new size reviewed",
		e.Table, humanize.Bytes(e.Reviewed), humanize.Bytes(e.Now))
}

// executeUndoable executes an operation. When that drops a table, it is refused with a
// *GrownError if the table holds more than was reviewed, and the drop is returned with
// the statement that brings the table back. The drop is returned beside an error, too,
// when the statement may have run.
func executeUndoable(ctx context.Context, server Dropper, in Input, op plan.Operation, e clickhouse.Execution) (*journal.Drop, error) {
	drop, ok := op.(*plan.DropTableOp)
	if !ok {
		return nil, server.Execute(ctx, op, e)
	}
	held, err := server.Held(ctx, nameOf(op, in.Desired.DefaultDatabase))
	if err != nil {
		return nil, err
	}
	if held == nil {
		return nil, server.Execute(ctx, op, e)
	}
	reviewed, known := reviewedSize(in, drop, held)
	if known {
		e.DropLimit = dropLimit(reviewed)
		if held.Bytes != nil && *held.Bytes > e.DropLimit {
			return nil, &GrownError{Table: held.Table, Reviewed: reviewed, Now: *held.Bytes}
		}
	}
	again := nameTakenAgain(in, held.Table)
	e.KeepDropped = !again
	started := in.Now()
	if err := server.Execute(ctx, op, e); err != nil {
		return nil, grown(ctx, server, err, held.Table, reviewed, known)
	}
	out := &journal.Drop{Table: held.Table.String(), UUID: held.UUID}
	if held.Bytes != nil {
		out.Bytes = *held.Bytes
	}
	if again && drop.Cluster() != "" { // it was dropped with SYNC
		return out, nil
	}
	left, err := server.Undroppable(ctx, held)
	if err != nil || left == 0 {
		return out, err
	}
	out.Undrop, out.Until = held.Undrop(drop.Cluster()), started.Add(left).UTC()
	if again {
		out.Undrop = makeRoom(held.Table, drop.Cluster()) + "; " + out.Undrop
	}
	return out, nil
}

// grown explains the server's refusal.
func grown(ctx context.Context, server Dropper, err error, table schema.Name, reviewed uint64, known bool) error {
	var refused *clickhouse.ServerError
	if !known || !errors.As(err, &refused) || refused.Code != clickhouse.TooLarge {
		return err
	}
	now, lookErr := server.Held(ctx, table)
	if lookErr != nil || now == nil || now.Bytes == nil {
		return err
	}
	return &GrownError{Table: table, Reviewed: reviewed, Now: *now.Bytes, refused: err}
}

// reviewedSize is what a table held when the plan was reviewed; for a plan that does not
// tell, such as one that Moose made, when the migration checked it, or else just now.
// Tables on a cluster have none: every host holds another part of their rows.
func reviewedSize(in Input, op *plan.DropTableOp, held *clickhouse.Held) (uint64, bool) {
	if op.Cluster() != "" {
		return 0, false
	}
	if bytes, ok := in.Files.Plan.Sizes[op.Target().String()]; ok {
		return bytes, true
	}
	if bytes, ok := in.measured[op.Target().String()]; ok {
		return bytes, true
	}
	if held.Bytes == nil {
		return 0, false
	}
	return *held.Bytes, true
}

// nameTakenAgain reports whether the plan makes a table of the same name.
func nameTakenAgain(in Input, table schema.Name) bool {
	return slices.ContainsFunc(in.Files.Plan.Operations, func(op plan.Operation) bool {
		switch op.(type) {
		case *plan.CreateTableOp, *plan.RenameTableOp:
			return nameOf(op, in.Desired.DefaultDatabase) == table
		}
		return false
	})
}

// makeRoom renames the table that has the name now: UNDROP TABLE with a UUID brings a
// table back under the name that it had, whatever the statement says, and fails while
// another one has it (ClickHouse 26.7).
func makeRoom(table schema.Name, cluster string) string {
	on := ""
	if cluster != "" {
		on = " ON CLUSTER " + sqltext.Ident(cluster)
	}
	return "RENAME TABLE " + sqltext.Qualified(table.Database, table.Object) + " TO " + sqltext.Qualified(table.Database, table.Object+"_new") + on
}

// ToldDrop says what was dropped, how much it held, and how it is brought back, a line each.
func ToldDrop(d journal.Drop) []string {
	size := ""
	if d.Bytes > 0 {
		size = " (" + humanize.Bytes(d.Bytes) + ")"
	}
	if d.Undrop == "" {
		return []string{"dropped " + d.Table + size + "; ClickHouse cannot bring it back"}
	}
	return []string{
		"dropped " + d.Table + size + ". Until " + d.Until.UTC().Format("2006-01-02 15:04:05 UTC") + " this brings it back:",
		"  " + d.Undrop,
	}
}
