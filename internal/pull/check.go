package pull

import (
	"context"
	"fmt"

	"github.com/moose-migrate/moose-migrate/pkg/clickhouse"
	"github.com/moose-migrate/moose-migrate/pkg/codegen"
	"github.com/moose-migrate/moose-migrate/pkg/diff"
	"github.com/moose-migrate/moose-migrate/pkg/inframap"
	"github.com/moose-migrate/moose-migrate/pkg/schema"
)

// check lets the server read the declarations as a plan would, and notes every
// difference from what it holds that no note tells yet. A table whose declaration the
// server does not take is left out.
func check(ctx context.Context, server Server, d *codegen.Declarations, catalog *schema.Catalog, defaultDatabase string) error {
	m := inframap.New(defaultDatabase)
	names := map[string]schema.Name{}
	for _, t := range d.Tables {
		id := t.Map.ID(defaultDatabase)
		m.Tables[id], names[id] = t.Map, t.Name
	}
	if len(m.Tables) == 0 {
		return nil
	}
	canonical, err := server.Normalise(ctx, m)
	if err == nil {
		note(d, canonical[0], catalog, names)
		return nil
	}
	for _, id := range inframap.Keys(m.Tables) { // to learn which table it is
		one := inframap.New(defaultDatabase)
		one.Tables[id] = m.Tables[id]
		canonical, err := server.Normalise(ctx, one)
		switch {
		case ctx.Err() != nil:
			return fmt.Errorf("check the declarations: %w", err)
		case err != nil:
			d.Refuse(names[id], "with it no plan could be made: "+err.Error())
		default:
			note(d, canonical[0], catalog, names)
		}
	}
	return nil
}

func note(d *codegen.Declarations, canonical *clickhouse.Declared, catalog *schema.Catalog, names map[string]schema.Name) {
	for _, id := range inframap.Keys(canonical.Tables) {
		for _, a := range diff.CompareTables(catalog.Tables[names[id]], canonical.Tables[id], diff.Options{}) {
			d.Note(codegen.Note{
				Table: names[id], Subject: a.Name,
				Text: fmt.Sprintf("ClickHouse has %s, and its declaration gives %s", orNothing(a.Before), orNothing(a.After)),
			})
		}
	}
}

func orNothing(text string) string {
	if text == "" {
		return "nothing"
	}
	return text
}
