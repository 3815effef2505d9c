package migrate_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/moose-migrate/moose-migrate/pkg/clickhouse"
	"github.com/moose-migrate/moose-migrate/pkg/inframap"
	"github.com/moose-migrate/moose-migrate/pkg/migrate"
	"github.com/moose-migrate/moose-migrate/pkg/plan"
	"github.com/moose-migrate/moose-migrate/pkg/schema"
)

// hosts gives one answer after the other, the last one again and again. The embedded engine
// has no clusters.
type hosts struct {
	shape   uint64
	answers [][]clickhouse.Replica
	asked   int
}

func (h *hosts) Shape(context.Context, schema.Name) (uint64, error) { return h.shape, nil }

func (h *hosts) Replicas(context.Context, string, schema.Name) ([]clickhouse.Replica, error) {
	h.asked++
	return h.answers[min(h.asked, len(h.answers))-1], nil
}

func TestEveryHostIsAsked(t *testing.T) {
	well := clickhouse.Replica{Host: "a:1", Asked: true, Exists: true, Shape: 7}
	host := func(change func(*clickhouse.Replica)) []clickhouse.Replica {
		b := clickhouse.Replica{Host: "b:1", Asked: true, Exists: true, Shape: 7}
		change(&b)
		return []clickhouse.Replica{well, b}
	}
	same := host(func(*clickhouse.Replica) {})
	gone := []clickhouse.Replica{{Host: "a:1", Asked: true}, {Host: "b:1", Asked: true}}
	silent := host(func(r *clickhouse.Replica) { r.Asked, r.Exists = false, false })
	for name, c := range map[string]struct {
		shape      uint64
		answers    [][]clickhouse.Replica
		want       string
		unverified bool
	}{
		"all the same":      {7, [][]clickhouse.Replica{same}, "", false},
		"dropped":           {0, [][]clickhouse.Replica{gone}, "", false},
		"comes back":        {7, [][]clickhouse.Replica{silent, silent, same}, "", false},
		"rewrites for long": {7, append(slices.Repeat([][]clickhouse.Replica{host(func(r *clickhouse.Replica) { r.Mutations = 1 })}, 200), same), "", false},
		"does not answer":   {7, [][]clickhouse.Replica{silent}, "b:1: it could not be asked", true},
		"not dropped":       {0, [][]clickhouse.Replica{same}, "b:1: it still has the table", true},
		"not made":          {7, [][]clickhouse.Replica{host(func(r *clickhouse.Replica) { r.Exists, r.Shape = false, 0 })}, "b:1: it does not have the table", true},
		"other columns":     {7, [][]clickhouse.Replica{host(func(r *clickhouse.Replica) { r.Shape = 8 })}, "b:1: its table has other columns", true},
		"read-only":         {7, [][]clickhouse.Replica{host(func(r *clickhouse.Replica) { r.Shape, r.ReadOnly = 8, true })}, "is read-only", true},
		"lags":              {7, [][]clickhouse.Replica{host(func(r *clickhouse.Replica) { r.Shape, r.Queue, r.Delay = 8, 3, 90 })}, "3 entries of its queue are still to be done, it is 1m30s behind", true},
		"cannot rewrite":    {7, [][]clickhouse.Replica{host(func(r *clickhouse.Replica) { r.Mutations, r.FailReason = 1, "Code: 6. DB::Exception: bad" })}, "the host b:1 cannot rewrite the rows of d.T: bad", false},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				h := &hosts{shape: c.shape, answers: c.answers}
				in := migrate.Input{Desired: inframap.New("d"), Now: time.Now}
				op := &plan.DropTableColumnOp{OnTable: plan.OnTable{Table: "T"}, ColumnName: "x"}
				err := migrate.VerifyEverywhere(t.Context(), h, in, op, "c")
				var unverified *migrate.UnverifiedError
				if (err != nil) != (c.want != "") || errors.As(err, &unverified) != c.unverified {
					t.Fatalf("error %v", err)
				}
				if err != nil && (!strings.Contains(err.Error(), c.want) || strings.Contains(err.Error(), "a:1: ") && c.shape != 0) {
					t.Errorf("error %v, want %q", err, c.want)
				}
				if err == nil && h.asked < len(c.answers) {
					t.Errorf("asked %d times", h.asked)
				}
			})
		})
	}
}
