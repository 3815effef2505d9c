package pull

import (
	"context"
	"fmt"

	"github.com/moose-migrate/moose-migrate/pkg/codegen"
	"github.com/moose-migrate/moose-migrate/pkg/schema"
)

// One works out the declaration of the table of that name, "table" or
// "database.table", whether the code knows it or not.
func One(ctx context.Context, server Server, in Input, name string) (*codegen.Declarations, error) {
	catalog, declared, err := read(ctx, server, in.Desired, in.Databases)
	if err != nil {
		return nil, err
	}
	table := catalog.Tables[schema.Name{Database: in.Desired.DefaultDatabase, Object: name}]
	if table == nil {
		for n, t := range catalog.Tables {
			if n.String() == name {
				table = t
			}
		}
	}
	if table == nil {
		return nil, fmt.Errorf("there is no table %q in the database %s; name one of another database as DATABASE.TABLE", name, in.Desired.DefaultDatabase)
	}
	d := codegen.Declare([]codegen.Table{{Schema: table, Declared: declared[table.Name]}}, codegen.Options{
		Language: in.Language, DefaultDatabase: in.Desired.DefaultDatabase,
	})
	return d, check(ctx, server, d, catalog, in.Desired.DefaultDatabase)
}
