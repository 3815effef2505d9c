package pull_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/moose-migrate/moose-migrate/internal/pull"
	"github.com/moose-migrate/moose-migrate/pkg/clickhouse"
	"github.com/moose-migrate/moose-migrate/pkg/codegen"
	"github.com/moose-migrate/moose-migrate/pkg/inframap"
	"github.com/moose-migrate/moose-migrate/pkg/schema"
)

// server is a catalog that takes every declaration as it is, except of the table "refused".
type server struct{ catalog *schema.Catalog }

func (s server) Introspect(context.Context, []string) (*schema.Catalog, error) { return s.catalog, nil }

func (s server) Normalise(_ context.Context, maps ...*inframap.Map) ([]*clickhouse.Declared, error) {
	d := &clickhouse.Declared{Tables: map[string]*schema.Table{}}
	for id, t := range maps[0].Tables {
		if t.Name == "refused" {
			return nil, errors.New("the type is prohibited")
		}
		same := *s.catalog.Tables[schema.Name{Database: "db", Object: t.Name}]
		if t.Name == "differs" {
			same.TTL = "a + 1"
		}
		d.Tables[id] = &same
	}
	return []*clickhouse.Declared{d}, nil
}

func catalog(names ...string) *schema.Catalog {
	c := schema.NewCatalog()
	for _, n := range names {
		name := schema.Name{Database: "db", Object: n}
		c.Tables[name] = &schema.Table{Name: name, Engine: schema.Engine{Name: "MergeTree"}, Columns: []schema.Column{{Name: "id", Type: "String"}}}
	}
	return c
}

func external(name, file string) *inframap.Table {
	return &inframap.Table{
		Name: name, LifeCycle: inframap.ExternallyManaged, SourcePrimitive: inframap.Primitive{Name: name},
		Metadata: &inframap.Metadata{Source: &inframap.SourceLocation{File: file}},
	}
}

func desired(tables ...*inframap.Table) *inframap.Map {
	m := inframap.New("db")
	for _, t := range tables {
		m.Tables[t.ID("db")] = t
	}
	return m
}

func objects(d *codegen.Declarations) []string {
	var out []string
	for _, t := range d.Tables {
		out = append(out, t.Name.Object)
	}
	return out
}

func TestWhichTablesAreTaken(t *testing.T) {
	c := catalog("managed", "external", "elsewhere", "new_a", "new_b", "_MOOSE_STATE")
	c.Dictionaries[schema.Name{Database: "db", Object: "dict"}] = &schema.Dictionary{}
	c.Views[schema.Name{Database: "db", Object: "view"}] = &schema.View{}
	c.Views[schema.Name{Database: "db", Object: "known"}] = &schema.View{}
	m := desired(&inframap.Table{Name: "managed", LifeCycle: inframap.FullyManaged}, external("external", "dist/app/externalModels.js"),
		external("elsewhere", "dist/app/other.js"), external("gone", "app/externalModels.ts"))
	m.Views["known"] = &inframap.View{Name: "known"}
	for patterns, want := range map[string]string{"": "external new_a new_b", "new_a": "external new_a", "db.*b": "external new_b", "x": "external"} {
		in := pull.Input{Desired: m, File: "app/externalModels.ts", Patterns: strings.Fields(patterns)}
		r, err := pull.Collect(t.Context(), server{c}, in)
		if err != nil {
			t.Fatal(err)
		}
		if got := strings.Join(objects(r.Declarations), " "); got != want {
			t.Errorf("with the pattern %q: %s, want %s", patterns, got, want)
		}
		if r.Views != 1 || r.Dictionaries != 1 || r.NotChosen != 3-len(r.Tables) {
			t.Errorf("%+v", r)
		}
		if r.Elsewhere[schema.Name{Database: "db", Object: "elsewhere"}] != "dist/app/other.js" || len(r.Elsewhere) != 1 {
			t.Errorf("elsewhere: %v", r.Elsewhere)
		}
		if !slices.Equal(r.Gone, []schema.Name{{Database: "db", Object: "gone"}}) {
			t.Errorf("gone: %v", r.Gone)
		}
	}
	if _, err := pull.Collect(t.Context(), server{c}, pull.Input{Desired: m, Patterns: []string{"["}}); err == nil {
		t.Error("the pattern [ is taken")
	}
}

// TestTheServerHasTheLastWord: what it does not take is left out, what it reads
// differently is noted.
func TestTheServerHasTheLastWord(t *testing.T) {
	r, err := pull.Collect(t.Context(), server{catalog("fine", "refused", "differs")}, pull.Input{Desired: desired()})
	if err != nil {
		t.Fatal(err)
	}
	if got := objects(r.Declarations); !slices.Equal(got, []string{"differs", "fine"}) {
		t.Errorf("declared: %v", got)
	}
	source := r.Source()
	for _, want := range []string{"table db.refused: it is not declared: with it no plan could be made: the type is prohibited", "TTL: ClickHouse has nothing, and its declaration gives a + 1"} {
		if !strings.Contains(source, want) {
			t.Errorf("%q is missing:\n%s", want, source)
		}
	}
}

func TestOne(t *testing.T) {
	c := catalog("t")
	c.Tables[schema.Name{Database: "other", Object: "t2"}] = catalog("t2").Tables[schema.Name{Database: "db", Object: "t2"}]
	c.Tables[schema.Name{Database: "db", Object: "t2"}] = c.Tables[schema.Name{Database: "other", Object: "t2"}]
	in := pull.Input{Desired: desired(&inframap.Table{Name: "t", LifeCycle: inframap.DeletionProtected})}
	for _, name := range []string{"t", "db.t"} {
		d, err := pull.One(t.Context(), server{c}, in, name)
		if err != nil || d.Tables[0].Map.LifeCycle != inframap.DeletionProtected {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := pull.One(t.Context(), server{c}, in, "other.t2"); err != nil {
		t.Error(err)
	}
	if _, err := pull.One(t.Context(), server{c}, in, "nobody"); err == nil {
		t.Error("a table that is not there is printed")
	}
}

func TestInspect(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "a", "external_models.py")
	source := codegen.Declare(nil, codegen.Options{Language: codegen.Python}).Source()
	look := func(want pull.State, refused bool) {
		t.Helper()
		if got, err := pull.Inspect(file, source, codegen.Python); got != want || errors.Is(err, pull.ErrNotOurs) != refused {
			t.Errorf("%v, %v", got, err)
		}
	}
	look(pull.Missing, false)
	if err := pull.Write(file, source); err != nil {
		t.Fatal(err)
	}
	look(pull.Unchanged, false)
	for text, refused := range map[string]bool{source + "x": false, " \n": false, "import os\n": true, codegen.Header(codegen.TypeScript): true} {
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		look(pull.Changed, refused)
	}
}

func TestImport(t *testing.T) {
	for _, c := range []struct {
		file string
		l    codegen.Language
		want string
	}{
		{"/p/app/externalModels.ts", codegen.TypeScript, `import "./externalModels";`},
		{"/p/app/db/x.ts", codegen.TypeScript, `import "./db/x";`},
		{"/p/app/external_models.py", codegen.Python, "from . import external_models"},
		{"/p/app/db/raw/x.py", codegen.Python, "from .db.raw import x"},
	} {
		if got := pull.Import("/p/app", c.file, c.l); got != c.want {
			t.Errorf("%s: %s, want %s", c.file, got, c.want)
		}
	}
}
