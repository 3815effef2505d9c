package planner_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/moose-migrate/moose-migrate/pkg/clickhouse"
	"github.com/moose-migrate/moose-migrate/pkg/inframap"
	"github.com/moose-migrate/moose-migrate/pkg/planner"
	"github.com/moose-migrate/moose-migrate/pkg/schema"
)

// counting answers the question for NULLs.
type counting struct {
	server
	nulls uint64
	err   error
}

func (c counting) Normalise(_ context.Context, maps ...*inframap.Map) ([]*clickhouse.Declared, error) {
	out := make([]*clickhouse.Declared, len(maps))
	for i, m := range maps {
		out[i] = &clickhouse.Declared{Tables: map[string]*schema.Table{}}
		for id, t := range m.Tables {
			c := schema.Column{Name: "c", Type: "String"}
			if t.Columns[0].Default != nil {
				c.DefaultKind, c.DefaultExpr = "DEFAULT", *t.Columns[0].Default
			}
			out[i].Tables[id] = &schema.Table{Name: schema.Name{Database: "db", Object: t.Name}, Engine: schema.Engine{Name: "MergeTree"}, Columns: []schema.Column{c}}
		}
	}
	return out, nil
}

func (c counting) Nulls(_ context.Context, list []clickhouse.ColumnName) ([]uint64, error) {
	return []uint64{c.nulls}[:len(list)], c.err
}

// requiredColumn is a plan in which a column becomes required.
func requiredColumn(t *testing.T, c counting, expr *string) ([]string, error) {
	t.Helper()
	desired := inframap.New("db")
	desired.Tables["T"] = &inframap.Table{
		Name: "T", Engine: inframap.Engine{Name: "MergeTree"},
		Columns: []inframap.Column{{Name: "c", DataType: inframap.SimpleType("String"), Required: true, Default: expr}},
	}
	catalog := schema.NewCatalog()
	catalog.Databases["db"] = true
	catalog.Tables[schema.Name{Database: "db", Object: "T"}] = &schema.Table{
		Name: schema.Name{Database: "db", Object: "T"}, Engine: schema.Engine{Name: "MergeTree"}, Columns: []schema.Column{{Name: "c", Type: "Nullable(String)"}},
	}
	c.catalog = catalog
	out, err := planner.Make(t.Context(), c, planner.Input{Desired: desired})
	if err != nil {
		return nil, err
	}
	return out.Result.Invalid, nil
}

func TestWhatCannotBeCountedIsNotLetThrough(t *testing.T) {
	denied := &clickhouse.ServerError{Code: 497, Message: "not enough privileges"}
	filled := "'x'"
	for name, c := range map[string]struct {
		server counting
		expr   *string
		want   string
	}{
		"none":                 {counting{}, nil, ""},
		"some":                 {counting{nulls: 1}, nil, "1 row holds NULL"},
		"some with a default":  {counting{nulls: 1}, &filled, ""},
		"denied":               {counting{err: denied}, nil, "could not be counted (not enough privileges (ClickHouse code 497)). Let the user SELECT it"},
		"denied, with default": {counting{err: denied}, &filled, ""},
	} {
		invalid, err := requiredColumn(t, c.server, c.expr)
		if got := strings.Join(invalid, "; "); err != nil || (got == "") != (c.want == "") || !strings.Contains(got, c.want) {
			t.Errorf("%s: %q %v", name, got, err)
		}
	}
	broken := errors.New("connection reset")
	if _, err := requiredColumn(t, counting{err: broken}, nil); !errors.Is(err, broken) {
		t.Errorf("a broken connection: %v", err)
	}
}
