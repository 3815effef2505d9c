package rehearse

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"strings"
	"sync"

	"github.com/ClickHouse/clickhouse-go/v2"
	"github.com/ClickHouse/clickhouse-go/v2/lib/driver"
	"golang.org/x/sync/errgroup"

	ch "github.com/moose-migrate/moose-migrate/pkg/clickhouse"
	"github.com/moose-migrate/moose-migrate/pkg/clickhouse/sqltext"
	"github.com/moose-migrate/moose-migrate/pkg/schema"
	"github.com/moose-migrate/moose-migrate/pkg/secretsql"
)

// stateTable is where Moose keeps its state: no part of the schema.
const stateTable = "_MOOSE_STATE"

// object is a statement that rebuilds one object of the actual server.
type object struct {
	name schema.Name
	kind standIn
	// rank sorts what others may need before them: tables, dictionaries, views, materialized views.
	rank           int
	sql, formatted string
	err            error
}

// loaders is how many statements rebuild the schema at a time.
const loaders = 4

// load rebuilds the actual schema. What cannot be rebuilt is missing from then on: that
// says nothing about the plan.
func (s *stage) load(ctx context.Context, definitions *ch.Definitions) error {
	if err := s.loadFunctions(ctx, definitions.Functions); err != nil {
		return err
	}
	var pending []*object
	for _, d := range definitions.Objects {
		if d.Name.Object != stateTable {
			pending = append(pending, s.object(d))
		}
	}
	statements := make([]string, len(pending))
	for i, o := range pending {
		statements[i] = o.sql
	}
	formatted, err := s.format(ctx, statements)
	if err != nil {
		return err
	}
	settings, err := s.loadSettings(ctx)
	if err != nil {
		return err
	}
	ctx = clickhouse.Context(ctx, clickhouse.WithSettings(settings))
	var runnable []*object
	for i, o := range pending {
		o.formatted = formatted[i]
		if why := s.keptOff(o.sql, o.formatted, o.rank == rankMaterialized); why != "" {
			s.lost(o.name, why)
			continue
		}
		runnable = append(runnable, o)
	}
	slices.SortStableFunc(runnable, func(a, b *object) int { return cmp.Compare(a.rank, b.rank) })
	for len(runnable) > 0 {
		left, err := s.loadPass(ctx, runnable)
		if err != nil {
			return err
		}
		if len(left) == len(runnable) {
			for _, o := range left {
				s.lost(o.name, "it could not be rebuilt on the scratch server: "+firstLine(o.err))
			}
			return nil
		}
		runnable = left
	}
	return nil
}

// The ranks of objects.
const (
	rankTable = iota
	rankDictionary
	rankView
	rankMaterialized
)

// object writes the statement that rebuilds an object without the outside.
func (s *stage) object(d ch.Definition) *object {
	o := &object{name: d.Name, sql: d.Create}
	switch d.Engine {
	case "View":
		o.rank, o.sql = rankView, localView(d.Create)
	case "MaterializedView":
		o.rank, o.sql = rankMaterialized, localView(d.Create)
	case "Dictionary":
		var source string
		o.rank = rankDictionary
		if o.sql, source = localDictionary(d.Create); source != "" {
			s.doubts.add("what a dictionary reads from "+source, d.Name.String())
		}
		if strings.Contains(o.sql, "[HIDDEN]") { // the mask is no credential, and nothing is loaded
			o.sql = strings.ReplaceAll(o.sql, " PASSWORD '[HIDDEN]'", "")
		}
	default:
		var reason string
		o.kind, reason = standInFor(d.Engine)
		o.sql = localTable(d.Create, d.Engine)
		if o.kind != itself {
			s.standIns[d.Name] = o.kind
			s.doubts.add(reason, "table "+d.Name.String())
		}
	}
	return o
}

// loadPass runs statements rank by rank and returns those that failed, which may need
// one of the others first. An error is that of a context that has ended.
func (s *stage) loadPass(ctx context.Context, list []*object) ([]*object, error) {
	var left []*object
	var mu sync.Mutex
	for rank := rankTable; rank <= rankMaterialized; rank++ {
		group := errgroup.Group{}
		group.SetLimit(loaders)
		for _, o := range list {
			if o.rank != rank {
				continue
			}
			group.Go(func() error {
				if err := s.client.Conn().Exec(ctx, o.sql); err != nil {
					o.err = err
					mu.Lock()
					left = append(left, o)
					mu.Unlock()
				}
				return ctx.Err()
			})
		}
		if err := group.Wait(); err != nil {
			return nil, err
		}
	}
	slices.SortStableFunc(left, func(a, b *object) int {
		return cmp.Or(cmp.Compare(a.rank, b.rank), cmp.Compare(a.name.String(), b.name.String()))
	})
	return left, nil
}

// lost notes an object of the actual server that the scratch server does not have.
func (s *stage) lost(n schema.Name, why string) {
	s.missing[n], s.unproven[n] = true, true
	s.doubts.add(why, n.String())
}

// keptOff returns why a statement must not run, empty when it may.
func (s *stage) keptOff(sql, formatted string, fires bool) string {
	if why := s.guard.reaches(sql, formatted); why != "" {
		return why
	}
	if fires {
		if database := s.guard.readsStrangers(formatted); database != "" {
			return "a materialized view on a table of the database " + database + ", which is not ours, does not come to be"
		}
	}
	return ""
}

func (s *stage) loadFunctions(ctx context.Context, functions map[string]string) error {
	names := slices.Sorted(maps.Keys(functions))
	statements := make([]string, len(names))
	for i, n := range names {
		statements[i] = functions[n]
	}
	formatted, err := s.format(ctx, statements)
	if err != nil {
		return err
	}
	// Functions can call one another.
	for range names {
		var failed []string
		for i, n := range names {
			if statements[i] == "" {
				continue
			}
			why := s.guard.reaches(statements[i], formatted[i])
			if why == "" {
				if err := s.exec(ctx, statements[i]); err != nil {
					failed = append(failed, n)
					continue
				}
				s.madeFunctions = append(s.madeFunctions, n)
			} else {
				s.doubts.add(why, "function "+n)
			}
			statements[i] = ""
		}
		if len(failed) == 0 {
			return nil
		}
		if err := ctx.Err(); err != nil {
			return err
		}
	}
	for i, n := range names {
		if statements[i] != "" {
			s.doubts.add("it could not be rebuilt on the scratch server", "function "+n)
		}
	}
	return nil
}

// loadSettings allow what the actual server was allowed when the objects were made.
func (s *stage) loadSettings(ctx context.Context) (clickhouse.Settings, error) {
	out := s.settings()
	err := s.rows(ctx, "SELECT name FROM system.settings WHERE type = 'Bool' AND startsWith(name, 'allow_suspicious_')", func(row driver.Rows) error {
		var name string
		err := row.Scan(&name)
		out[name] = 1
		return err
	})
	return out, err
}

// firstLine is the beginning of an error of the server.
func firstLine(err error) string {
	text, _, _ := strings.Cut(err.Error(), "Stack trace:")
	text, _, _ = strings.Cut(secretsql.Mask(text), "\n")
	return strings.TrimSpace(text)
}

// mentions returns the missing object that a statement names, with an empty Object for none.
func (s *stage) mentions(formatted string) schema.Name {
	if len(s.missing) == 0 {
		return schema.Name{}
	}
	for _, t := range words(formatted) {
		if t.Kind != sqltext.Word && t.Kind != sqltext.QuotedName {
			continue
		}
		for n := range s.missing {
			if n.Object == sqltext.Unquote(t.Text) {
				return n
			}
		}
	}
	return schema.Name{}
}
