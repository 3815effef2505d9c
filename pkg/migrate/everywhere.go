package migrate

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/moose-migrate/moose-migrate/pkg/clickhouse"
	"github.com/moose-migrate/moose-migrate/pkg/plan"
	"github.com/moose-migrate/moose-migrate/pkg/schema"
)

// Hosts is what is needed of ClickHouse to look at every host of a cluster.
type Hosts interface {
	// Replicas asks every host of a cluster about a table; Shape is that of this server.
	Replicas(ctx context.Context, cluster string, table schema.Name) ([]clickhouse.Replica, error)
	Shape(ctx context.Context, table schema.Name) (uint64, error)
}

// How long hosts that lag behind are waited for, and how often they are asked.
const (
	everywherePatience = 2 * time.Minute
	everywhereInterval = 2 * time.Second
)

// UnverifiedError is an operation that this server shows and that not every host of the
// cluster does.
type UnverifiedError struct {
	Cluster string
	Table   schema.Name
	// Hosts are the others, "name:port: what is wrong".
	Hosts []string
}

// Error names each host.
func (e *UnverifiedError) Error() string {
	return fmt.Sprintf("the operation is done here, but not proven on every host of the cluster %q, for table %s:\n  - %s\n"+
		"When the hosts are well, run `moose migrate --resume`: it asks them again", e.Cluster, e.Table, strings.Join(e.Hosts, "\n  - "))
}

// verifyEverywhere asks every host of the operation's cluster whether it has what this
// server has, and waits for those that lag behind. Rows that are still being rewritten are waited
// for without bound, as on this server.
func verifyEverywhere(ctx context.Context, server Hosts, in Input, op plan.Operation, cluster string) error {
	table := nameOf(op, in.Desired.DefaultDatabase)
	want, err := server.Shape(ctx, table)
	if err != nil {
		return fmt.Errorf("verify: %w", err)
	}
	since := in.Now()
	for {
		replicas, err := server.Replicas(ctx, cluster, table)
		if err != nil {
			return fmt.Errorf("verify: %w", err)
		}
		var behind []string
		rewriting := uint64(0)
		for _, r := range replicas {
			if r.Mutations > 0 && r.FailReason != "" {
				return fmt.Errorf("the host %s cannot rewrite the rows of %s: %s", r.Host, table, clickhouse.Mutation{FailReason: r.FailReason}.Why())
			}
			rewriting += r.Mutations
			if why := lacks(r, want); why != "" {
				behind = append(behind, r.Host+": "+why)
			}
		}
		if len(behind) == 0 && rewriting == 0 {
			return nil
		}
		if len(behind) > 0 && in.Now().Sub(since) >= everywherePatience {
			return &UnverifiedError{Cluster: cluster, Table: table, Hosts: behind}
		}
		select {
		case <-ctx.Done():
			return context.Cause(ctx)
		case <-time.After(everywhereInterval):
		}
	}
}

// lacks says what a host does not have yet, in words.
func lacks(r clickhouse.Replica, want uint64) string {
	switch {
	case !r.Asked:
		return "it could not be asked"
	case r.Exists && want == 0:
		return "it still has the table"
	case !r.Exists && want != 0:
		return "it does not have the table"
	case r.Shape != want && r.ReadOnly:
		return "its table has other columns, and is read-only: has it lost its Keeper?"
	case r.Shape != want && r.Queue > 0:
		return fmt.Sprintf("its table has other columns; %d entries of its queue are still to be done, it is %s behind", r.Queue, time.Duration(r.Delay)*time.Second)
	case r.Shape != want:
		return "its table has other columns"
	}
	return ""
}
