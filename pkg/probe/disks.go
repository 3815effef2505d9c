package probe

import (
	"context"

	"github.com/ClickHouse/clickhouse-go/v2/lib/driver"

	"github.com/moose-migrate/moose-migrate/pkg/clickhouse"
	"github.com/moose-migrate/moose-migrate/pkg/schema"
)

// Disk is the room that a table has for new parts on the server that was asked.
type Disk struct {
	// Policy is the table's storage policy, Free the bytes that nothing has reserved on all
	// its disks that can be written to, Largest those on the disk that has the most.
	Policy        string
	Free, Largest uint64
	// Remote is set when a disk is an object storage, whose room is not known.
	Remote bool
}

func disks(ctx context.Context, server Server, r Request, f *Facts) clickhouse.Cost {
	f.Disks.Value = map[schema.Name]Disk{}
	if len(r.Tables) == 0 {
		return clickhouse.Cost{}
	}
	var cost clickhouse.Cost
	cost, f.Disks.Err = server.Ask(ctx, `SELECT t.database, t.name, t.storage_policy, sum(d.unreserved_space), max(d.unreserved_space), max(d.is_remote)
FROM system.tables AS t
INNER JOIN (SELECT DISTINCT policy_name, arrayJoin(disks) AS disk FROM system.storage_policies) AS p ON p.policy_name = t.storage_policy
INNER JOIN (SELECT name, unreserved_space, is_remote FROM system.disks WHERE NOT is_read_only) AS d ON d.name = p.disk
WHERE (t.database, t.name) IN (`+tuples(r.Tables)+`)
GROUP BY t.database, t.name, t.storage_policy`, r.Limits.system(), func(rows driver.Rows) error {
		var n schema.Name
		var d Disk
		var remote uint8
		if err := rows.Scan(&n.Database, &n.Object, &d.Policy, &d.Free, &d.Largest, &remote); err != nil {
			return err
		}
		d.Remote = remote > 0
		f.Disks.Value[n] = d
		return nil
	})
	f.Disks.Err = explained(f.Disks.Err)
	return cost
}
