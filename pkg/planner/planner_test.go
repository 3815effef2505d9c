package planner_test

import (
	"context"
	"strings"
	"testing"

	"github.com/moose-migrate/moose-migrate/pkg/clickhouse"
	"github.com/moose-migrate/moose-migrate/pkg/inframap"
	"github.com/moose-migrate/moose-migrate/pkg/plan"
	"github.com/moose-migrate/moose-migrate/pkg/planner"
	"github.com/moose-migrate/moose-migrate/pkg/schema"
)

// server answers with a fixed catalog and takes every declaration as it is.
type server struct{ catalog *schema.Catalog }

func (s server) Introspect(context.Context, []string) (*schema.Catalog, error) { return s.catalog, nil }

func (s server) RowPolicies(context.Context, []string) ([]schema.RowPolicy, error) { return nil, nil }

func (s server) Roles(context.Context) (map[string]bool, error) { return nil, nil }

func (s server) Describe() string { return "clickhouse://host/db" }

func (s server) Normalise(_ context.Context, maps ...*inframap.Map) ([]*clickhouse.Declared, error) {
	out := make([]*clickhouse.Declared, len(maps))
	for i, m := range maps {
		out[i] = &clickhouse.Declared{Tables: map[string]*schema.Table{}, Views: map[string]*schema.View{}, MaterializedViews: map[string]*schema.View{}}
		for id, t := range m.Tables {
			out[i].Tables[id] = &schema.Table{Name: schema.Name{Database: t.DatabaseOr(m.DefaultDatabase), Object: t.Name}, Engine: schema.Engine{Name: "MergeTree"}}
		}
	}
	return out, nil
}

func (s server) Conversions(_ context.Context, list []clickhouse.Conversion) ([]string, error) {
	return make([]string, len(list)), nil
}

func (s server) Nulls(_ context.Context, list []clickhouse.ColumnName) ([]uint64, error) {
	return make([]uint64, len(list)), nil
}

func TestDatabasesThatAreMissingOrNotConfiguredAreNamed(t *testing.T) {
	other := "other"
	for want, c := range map[string]struct {
		existing []string
		database *string
	}{
		`has no database "db"`:                  {nil, nil},
		`which moose.config.toml does not name`: {[]string{"db"}, &other},
	} {
		desired := inframap.New("db")
		desired.Tables["T"] = &inframap.Table{Name: "T", Engine: inframap.Engine{Name: "MergeTree"}, Database: c.database}
		catalog := schema.NewCatalog()
		for _, d := range c.existing {
			catalog.Databases[d] = true
		}
		_, err := planner.Make(t.Context(), server{catalog}, planner.Input{Desired: desired})
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error %v, want %q", err, want)
		}
	}
}

func TestAPlanIsTheSameTwice(t *testing.T) {
	desired := inframap.New("db")
	for _, name := range []string{"C", "A", "B"} {
		desired.Tables[name] = &inframap.Table{
			Name: name, Engine: inframap.Engine{Name: "MergeTree"}, LifeCycle: inframap.FullyManaged,
			SourcePrimitive: inframap.Primitive{Name: name, Type: "DataModel"},
		}
	}
	catalog := schema.NewCatalog()
	catalog.Databases["db"] = true
	texts := map[string]bool{}
	for range 20 {
		out, err := planner.Make(t.Context(), server{catalog}, planner.Input{Desired: desired})
		if err != nil {
			t.Fatal(err)
		}
		if len(out.Operations) != 3 {
			t.Fatalf("%d operations", len(out.Operations))
		}
		text, err := (&plan.Plan{Operations: out.Operations, Digest: out.Digest}).EncodeYAML()
		if err != nil {
			t.Fatal(err)
		}
		texts[string(text)] = true
	}
	if len(texts) != 1 {
		t.Errorf("one plan is written in %d ways", len(texts))
	}
}
