package recopy

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"github.com/moose-migrate/moose-migrate/pkg/clickhouse/sqltext"
)

// ledger is what the run and those before it have noted on the server.
type ledger struct {
	// old and new are the UUIDs of the two tables, empty when nothing was begun.
	old, new string
	// parts are the copied parts with their rows; steps the step tables of their batches.
	parts map[string]part
	steps map[string]bool
	rows  uint64
	// batches counts the batches.
	batches int
}

// state is what is on the server.
type state struct {
	ledger ledger
	// names are the tables of the database that matter, by UUID; uuids the other way round.
	names, uuids map[string]string
	done         bool
}

func (s *state) oldName() string { return s.names[s.ledger.old] }
func (s *state) newName() string { return s.names[s.ledger.new] }

// ledgerName is the table of the notes.
func (c *copier) ledgerName() string { return c.step + "ledger" }

// look reads what is there.
func (c *copier) look(ctx context.Context) (*state, error) {
	s := &state{names: map[string]string{}, uuids: map[string]string{}}
	if err := c.readNames(ctx, s); err != nil {
		return nil, err
	}
	if _, ok := s.uuids[c.ledgerName()]; ok {
		if err := c.readLedger(ctx, s); err != nil {
			return nil, err
		}
	}
	if s.ledger.old == "" {
		return s, nil
	}
	if s.oldName() == "" || s.newName() == "" {
		return nil, fmt.Errorf("one of the two tables of an earlier run has been dropped by someone else. Look at the tables whose names begin with %s or %s, keep what you need, drop them, and run the migration again", c.op.Beside, c.step)
	}
	if s.oldName() != c.op.Table && s.newName() != c.op.Table && s.uuids[c.op.Table] != "" {
		return nil, fmt.Errorf("the table has been replaced by someone else since an earlier run; its rows are in %s and %s", s.oldName(), s.newName())
	}
	return s, nil
}

func (c *copier) readNames(ctx context.Context, s *state) error {
	rows, err := c.server.Strings(ctx, fmt.Sprintf("SELECT [name, toString(uuid)] FROM system.tables WHERE database = %s AND (name IN (%s, %s, %s) OR startsWith(name, %s))",
		sqltext.String(c.database), sqltext.String(c.op.Table), sqltext.String(c.op.Beside), sqltext.String(c.op.Trash), sqltext.String(c.step)))
	if err != nil {
		return fmt.Errorf("look for the tables: %w", err)
	}
	clear(s.names)
	clear(s.uuids)
	for _, r := range rows {
		s.names[r[1]], s.uuids[r[0]] = r[0], r[1]
	}
	return nil
}

// The kinds of notes.
const (
	noteBegun  = "begun"
	noteCopied = "copied"
)

func (c *copier) readLedger(ctx context.Context, s *state) error {
	l := &s.ledger
	l.parts, l.steps = map[string]part{}, map[string]bool{}
	rows, err := c.server.Strings(ctx, "SELECT [kind, old, new, step, partition, arrayStringConcat(parts, ' '), arrayStringConcat(arrayMap(r -> toString(r), rows), ' '), toString(copied)] FROM "+c.name(c.ledgerName()))
	if err != nil {
		return fmt.Errorf("read what earlier runs have noted: %w", err)
	}
	for _, r := range rows {
		if r[0] == noteBegun {
			l.old, l.new = r[1], r[2]
			continue
		}
		l.batches++
		l.steps[r[3]] = true
		counts := strings.Fields(r[6])
		for i, name := range strings.Fields(r[5]) {
			n, err := strconv.ParseUint(counts[i], 10, 64)
			if err != nil {
				return fmt.Errorf("read what earlier runs have noted: %w", err)
			}
			l.parts[name] = part{name: name, partition: r[4], rows: n}
		}
		n, err := strconv.ParseUint(r[7], 10, 64)
		if err != nil {
			return fmt.Errorf("read what earlier runs have noted: %w", err)
		}
		l.rows += n
	}
	c.before = max(c.before, l.rows)
	return nil
}

// begin makes the new table and notes which two tables this is about. Nothing is left to
// do when the table already has the new definition.
func (c *copier) begin(ctx context.Context, s *state) (*state, error) {
	if _, there := s.uuids[c.op.Beside]; there {
		rows, err := c.server.Strings(ctx, "SELECT [toString(count())] FROM "+c.name(c.op.Beside))
		if err != nil {
			return nil, err
		}
		if rows[0][0] != "0" {
			return nil, fmt.Errorf("the table %s holds %s rows, and nothing says where they are from. Drop it, and run the migration again", c.op.Beside, rows[0][0])
		}
		if err := c.do(ctx, nil, "DROP TABLE %s", c.name(c.op.Beside)); err != nil {
			return nil, err
		}
	}
	if err := c.do(ctx, nil, "%s", c.op.Create); err != nil {
		return nil, err
	}
	same, err := c.sameDefinition(ctx)
	if err != nil {
		return nil, err
	}
	if same {
		s.done = true
		return s, c.clear(ctx)
	}
	if _, taken := s.uuids[c.op.Trash]; taken {
		return nil, fmt.Errorf("%s is there already, from an earlier change of the same kind. Drop it when it is not needed any more, or give it another name", c.op.Trash)
	}
	if err := c.do(ctx, nil, "CREATE TABLE IF NOT EXISTS %s (batch UInt64, kind String, old String, new String, step String, partition String, parts Array(String), rows Array(UInt64), copied UInt64) ENGINE = MergeTree ORDER BY batch",
		c.name(c.ledgerName())); err != nil {
		return nil, err
	}
	if err := c.readNames(ctx, s); err != nil {
		return nil, err
	}
	old, fresh := s.uuids[c.op.Table], s.uuids[c.op.Beside]
	if old == "" || fresh == "" {
		return nil, fmt.Errorf("table %s or %s is not there", c.op.Table, c.op.Beside)
	}
	if err := c.do(ctx, noteSettings, "INSERT INTO %s (batch, kind, old, new) SELECT 0, %s, %s, %s", c.name(c.ledgerName()), sqltext.String(noteBegun), sqltext.String(old), sqltext.String(fresh)); err != nil {
		return nil, err
	}
	return s, c.readLedger(ctx, s)
}

// noteSettings make a note one row that is there when the statement ends.
var noteSettings = map[string]any{"async_insert": 0, "insert_deduplicate": 0}

// dropSettings let a copy of ours be dropped whatever its size.
var dropSettings = map[string]any{"max_table_size_to_drop": 0, "max_partition_size_to_drop": 0}

// sameDefinition reports whether the table is what the new one is.
func (c *copier) sameDefinition(ctx context.Context) (bool, error) {
	two := fmt.Sprintf("(%s, %s)", sqltext.String(c.op.Table), sqltext.String(c.op.Beside))
	rows, err := c.server.Strings(ctx, fmt.Sprintf(`SELECT [toString(uniqExact((engine_full, columns)))] FROM
(SELECT name, engine_full FROM system.tables WHERE database = %[1]s AND name IN %[2]s) AS t
INNER JOIN (SELECT table, arraySort(groupArray((position, name, type, default_kind, default_expression, compression_codec))) AS columns FROM system.columns WHERE database = %[1]s AND table IN %[2]s GROUP BY table) AS c ON t.name = c.table`,
		sqltext.String(c.database), two))
	if err != nil {
		return false, fmt.Errorf("compare the two tables: %w", err)
	}
	return len(rows) == 1 && rows[0][0] == "1", nil
}

// clear drops what is ours before the two tables have changed names.
func (c *copier) clear(ctx context.Context) error {
	s, err := c.look(ctx)
	if err != nil {
		return err
	}
	if s.ledger.old != "" && s.oldName() != c.op.Table {
		return errChanged // the old table is not to be taken for one of ours
	}
	for _, views := range []bool{true, false} {
		for name := range s.uuids {
			isView := strings.HasPrefix(name, c.step+"view")
			if name == c.op.Table || name == c.op.Trash || name == c.ledgerName() || isView != views {
				continue
			}
			if err := c.do(ctx, dropSettings, "DROP TABLE IF EXISTS %s", c.name(name)); err != nil {
				return err
			}
		}
	}
	return c.do(ctx, nil, "DROP TABLE IF EXISTS %s", c.name(c.ledgerName()))
}
