package recopy

import (
	"cmp"
	"context"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/dustin/go-humanize"

	"github.com/moose-migrate/moose-migrate/pkg/clickhouse/sqltext"
)

// roomFactor is how much free disk there must be for each byte of the table: the new order
// of rows may compress less well.
const roomFactor = 1.2

// check refuses what cannot be copied, before anything is made.
func (c *copier) check(ctx context.Context) error {
	rows, err := c.server.Strings(ctx, fmt.Sprintf(`SELECT [engine, toString(uuid != toUUID('00000000-0000-0000-0000-000000000000')), storage_policy] FROM system.tables WHERE database = %s AND name = %s`,
		sqltext.String(c.database), sqltext.String(c.op.Table)))
	if err != nil {
		return err
	}
	if len(rows) == 0 {
		return fmt.Errorf("the table is not there")
	}
	engine, atomic, policy := rows[0][0], rows[0][1] == "1", rows[0][2]
	switch {
	case strings.HasPrefix(engine, "Replicated"), strings.HasPrefix(engine, "Shared"):
		return fmt.Errorf("its engine is %s; tables that several servers share are not copied", engine)
	case !strings.HasSuffix(engine, "MergeTree"):
		return fmt.Errorf("its engine is %s; only tables of the MergeTree family are copied", engine)
	case !atomic:
		return fmt.Errorf("its database is not Atomic, so two tables cannot change names while inserts run")
	}
	if err := c.noMutations(ctx, c.op.Table); err != nil {
		return err
	}
	rows, err = c.server.Strings(ctx, fmt.Sprintf(`SELECT [toString(ifNull((SELECT sum(bytes_on_disk) FROM system.parts WHERE database = %s AND table = %s AND active), 0)), toString(sum(unreserved_space))] FROM system.disks
WHERE name IN (SELECT arrayJoin(disks) FROM system.storage_policies WHERE policy_name = %s)`, sqltext.String(c.database), sqltext.String(c.op.Table), sqltext.String(policy)))
	if err != nil {
		return fmt.Errorf("ask for free disk: %w", err)
	}
	need, err := strconv.ParseFloat(rows[0][0], 64)
	if err != nil {
		return err
	}
	free, err := strconv.ParseFloat(rows[0][1], 64)
	if err != nil {
		return err
	}
	if need*roomFactor > free {
		return fmt.Errorf("it takes up %s, and the disks have %s free; its copy needs about as much, and a fifth more to be safe", humanize.IBytes(uint64(need)), humanize.IBytes(uint64(free)))
	}
	return c.partsFit(ctx, c.op.Table)
}

// noMutations refuses a table of which rows are still to be rewritten.
func (c *copier) noMutations(ctx context.Context, table string) error {
	rows, err := c.server.Strings(ctx, fmt.Sprintf("SELECT [mutation_id, command] FROM system.mutations WHERE database = %s AND table = %s AND NOT is_done LIMIT 1",
		sqltext.String(c.database), sqltext.String(table)))
	if err != nil {
		return fmt.Errorf("look at the mutations: %w", err)
	}
	if len(rows) > 0 {
		return fmt.Errorf("the mutation %s (%s) is not finished, and merges are stopped while a table is copied. Wait until system.mutations has it done, then run the migration again", rows[0][0], shorten(rows[0][1]))
	}
	return nil
}

// partsShare is the share of the number of parts at which the server slows inserts down
// (parts_to_delay_insert) at which a copy ends: until then merges can stay stopped.
const partsShare = 0.8

// partsFit ends the copy when the parts that are not merged become too many for inserts.
func (c *copier) partsFit(ctx context.Context, table string) error {
	rows, err := c.server.Strings(ctx, fmt.Sprintf(`SELECT [name, value, ifNull((SELECT engine_full FROM system.tables WHERE database = %[1]s AND name = %[2]s), ''),
toString(ifNull((SELECT max(n) FROM (SELECT count() AS n FROM system.parts WHERE database = %[1]s AND table = %[2]s AND active GROUP BY partition_id)), 0)),
toString(ifNull((SELECT count() FROM system.parts WHERE database = %[1]s AND table = %[2]s AND active), 0))]
FROM system.merge_tree_settings WHERE name IN ('parts_to_delay_insert', 'max_parts_in_total') ORDER BY name`, sqltext.String(c.database), sqltext.String(table)))
	if err != nil {
		return fmt.Errorf("count the parts: %w", err)
	}
	for _, r := range rows {
		name, limitText, partsText := r[0], r[1], r[3]
		if name == "max_parts_in_total" {
			partsText = r[4]
		}
		if own := regexp.MustCompile(`\b` + name + ` = (\d+)`).FindStringSubmatch(r[2]); own != nil {
			limitText = own[1]
		}
		limit, err1 := strconv.ParseFloat(limitText, 64)
		parts, err2 := strconv.ParseFloat(partsText, 64)
		if err := cmp.Or(err1, err2); err != nil {
			return fmt.Errorf("count the parts: %w", err)
		}
		if limit > 0 && parts > partsShare*limit {
			return fmt.Errorf("it has %.0f parts that are not merged while it is copied, and from %.0f on (%s) the server slows inserts down or refuses them. Merges go on now. Insert in fewer, larger batches, or raise the setting for the time of the copy: ALTER TABLE %s MODIFY SETTING %s = %.0f",
				parts, limit, name, c.name(table), name, 4*limit)
		}
	}
	return nil
}

// stopMerges keeps the parts of the old table as they are, and waits for what runs.
func (c *copier) stopMerges(ctx context.Context, table string) error {
	if err := c.do(ctx, nil, "SYSTEM STOP MERGES %s", c.name(table)); err != nil {
		return err
	}
	for tries := 0; ; tries++ {
		rows, err := c.server.Strings(ctx, fmt.Sprintf("SELECT [toString(count())] FROM system.merges WHERE database = %s AND table = %s", sqltext.String(c.database), sqltext.String(table)))
		if err != nil {
			return fmt.Errorf("wait for merges to end: %w", err)
		}
		if rows[0][0] == "0" {
			return nil
		}
		if tries == 300 {
			return fmt.Errorf("a merge that was told to stop still runs; look at system.merges")
		}
		if err := pause(ctx, pollInterval); err != nil {
			return err
		}
	}
}

// startMerges lets the old table merge again, under whatever name, also when the run has
// been told to end.
func (c *copier) startMerges(ctx context.Context, uuid string) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 30*time.Second)
	defer cancel()
	rows, err := c.server.Strings(ctx, fmt.Sprintf("SELECT [name] FROM system.tables WHERE database = %s AND uuid = toUUID(%s)", sqltext.String(c.database), sqltext.String(uuid)))
	if err != nil {
		return fmt.Errorf("start merges again: %w; do it with SYSTEM START MERGES", err)
	}
	for _, r := range rows {
		if err := c.server.Command(ctx, c.marker+"SYSTEM START MERGES "+c.name(r[0]), nil); err != nil {
			return fmt.Errorf("start merges of %s again: %w", r[0], err)
		}
	}
	return nil
}
