package rehearse

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/ClickHouse/clickhouse-go/v2"
	"github.com/ClickHouse/clickhouse-go/v2/lib/driver"

	ch "github.com/moose-migrate/moose-migrate/pkg/clickhouse"
	"github.com/moose-migrate/moose-migrate/pkg/clickhouse/sqltext"
	"github.com/moose-migrate/moose-migrate/pkg/schema"
)

// stage is the scratch server with what stands on it.
type stage struct {
	in        Input
	databases []string
	// client is connected to the default database of the plan.
	client *ch.Client
	// madeDatabases and madeFunctions are what close takes away again.
	madeDatabases, madeFunctions []string
	guard                        *guard
	// standIns are the tables that stand in for what needs the outside.
	standIns map[schema.Name]standIn
	// missing are objects that the scratch server does not have although it should.
	missing map[schema.Name]bool
	// unproven are objects, by name as the differences name them, whose end state says nothing.
	unproven map[schema.Name]bool
	// resources are the SQL resources of which a part did not run.
	resources map[string]bool
	// checked is set when every operation is known to hold nothing but its own command.
	checked bool
	doubts  doubts
	result  *Result
}

// cleanupTimeout bounds the removal of what the rehearsal has made.
const cleanupTimeout = time.Minute

// openStage makes the databases of the plan on the scratch server and connects to it.
func openStage(ctx context.Context, in Input, definitions *ch.Definitions) (_ *stage, err error) {
	setup, err := ch.Open(ctx, in.Scratch.Target)
	if err != nil {
		return nil, err
	}
	s := &stage{
		in: in, databases: databasesOf(in), client: setup, standIns: map[schema.Name]standIn{},
		missing: map[schema.Name]bool{}, unproven: map[schema.Name]bool{}, resources: map[string]bool{},
		result: &Result{Server: in.Scratch.Name, Version: setup.Version, NotProven: []string{}, Left: []string{}},
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, s.close(ctx))
		}
	}()
	if err := s.checkFree(ctx, definitions); err != nil {
		return nil, err
	}
	for _, d := range s.databases {
		create := "CREATE DATABASE "
		if in.Scratch.Own {
			create += "IF NOT EXISTS "
		}
		if err := s.exec(ctx, create+sqltext.Ident(d)); err != nil {
			return nil, fmt.Errorf("make the database %s on the scratch server: %w", d, err)
		}
		s.madeDatabases = append(s.madeDatabases, d)
	}
	client, err := ch.Open(ctx, in.Scratch.Target.WithDatabase(in.Outcome.Desired.DefaultDatabase))
	if err != nil {
		return nil, err
	}
	_ = setup.Close()
	s.client = client
	s.guard, err = newGuard(ctx, s)
	return s, err
}

// checkFree refuses a scratch server that has a database or a function of the plan's
// names: what was there before is never touched.
func (s *stage) checkFree(ctx context.Context, definitions *ch.Definitions) error {
	if s.in.Scratch.Own {
		return nil
	}
	var taken []string
	names := make([]string, len(s.databases))
	for i, d := range s.databases {
		names[i] = sqltext.String(d)
	}
	err := s.rows(ctx, "SELECT name FROM system.databases WHERE name IN ("+strings.Join(names, ", ")+") ORDER BY name", func(row driver.Rows) error {
		var name string
		err := row.Scan(&name)
		taken = append(taken, "the database "+name)
		return err
	})
	if err == nil {
		err = s.rows(ctx, "SELECT name FROM system.functions WHERE origin = 'SQLUserDefined' ORDER BY name", func(row driver.Rows) error {
			var name string
			err := row.Scan(&name)
			if _, ours := definitions.Functions[name]; ours {
				taken = append(taken, "the function "+name)
			}
			return err
		})
	}
	if err != nil {
		return err
	}
	if len(taken) > 0 {
		return fmt.Errorf("the scratch server has %s already, and a rehearsal touches nothing that was there before. Name a server without it, or drop it there if it is left over; without --dev-url an embedded ClickHouse is used",
			strings.Join(taken, " and "))
	}
	return nil
}

// close takes away what the rehearsal has made and ends the connection. A server of our
// own is thrown away as a whole by whoever started it.
func (s *stage) close(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), cleanupTimeout)
	defer cancel()
	var errs []error
	if !s.in.Scratch.Own {
		for _, d := range s.madeDatabases {
			errs = append(errs, s.exec(ctx, "DROP DATABASE IF EXISTS "+sqltext.Ident(d)+" SYNC"))
		}
		for _, f := range s.madeFunctions {
			errs = append(errs, s.exec(ctx, "DROP FUNCTION IF EXISTS "+sqltext.Ident(f)))
		}
	}
	if err := errors.Join(errs...); err != nil {
		return errors.Join(fmt.Errorf("take away what the rehearsal made on the scratch server (databases %s): %w", strings.Join(s.madeDatabases, ", "), err), s.client.Close())
	}
	return s.client.Close()
}

// settings are those of every statement: nested columns stay as they are written, and a
// statement waits until its work is done, as in a migration. Nothing on a server of our
// own has to survive a power failure.
func (s *stage) settings() clickhouse.Settings {
	out := clickhouse.Settings{"flatten_nested": 0, "mutations_sync": 1, "alter_sync": 1}
	if s.in.Scratch.Own {
		out["fsync_metadata"] = 0
	}
	return out
}

func (s *stage) exec(ctx context.Context, sql string) error {
	return s.client.Conn().Exec(clickhouse.Context(ctx, clickhouse.WithSettings(s.settings())), sql)
}

func (s *stage) rows(ctx context.Context, sql string, scan func(driver.Rows) error) error {
	rows, err := s.client.Conn().Query(ctx, sql)
	if err != nil {
		return fmt.Errorf("ask the scratch server: %w", err)
	}
	for rows.Next() {
		if err := scan(rows); err != nil {
			_ = rows.Close()
			return fmt.Errorf("ask the scratch server: %w", err)
		}
	}
	if err := errors.Join(rows.Err(), rows.Close()); err != nil {
		return fmt.Errorf("ask the scratch server: %w", err)
	}
	return nil
}

// versions says that a scratch server of another version proves less.
func (s *stage) versions(actual string) {
	a, b := major(actual), major(s.result.Version)
	if a != b && a != "" {
		s.doubts.add("that ClickHouse "+a+" accepts it, too: the scratch server is "+b, "")
	}
}

// major is "26.7" of "26.7.2.1".
func major(version string) string {
	parts := strings.SplitN(version, ".", 3)
	return strings.Join(parts[:min(2, len(parts))], ".")
}
