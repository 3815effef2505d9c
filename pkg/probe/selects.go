package probe

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"

	"github.com/ClickHouse/clickhouse-go/v2/lib/driver"
	"golang.org/x/sync/errgroup"

	"github.com/moose-migrate/moose-migrate/pkg/clickhouse"
)

// Select is a query whose columns are asked for. It is not run.
type Select struct {
	// ID tells it from the others of a plan.
	ID string
	// SQL is one SELECT. What does not exist yet stands in it as WITH name AS (…).
	SQL string
}

// Columns is what is known about a [Select].
type Columns struct {
	// List are the columns, in their order.
	List []SelectColumn
	// Refused is why the server cannot run the query, nil when it can.
	Refused *clickhouse.ServerError
	// Err says why nothing is known, nil when the server has answered or refused.
	Err error
}

// SelectColumn is a column of a query, its type in the server's spelling.
type SelectColumn struct{ Name, Type string }

// Type is the type of a column, false when the query has none of that name.
func (c Columns) Type(name string) (string, bool) {
	for _, col := range c.List {
		if col.Name == name {
			return col.Type, true
		}
	}
	return "", false
}

// Known reports whether the columns are known.
func (c Columns) Known() bool { return c.Err == nil && c.Refused == nil }

// Select is what is known about a query that was asked for.
func (f *Facts) Select(id string) Columns {
	if f == nil {
		return Columns{Err: ErrNotAsked}
	}
	c, ok := f.selects[id]
	if !ok {
		return Columns{Err: ErrNotAsked}
	}
	return c
}

// together is how many queries are described in one question.
const together = 20

// describe asks for the columns of the queries, many in one question; where the server
// refuses that, for those of each by itself.
func describe(ctx context.Context, server Server, r Request, list []Select, f *Facts) {
	f.selects = map[string]Columns{}
	var mu sync.Mutex
	group, inner := errgroup.WithContext(ctx)
	group.SetLimit(concurrent)
	for start := 0; start < len(list); start += together {
		chunk := list[start:min(start+together, len(list))]
		group.Go(func() error {
			found, err := describeAll(inner, server, r, chunk)
			if err != nil {
				found = make([]Columns, len(chunk))
				for i := range chunk {
					found[i] = describeOne(inner, server, r, chunk[i])
				}
			}
			mu.Lock()
			defer mu.Unlock()
			for i, s := range chunk {
				f.selects[s.ID] = found[i]
			}
			return nil
		})
	}
	_ = group.Wait()
}

func describeOne(ctx context.Context, server Server, r Request, s Select) Columns {
	found, err := describeAll(ctx, server, r, []Select{s})
	var refused *clickhouse.ServerError
	switch {
	case err == nil:
		return found[0]
	case errors.As(err, &refused) && refused.Code != accessDenied && refused.Code != tooSlow:
		return Columns{Refused: refused}
	}
	return Columns{Err: explain(err)}
}

// describeAll asks once: the columns of each query follow a column of ours.
func describeAll(ctx context.Context, server Server, r Request, list []Select) ([]Columns, error) {
	columns, from := make([]string, len(list)), make([]string, len(list))
	for i, s := range list {
		columns[i] = fmt.Sprintf("0 AS `%s%d`, `%s%d`.*", marker, i, alias, i)
		from[i] = fmt.Sprintf("(%s\n) AS `%s%d`", s.SQL, alias, i)
	}
	out := make([]Columns, len(list))
	at := -1
	_, err := server.Ask(ctx, "DESCRIBE TABLE (SELECT "+strings.Join(columns, ", ")+" FROM "+strings.Join(from, ", ")+")", r.Limits.system(), func(rows driver.Rows) error {
		values := make([]string, len(rows.Columns()))
		targets := make([]any, len(values))
		for i := range values {
			targets[i] = &values[i]
		}
		if err := rows.Scan(targets...); err != nil {
			return err
		}
		name, typ := values[0], clickhouse.FlatType(values[1])
		if name == fmt.Sprintf("%s%d", marker, at+1) {
			at++
			return nil
		}
		if at < 0 || at >= len(out) {
			return errors.New("ClickHouse described another query")
		}
		// A name that several of the queries have is led by the alias.
		name = strings.TrimPrefix(name, fmt.Sprintf("%s%d.", alias, at))
		out[at].List = append(out[at].List, SelectColumn{name, typ})
		return nil
	})
	if err == nil && at != len(list)-1 {
		err = errors.New("ClickHouse described fewer queries than it was asked for")
	}
	return out, err
}

// Names of ours within a question, which no query of a project has.
const (
	marker = "moose_migrate_begin_"
	alias  = "moose_migrate_query_"
)

// Casts are the conversions of types that a review asks about.
type Casts map[clickhouse.Conversion]error

// Cast is why the server cannot convert one type to another, "" when it can; the error
// says why that is not known.
func (f *Facts) Cast(from, to string) (refused string, err error) {
	if f == nil {
		return "", ErrNotAsked
	}
	reason, ok := f.casts[clickhouse.Conversion{From: from, To: to}]
	var server *clickhouse.ServerError
	switch {
	case !ok:
		return "", ErrNotAsked
	case reason == nil:
		return "", nil
	case errors.As(reason, &server):
		text, _, _ := strings.Cut(server.Message, ": In scope")
		text, _, _ = strings.Cut(text, ": while executing")
		return text, nil
	}
	return "", explain(reason)
}

// convert asks which conversions the server takes: in one question when it takes all.
func convert(ctx context.Context, server Server, r Request, list []clickhouse.Conversion, f *Facts) {
	f.casts = Casts{}
	if len(list) == 0 {
		return
	}
	ask := func(list []clickhouse.Conversion) error {
		casts := make([]string, len(list))
		for i, k := range list {
			casts[i] = k.Cast()
		}
		_, err := server.Ask(ctx, "DESCRIBE TABLE (SELECT "+strings.Join(casts, ", ")+")", r.Limits.system(), func(driver.Rows) error { return nil })
		return err
	}
	if ask(list) == nil {
		for _, k := range list {
			f.casts[k] = nil
		}
		return
	}
	for _, k := range list {
		f.casts[k] = ask([]clickhouse.Conversion{k})
	}
}
