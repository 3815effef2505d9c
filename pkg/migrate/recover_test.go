package migrate_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/moose-migrate/moose-migrate/pkg/clickhouse"
	"github.com/moose-migrate/moose-migrate/pkg/inframap"
	"github.com/moose-migrate/moose-migrate/pkg/journal"
	"github.com/moose-migrate/moose-migrate/pkg/migrate"
	"github.com/moose-migrate/moose-migrate/pkg/plan"
	"github.com/moose-migrate/moose-migrate/pkg/schema"
	"github.com/moose-migrate/moose-migrate/pkg/state"
)

// shelf keeps values in memory.
type shelf map[string]string

func (s shelf) Put(_ context.Context, name string, data []byte) error {
	s[name] = string(data)
	return nil
}

func (s shelf) Swap(_ context.Context, name string, old, data []byte) error {
	if have, ok := s[name]; ok != (old != nil) || have != string(old) {
		return state.ErrChanged
	}
	s[name] = string(data)
	return nil
}

func (s shelf) Get(_ context.Context, name string) ([]byte, error) {
	if data, ok := s[name]; ok {
		return []byte(data), nil
	}
	return nil, state.ErrNone
}

func (s shelf) Names(context.Context, string) ([]string, error) { return inframap.Keys(s), nil }
func (s shelf) Remove(context.Context, ...string) error         { return nil }

// texts is a map of one table whose column s is of type typ; change may be nil.
func texts(b *bench, typ string, change func(*inframap.Column)) *inframap.Map {
	m := inframap.New(b.db)
	s := column("s", typ, true)
	if change != nil {
		change(&s)
	}
	m.Tables["T"] = &inframap.Table{
		Name: "T", Engine: inframap.Engine{Name: "MergeTree"}, LifeCycle: inframap.FullyManaged, OrderBy: inframap.OrderByColumns("id"),
		Columns: []inframap.Column{column("id", "Int64", true), s},
	}
	return m
}

// stuck makes a table whose column cannot become a number, and lets a migration fail
// on it. One part has only numbers.
func stuck(t *testing.T, change func(*inframap.Column)) (*bench, *inframap.Map, *plan.Files) {
	t.Helper()
	b := newBench(t, nil)
	before := texts(b, "String", change)
	b.to(before)
	b.exec("SYSTEM STOP MERGES " + b.db + ".T")
	b.exec("INSERT INTO " + b.db + ".T VALUES (1, '7'), (2, 'it''s no number')")
	b.exec("INSERT INTO " + b.db + ".T VALUES (3, '9')")
	b.exec("SYSTEM START MERGES " + b.db + ".T")
	after := texts(b, "Int64", nil)
	files := b.save(b.plan(after))
	_, err := b.migrate(files, after)
	var partial *migrate.PartialError
	if !errors.As(err, &partial) || !strings.Contains(err.Error(), "moose migrate --recover") || !strings.Contains(err.Error(), "Cannot parse string") {
		t.Fatalf("error %v", err)
	}
	if !b.unreadable() {
		t.Fatal("the column can be read")
	}
	return b, before, files
}

func (b *bench) unreadable() bool {
	var refused *clickhouse.ServerError
	return errors.As(b.client.ReadColumn(b.t.Context(), clickhouse.ColumnName{Table: b.name("T"), Column: "s"}), &refused)
}

func (b *bench) recovery(files *plan.Files, lines *[]string) migrate.Recovery {
	return migrate.Recovery{
		Server: b.client, Store: b.store, Owner: state.Owner{ID: "recover-" + b.t.Name()}, Files: files, DefaultDatabase: b.db,
		Now: time.Now, Tell: func(line string) { *lines = append(*lines, line) }, Waiting: func(clickhouse.Mutation) {},
	}
}

// recovered demands that everything is as before the migration.
func (b *bench) recovered(before *inframap.Map) {
	b.t.Helper()
	if b.unreadable() {
		b.t.Error("the column still cannot be read")
	}
	if got := b.one("SELECT toString(groupArray((id, s))) FROM (SELECT * FROM " + b.db + ".T ORDER BY id)"); got != `[(1,'7'),(2,'it\'s no number'),(3,'9')]` {
		b.t.Errorf("rows %s", got)
	}
	if pending, err := b.client.Mutations(b.t.Context(), tableT(b)); err != nil || len(pending) > 0 {
		b.t.Errorf("left: %v %v", pending, err)
	}
	b.mustBeEmpty(before)
	if holder, err := b.store.Holder(b.t.Context()); err != nil || holder != nil {
		b.t.Errorf("the lock is held: %v %v", holder, err)
	}
}

func TestAFailedCastIsRecovered(t *testing.T) {
	for name, change := range map[string]func(*inframap.Column){
		"one statement": nil,
		"many statements": func(c *inframap.Column) {
			c.Default, c.Codec, c.TTL, c.Comment = ptr("'1'"), ptr("ZSTD(3)"), ptr("toDateTime('2100-01-01 00:00:00') + toIntervalDay(id)"), ptr("text; it's")
		},
		"nullable": func(c *inframap.Column) { c.Required = false },
	} {
		t.Run(name, func(t *testing.T) {
			b, before, files := stuck(t, change)
			var lines []string
			in := b.recovery(files, &lines)
			book := journal.Book{Shelf: shelf{}}
			run := &journal.Run{ID: "r1", Digest: "d", Status: journal.Running, Steps: journal.Steps{journal.Started}}
			if err := book.Begin(t.Context(), run, nil); err != nil {
				t.Fatal(err)
			}
			in.Book, in.Run = book, run
			found, err := migrate.Find(t.Context(), in)
			if err != nil || len(found) != 1 || found[0].Mutation == nil || found[0].Type != "Int64" || found[0].Column != "s" {
				t.Fatalf("found %+v, %v", found, err)
			}
			if text := strings.Join(found[0].Lines(), "\n"); !strings.Contains(text, "reads of column s fail") || !strings.Contains(text, "no number") || strings.Contains(text, "Note:") || strings.Contains(text, "DB::Exception") {
				t.Errorf("explained as:\n%s", text)
			}
			done, err := migrate.Recover(t.Context(), in)
			if err != nil || len(done) != 1 || !done[0].Readable || done[0].Key != "(2)" || done[0].Value != "it's no number" {
				t.Fatalf("done %+v, %v; %q", done, err, lines)
			}
			b.recovered(before)
			stored, err := book.Get(t.Context(), "r1")
			if err != nil || stored.Status != journal.Stopped || stored.Steps.Count(journal.Failed) != 1 || !strings.Contains(stored.Note, "column s") || strings.Contains(stored.Note, "no number") {
				t.Errorf("journal %+v, %v", stored, err)
			}
			if done, err := migrate.Recover(t.Context(), in); err != nil || len(done) != 0 {
				t.Errorf("a second recovery did %+v, %v", done, err)
			}
		})
	}
}

// A recovery that was killed behind its first statement is taken up by the next one.
func TestARecoveryThatWasKilledIsTakenUp(t *testing.T) {
	b, before, files := stuck(t, nil)
	pending, err := b.client.Mutations(t.Context(), tableT(b))
	if err != nil || len(pending) != 1 {
		t.Fatalf("%v %v", pending, err)
	}
	b.exec(pending[0].Stop())
	var lines []string
	done, err := migrate.Recover(t.Context(), b.recovery(files, &lines))
	if err != nil || len(done) != 1 || done[0].Mutation != nil || !strings.Contains(done[0].Reason, "Cannot parse") {
		t.Fatalf("done %+v, %v", done, err)
	}
	b.recovered(before)
}

// What the journal says was never begun is not touched.
func TestARecoveryLeavesOthersAlone(t *testing.T) {
	b, _, files := stuck(t, nil)
	var lines []string
	in := b.recovery(files, &lines)
	in.Run = &journal.Run{ID: "r", Digest: "d", Status: journal.Running, Steps: journal.Steps{journal.Pending}}
	if done, err := migrate.Recover(t.Context(), in); err != nil || len(done) != 0 || len(lines) != 0 {
		t.Errorf("done %+v %v %q", done, err, lines)
	}
	if !b.unreadable() {
		t.Error("it was touched")
	}
}

func TestAnOlderFailingMutationStopsARecovery(t *testing.T) {
	b := newBench(t, nil)
	b.to(texts(b, "String", nil))
	b.exec("INSERT INTO " + b.db + ".T VALUES (2, 'abc')")
	b.exec("ALTER TABLE " + b.db + ".T DELETE WHERE throwIf(s = 'abc', 'not this one') SETTINGS mutations_sync = 0")
	b.exec("ALTER TABLE " + b.db + ".T MODIFY COLUMN s Int64 SETTINGS mutations_sync = 0, alter_sync = 0")
	b.failing(2)
	files := &plan.Files{Plan: &plan.Plan{Operations: []plan.Operation{&plan.ModifyTableColumnOp{
		OnTable: plan.OnTable{Table: "T"}, Before: column("s", "String", true), After: column("s", "Int64", true),
	}}}}
	var lines []string
	_, err := migrate.Recover(t.Context(), b.recovery(files, &lines))
	var older *migrate.OlderError
	if !errors.As(err, &older) || !strings.Contains(err.Error(), "DELETE WHERE") || !strings.Contains(err.Error(), "KILL MUTATION") || len(lines) > 0 {
		t.Fatalf("error %v, lines %q", err, lines)
	}
	b.exec("KILL MUTATION WHERE database = '" + b.db + "' SYNC")
}

// failing waits until n mutations of the table have failed.
func (b *bench) failing(n int) {
	b.t.Helper()
	for deadline := time.Now().Add(30 * time.Second); time.Now().Before(deadline); time.Sleep(100 * time.Millisecond) {
		if b.one("SELECT toString(countIf(latest_fail_reason != '')) FROM system.mutations WHERE database = '"+b.db+"' AND NOT is_done") == fmt.Sprint(n) {
			return
		}
	}
	b.t.Fatal("no mutation failed")
}

func (b *bench) name(table string) schema.Name { return schema.Name{Database: b.db, Object: table} }

func tableT(b *bench) []schema.Name { return []schema.Name{b.name("T")} }
