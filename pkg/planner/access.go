package planner

import (
	"context"
	"errors"

	"github.com/moose-migrate/moose-migrate/pkg/clickhouse"
	"github.com/moose-migrate/moose-migrate/pkg/inframap"
	"github.com/moose-migrate/moose-migrate/pkg/schema"
)

// accessDenied is ACCESS_DENIED of ClickHouse's ErrorCodes.cpp.
const accessDenied = 497

// access reads the row policies and roles of the server when the maps have some: a
// user without the right to see them can plan a project without them. Those that
// only SQL resources make are left unknown when they may not be seen.
func access(ctx context.Context, server Server, databases []string, catalog *schema.Catalog, recorded, desired *inframap.Map, canon []*clickhouse.Declared) error {
	kinds := map[schema.ObjectKind]bool{}
	for _, d := range canon {
		for _, effect := range d.SQLResources {
			for _, o := range effect.Objects {
				kinds[o.Kind] = true
			}
		}
	}
	needed := len(recorded.RowPolicies)+len(desired.RowPolicies) > 0
	var err error
	if needed || kinds[schema.PolicyObject] {
		if catalog.RowPolicies, err = server.RowPolicies(ctx, databases); err != nil && (needed || !denied(err)) {
			return err
		}
		if err == nil && catalog.RowPolicies == nil {
			catalog.RowPolicies = []schema.RowPolicy{}
		}
	}
	if kinds[schema.RoleObject] {
		if catalog.Roles, err = server.Roles(ctx); err != nil && !denied(err) {
			return err
		}
	}
	return nil
}

func denied(err error) bool {
	var server *clickhouse.ServerError
	return errors.As(err, &server) && server.Code == accessDenied
}
