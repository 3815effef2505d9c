package recopy

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/moose-migrate/moose-migrate/pkg/clickhouse/sqltext"
)

// part is a part of the old table.
type part struct {
	name, partition string
	min, max        int64
	rows            uint64
	// deleted is set when lightweight deletes hide some of the rows.
	deleted bool
}

// Bounds of what is copied in one step: what a step that is cut off has to do again.
const (
	batchRows  = 20_000_000
	batchParts = 300
)

// Before the tables change names a round must have been small, so that little is left for
// the moment in which it cannot be seen.
const (
	smallRows  = 200_000
	smallTime  = 2 * time.Second
	mostRounds = 200
)

// parts are the active parts of a table, in the order in which their rows came.
func (c *copier) parts(ctx context.Context, table string) ([]part, error) {
	rows, err := c.server.Strings(ctx, fmt.Sprintf("SELECT [name, partition_id, toString(min_block_number), toString(max_block_number), toString(rows), toString(has_lightweight_delete)] FROM system.parts WHERE database = %s AND table = %s AND active",
		sqltext.String(c.database), sqltext.String(table)))
	if err != nil {
		return nil, fmt.Errorf("list the parts: %w", err)
	}
	out := make([]part, 0, len(rows))
	for _, r := range rows {
		p := part{name: r[0], partition: r[1], deleted: r[5] == "1"}
		low, err1 := strconv.ParseInt(r[2], 10, 64)
		high, err2 := strconv.ParseInt(r[3], 10, 64)
		n, err3 := strconv.ParseUint(r[4], 10, 64)
		if err := cmp.Or(err1, err2, err3); err != nil {
			return nil, fmt.Errorf("list the parts: %w", err)
		}
		p.min, p.max, p.rows = low, high, n
		out = append(out, p)
	}
	slices.SortFunc(out, func(a, b part) int {
		return cmp.Or(cmp.Compare(a.partition, b.partition), cmp.Compare(a.min, b.min))
	})
	return out, nil
}

// todo are the parts that are not copied yet, and the number of all rows. It is errChanged
// when a copied part is gone.
func (c *copier) todo(ctx context.Context, s *state) ([]part, uint64, error) {
	all, err := c.parts(ctx, s.oldName())
	if err != nil {
		return nil, 0, err
	}
	gone := maps.Clone(s.ledger.parts)
	var out []part
	var total uint64
	for _, p := range all {
		if p.rows == 0 {
			continue
		}
		total += p.rows
		if _, copied := gone[p.name]; copied {
			delete(gone, p.name)
		} else {
			out = append(out, p)
		}
	}
	if len(gone) == 0 {
		return out, total, nil
	}
	if s.newName() != c.op.Table {
		return nil, 0, errChanged
	}
	out, err = afterMerges(out, gone)
	return out, total, err
}

// afterMerges tells, of parts that came into place of copied ones after the two tables had
// changed names, which hold copied rows only; the others are still to be copied. It is an
// error when one holds both.
func afterMerges(parts []part, gone map[string]part) ([]part, error) {
	var out []part
	for _, p := range parts {
		var rows uint64
		for name, g := range gone {
			low, high, ok := blocks(name, g.partition)
			if ok && g.partition == p.partition && p.min <= low && high <= p.max {
				rows += g.rows
			}
		}
		switch {
		case rows == 0:
			out = append(out, p)
		case rows != p.rows:
			return nil, fmt.Errorf("the server was started anew, or merges were started by someone else, while the last rows were copied: the part %s has %d rows of which %d are in the new table. Copy the others by hand with INSERT SELECT … WHERE _part = %s and what tells them apart",
				p.name, p.rows, rows, sqltext.String(p.name))
		}
	}
	return out, nil
}

// blocks are the block numbers in the name of a part: PARTITION_MIN_MAX_LEVEL[_MUTATION].
func blocks(name, partition string) (low, high int64, ok bool) {
	rest, ok := strings.CutPrefix(name, partition+"_")
	fields := strings.Split(rest, "_")
	if !ok || len(fields) < 3 {
		return 0, 0, false
	}
	low, err1 := strconv.ParseInt(fields[0], 10, 64)
	high, err2 := strconv.ParseInt(fields[1], 10, 64)
	return low, high, err1 == nil && err2 == nil
}

// rounds copies until what came during the last round was little.
func (c *copier) rounds(ctx context.Context, s *state) error {
	for range mostRounds {
		began := c.opts.Now()
		rows, err := c.round(ctx, s)
		if err != nil {
			return err
		}
		if rows <= smallRows || c.opts.Now().Sub(began) <= smallTime {
			return nil
		}
	}
	return fmt.Errorf("rows come faster than they can be copied. Run the migration again when less is inserted")
}

// round copies all parts that are not copied yet; rows is how many that were.
func (c *copier) round(ctx context.Context, s *state) (rows uint64, err error) {
	todo, total, err := c.todo(ctx, s)
	if err != nil {
		return 0, err
	}
	for len(todo) > 0 {
		n, size := 1, todo[0].rows
		for n < len(todo) && n < batchParts && todo[n].partition == todo[0].partition && size+todo[n].rows <= batchRows {
			size += todo[n].rows
			n++
		}
		if s.newName() != c.op.Table {
			if err := c.partsFit(ctx, s.oldName()); err != nil {
				return rows, err
			}
		}
		if err := c.batch(ctx, s, todo[:n]); err != nil {
			return rows, err
		}
		rows += size
		todo = todo[n:]
		c.tell(s, total)
	}
	return rows, nil
}

// tell says how far it is.
func (c *copier) tell(s *state, total uint64) {
	p := Progress{Rows: s.ledger.rows, Total: max(total, s.ledger.rows)}
	if took := c.opts.Now().Sub(c.started).Seconds(); took > 0 && s.ledger.rows > c.before {
		p.PerSecond = float64(s.ledger.rows-c.before) / took
		p.Left = time.Duration(float64(p.Total-p.Rows) / p.PerSecond * float64(time.Second))
	}
	c.opts.Watch(p)
}

// copySettings keep every row as it is, in the order in which it came, and set no bounds.
var copySettings = map[string]any{
	"optimize_on_insert": 0, "max_partitions_per_insert_block": 0, "insert_deduplicate": 0, "async_insert": 0,
	"max_execution_time": 0, "max_rows_to_read": 0, "max_bytes_to_read": 0, "max_query_size": 1 << 24, "max_insert_threads": 1,
}

// batch copies parts of one partition.
func (c *copier) batch(ctx context.Context, s *state, parts []part) error {
	step := fmt.Sprintf("%s%s_%d", c.step, c.run, s.ledger.batches)
	if err := c.do(ctx, nil, "CREATE TABLE %s AS %s", c.name(step), c.name(s.newName())); err != nil {
		return err
	}
	if err := c.do(ctx, nil, "SYSTEM STOP MERGES %s", c.name(step)); err != nil {
		return err
	}
	where, groups, want, err := c.want(ctx, s, parts)
	if err != nil {
		return err
	}
	for _, group := range groups {
		list := c.op.ColumnList()
		if err := c.do(ctx, c.settings(), "INSERT INTO %s (%s) SELECT %s FROM %s WHERE %s", c.name(step), list, list, c.name(s.oldName()), group); err != nil {
			return err
		}
	}
	rows, err := c.server.Strings(ctx, "SELECT [toString(count())] FROM "+c.name(step)+" SETTINGS max_query_size = 16777216")
	if err != nil {
		return fmt.Errorf("count what was copied: %w", err)
	}
	if got := rows[0][0]; got != strconv.FormatUint(want, 10) {
		// The step table has no note, so the next run drops it.
		if there, err := c.allThere(ctx, s, parts); err != nil || !there {
			return cmp.Or(err, errChanged)
		}
		return fmt.Errorf("of %d rows of the partition %s, %s arrived (WHERE %s); does a row policy hide some of them from this user?", want, parts[0].partition, got, shorten(where))
	}
	if err := c.note(ctx, s, step, parts, want); err != nil {
		return err
	}
	return c.move(ctx, s, step)
}

// allThere reports whether the parts are still those of the old table.
func (c *copier) allThere(ctx context.Context, s *state, parts []part) (bool, error) {
	now, err := c.parts(ctx, s.oldName())
	for _, p := range parts {
		if !slices.ContainsFunc(now, func(n part) bool { return n.name == p.name }) {
			return false, err
		}
	}
	return true, err
}

// settings are those of an INSERT SELECT. Engines that keep the last of several rows must
// get them in order.
func (c *copier) settings() map[string]any {
	out := maps.Clone(copySettings)
	if !c.op.Exact {
		out["max_threads"] = 1
	}
	return out
}

// want is how many rows the parts have, and by which conditions they are read: all at once,
// or part after part where the order of rows matters.
func (c *copier) want(ctx context.Context, s *state, parts []part) (where string, groups []string, want uint64, err error) {
	names, deleted := make([]string, len(parts)), false
	for i, p := range parts {
		names[i] = sqltext.String(p.name)
		want += p.rows
		deleted = deleted || p.deleted
	}
	condition := func(names ...string) string {
		return fmt.Sprintf("_partition_id = %s AND _part IN (%s)", sqltext.String(parts[0].partition), strings.Join(names, ", "))
	}
	where = condition(names...)
	groups = []string{where}
	if !c.op.Exact {
		groups = nil
		for _, n := range names {
			groups = append(groups, condition(n))
		}
	}
	if !deleted {
		return where, groups, want, nil
	}
	rows, err := c.server.Strings(ctx, fmt.Sprintf("SELECT [toString(count())] FROM %s WHERE %s", c.name(s.oldName()), where))
	if err != nil {
		return "", nil, 0, fmt.Errorf("count the rows that are not deleted: %w", err)
	}
	want, err = strconv.ParseUint(rows[0][0], 10, 64)
	return where, groups, want, err
}

// note writes down that a batch is complete; from then on it is never copied again.
func (c *copier) note(ctx context.Context, s *state, step string, parts []part, copied uint64) error {
	names, counts := make([]string, len(parts)), make([]string, len(parts))
	for i, p := range parts {
		names[i], counts[i] = sqltext.String(p.name), strconv.FormatUint(p.rows, 10)
	}
	if err := c.do(ctx, c.settings(), "INSERT INTO %s (batch, kind, step, partition, parts, rows, copied) SELECT %d, %s, %s, %s, [%s], [%s], %d", c.name(c.ledgerName()), s.ledger.batches+1, sqltext.String(noteCopied),
		sqltext.String(step), sqltext.String(parts[0].partition), strings.Join(names, ", "), strings.Join(counts, ", "), copied); err != nil {
		return err
	}
	for _, p := range parts {
		s.ledger.parts[p.name] = p
	}
	s.ledger.steps[step] = true
	s.ledger.rows += copied
	s.ledger.batches++
	return nil
}

// move takes what is left in a step table into the new one, and drops the step table.
func (c *copier) move(ctx context.Context, s *state, step string) error {
	rows, err := c.server.Strings(ctx, fmt.Sprintf("SELECT DISTINCT [partition_id] FROM system.parts WHERE database = %s AND table = %s AND active AND rows > 0 ORDER BY partition_id", sqltext.String(c.database), sqltext.String(step)))
	if err != nil {
		return fmt.Errorf("list what was copied: %w", err)
	}
	for _, r := range rows {
		if err := c.do(ctx, nil, "ALTER TABLE %s MOVE PARTITION ID %s TO TABLE %s", c.name(step), sqltext.String(r[0]), c.name(s.newName())); err != nil {
			return err
		}
	}
	left, err := c.parts(ctx, step)
	if err != nil {
		return err
	}
	if slices.ContainsFunc(left, func(p part) bool { return p.rows > 0 }) { // what a move leaves is empty
		return fmt.Errorf("the parts of %s did not all move into the new table", step)
	}
	return c.do(ctx, nil, "DROP TABLE %s", c.name(step))
}

// complete compares the new table, before anyone else writes into it, with what was noted.
// A server that was killed within a move can have kept a part in both tables.
func (c *copier) complete(ctx context.Context, s *state) error {
	if !c.op.Exact {
		return nil
	}
	rows, err := c.server.Strings(ctx, "SELECT [toString(count())] FROM "+c.name(s.newName()))
	if err != nil {
		return fmt.Errorf("count the new table: %w", err)
	}
	got, err := strconv.ParseUint(rows[0][0], 10, 64)
	switch {
	case err != nil:
		return err
	case got > s.ledger.rows:
		return errChanged
	case got < s.ledger.rows && !strings.Contains(strings.ToUpper(c.op.Create), "TTL"):
		return fmt.Errorf("%d rows were copied, and the new table has %d; does a row policy hide some of them from this user?", s.ledger.rows, got)
	}
	return nil
}

// takeUp completes what an earlier run has noted, and drops what it has not.
func (c *copier) takeUp(ctx context.Context, s *state) error {
	for name := range s.uuids {
		rest, ours := strings.CutPrefix(name, c.step)
		if !ours || name == c.ledgerName() || strings.HasPrefix(rest, "view") || rest == "old" {
			continue
		}
		if s.ledger.steps[name] {
			if err := c.move(ctx, s, name); err != nil {
				return err
			}
		} else if err := c.do(ctx, dropSettings, "DROP TABLE %s", c.name(name)); err != nil {
			return err
		}
	}
	return nil
}
