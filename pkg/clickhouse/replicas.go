package clickhouse

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"github.com/ClickHouse/clickhouse-go/v2"
	"github.com/ClickHouse/clickhouse-go/v2/lib/driver"

	"github.com/moose-migrate/moose-migrate/pkg/clickhouse/sqltext"
	"github.com/moose-migrate/moose-migrate/pkg/schema"
)

// Replica is what one host of a cluster has of a table.
type Replica struct {
	// Host is "name:port", as system.clusters has it.
	Host string
	// Asked says that the host has answered; otherwise nothing of the rest is known.
	Asked bool
	// Exists says that it has the table; Shape stands for its columns: two hosts have the
	// same columns exactly when these are equal.
	Exists bool
	Shape  uint64
	// Mutations is the number of unfinished ones, FailReason why one of them fails.
	Mutations  uint64
	FailReason string
	// ReadOnly, Delay (in seconds) and Queue (entries that are still to be done) are those
	// of a replicated table.
	ReadOnly     bool
	Delay, Queue uint64
}

// shape is a number for the columns of a table, whatever order they are read in.
const shape = "sum(cityHash64(position, name, type, default_kind, default_expression, compression_codec))"

// Replicas asks every host of a cluster about a table, in five queries. A host that cannot
// be reached is in the answer as not asked.
func (c *Client) Replicas(ctx context.Context, cluster string, table schema.Name) ([]Replica, error) {
	hosts, err := c.hostsOf(ctx, cluster)
	if err != nil {
		return nil, err
	}
	// Every replica is a shard here, and a host that does not answer is passed over.
	ctx = clickhouse.Context(ctx, clickhouse.WithSettings(clickhouse.Settings{"skip_unavailable_shards": 1}))
	on := func(columns, system, where string) string {
		return "SELECT _shard_num, " + columns + " FROM clusterAllReplicas(" + sqltext.String(cluster) + ", system." + system + ")" + where + " GROUP BY _shard_num"
	}
	of := " WHERE database = " + sqltext.String(table.Database) + " AND table = " + sqltext.String(table.Object)
	var n, number uint64
	var text string
	for _, q := range []struct {
		sql  string
		into []any
		take func(*Replica)
	}{
		{on("toUInt64(count())", "one", ""), []any{&n}, func(r *Replica) { r.Asked = true }},
		{on("toUInt64(count()), toUInt64("+shape+")", "columns", of), []any{&n, &number}, func(r *Replica) { r.Exists, r.Shape = n > 0, number }},
		{on("toUInt64(countIf(NOT is_done)), anyIf(latest_fail_reason, NOT is_done AND latest_fail_reason != '')", "mutations", of), []any{&n, &text}, func(r *Replica) {
			reason, _, _ := strings.Cut(text, "Stack trace:")
			r.Mutations, r.FailReason = n, c.redact(strings.TrimSpace(reason))
		}},
		{on("toUInt64(max(is_readonly)), toUInt64(max(absolute_delay)), toString(max(queue_size))", "replicas", of), []any{&n, &number, &text}, func(r *Replica) {
			r.ReadOnly, r.Delay = n > 0, number
			r.Queue, _ = strconv.ParseUint(text, 10, 64) // toString of a number
		}},
	} {
		if err := c.query(ctx, q.sql, func(rows driver.Rows) error {
			var shard uint32
			if err := rows.Scan(append([]any{&shard}, q.into...)...); err != nil {
				return err
			}
			if shard < 1 || int(shard) > len(hosts) {
				return fmt.Errorf("the cluster has %d hosts, and host %d answered", len(hosts), shard)
			}
			q.take(&hosts[shard-1])
			return nil
		}); err != nil {
			return nil, fmt.Errorf("ask the hosts of the cluster %q about %s: %w", cluster, table, err)
		}
	}
	return hosts, nil
}

// hostsOf lists the hosts of a cluster in the order in which clusterAllReplicas numbers
// them: by shard and replica, each host and port once.
func (c *Client) hostsOf(ctx context.Context, cluster string) ([]Replica, error) {
	sql := "SELECT concat(host_name, ':', toString(port)) FROM system.clusters WHERE cluster = " + sqltext.String(cluster) + " ORDER BY shard_num, replica_num"
	var out []Replica
	seen := map[string]bool{}
	err := c.query(ctx, sql, func(rows driver.Rows) error {
		var host string
		if err := rows.Scan(&host); err != nil {
			return err
		}
		if !seen[host] {
			seen[host] = true
			out = append(out, Replica{Host: host})
		}
		return nil
	})
	if err == nil && len(out) == 0 {
		err = fmt.Errorf("the server knows no such cluster")
	}
	if err != nil {
		return nil, fmt.Errorf("list the hosts of the cluster %q: %w", cluster, err)
	}
	return out, nil
}

// Shape is the [Replica.Shape] of a table on this server, 0 when it is not there.
func (c *Client) Shape(ctx context.Context, table schema.Name) (uint64, error) {
	sql := "SELECT toUInt64(" + shape + ") FROM system.columns WHERE database = " + sqltext.String(table.Database) + " AND table = " + sqltext.String(table.Object)
	var out uint64
	err := c.query(ctx, sql, func(rows driver.Rows) error { return rows.Scan(&out) })
	if err != nil {
		return 0, fmt.Errorf("read the columns of %s: %w", table, err)
	}
	return out, nil
}
