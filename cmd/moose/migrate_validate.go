package main

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/dustin/go-humanize/english"

	"github.com/moose-migrate/moose-migrate/internal/cli"
	"github.com/moose-migrate/moose-migrate/internal/executor"
	"github.com/moose-migrate/moose-migrate/internal/session"
	"github.com/moose-migrate/moose-migrate/pkg/clickhouse"
	"github.com/moose-migrate/moose-migrate/pkg/inframap"
	"github.com/moose-migrate/moose-migrate/pkg/migrate"
	"github.com/moose-migrate/moose-migrate/pkg/plan"
	"github.com/moose-migrate/moose-migrate/pkg/secretsql"
)

// runMigrateValidate checks the files of the saved plan without any server.
func runMigrateValidate(ctx context.Context, f *cli.Factory) error {
	project, err := cli.LoadProject(ctx, f)
	if err != nil {
		return err
	}
	if err := session.CheckFlow(project); err != nil {
		return err
	}
	files, err := plan.Load(project.Dir)
	if err != nil {
		return err
	}
	fmt.Fprint(f.Out, "Checking the saved plan; no server is asked.\n\n")
	checked(f, "The three files can be read. "+planLine(files))
	edited, err := files.Edited()
	switch {
	case err != nil:
		return err
	case files.Plan.Digest == "":
		checked(f, "They have no digest: Moose or a person wrote them")
	case edited:
		fmt.Fprintf(f.Out, "! They were changed by hand after they had been generated (digest %s then)\n", plan.Short(files.Plan.Digest))
	default:
		checked(f, "They are as they were generated")
	}
	notChecked := []string{
		"whether the database is still what the plan starts from, and whether ClickHouse accepts the statements: moose migrate --dry-run",
		"whether the values fit, and what it costs: moose plan",
	}
	desired := files.Desired
	code, codeErr := cli.LoadDesired(ctx, f, project, files.Desired.DefaultDatabase)
	if ctx.Err() != nil {
		return codeErr
	}
	if codeErr == nil {
		desired = code.Map
	}
	if err := migrate.CheckPlan(migrate.Input{
		Files: files, Desired: desired, Databases: project.ClickHouse.AdditionalDatabases, Clusters: project.ClusterNames(),
	}); err != nil {
		return executor.Exit(f, err)
	}
	checked(f, "No operation touches a protected object, or a database or cluster that is not configured")
	statements, free, err := clickhouse.CheckText(desired.DefaultDatabase, files.Plan.Operations...)
	if err != nil {
		return &cli.ExitError{Code: cli.ExitBlocked, Err: cli.WithRemedy(err, "Correct the operation in migrations/plan.yaml, or make the plan again; SQL of any kind belongs into a RawSql operation.")}
	}
	text := fmt.Sprintf("Every operation can be written as SQL, %s", english.Plural(statements, "statement", ""))
	if free > 0 {
		text += fmt.Sprintf(", %d of them free SQL, which is not looked at", free)
	}
	checked(f, text)
	if codeErr != nil {
		why, _, _ := strings.Cut(codeErr.Error(), "\n")
		notChecked = append([]string{"whether the code declares what the plan leads to: it could not be loaded (" + why + ")"}, notChecked...)
	} else if other, err := spelledOtherwise(files.Desired, code.Map); err != nil {
		return err
	} else if len(other) == 0 {
		checked(f, "The code declares what the plan leads to")
	} else {
		fmt.Fprintf(f.Out, "! The code declares these otherwise than the plan has them, in meaning or only in spelling: %s\n", strings.Join(other, ", "))
		notChecked = append([]string{"which of these differences mean something to ClickHouse: moose migrate --dry-run"}, notChecked...)
	}
	fmt.Fprint(f.Out, "\nNot checked:\n")
	for _, n := range notChecked {
		fmt.Fprintf(f.Out, "  - %s\n", cli.SafeLine(f.Redact(n)))
	}
	return nil
}

// spelledOtherwise names what is in ClickHouse by the two maps and is not written in the
// same way in both, credentials apart.
func spelledOtherwise(planned, declared *inframap.Map) ([]string, error) {
	planned, declared = secretsql.Map(planned), secretsql.Map(declared)
	var out []string
	add := func(kind string, ids []string, pair func(id string) (any, any)) error {
		slices.Sort(ids)
		for _, id := range slices.Compact(ids) {
			a, b := pair(id)
			x, err := inframap.Canonical(a)
			if err != nil {
				return err
			}
			y, err := inframap.Canonical(b)
			if err != nil {
				return err
			}
			if string(x) != string(y) {
				out = append(out, kind+" "+id)
			}
		}
		return nil
	}
	err := add("table", append(inframap.Keys(planned.Tables), inframap.Keys(declared.Tables)...), func(id string) (any, any) {
		return plainTable(planned.Tables[id]), plainTable(declared.Tables[id])
	})
	if err == nil {
		err = add("view", append(inframap.Keys(planned.Views), inframap.Keys(declared.Views)...), func(id string) (any, any) {
			return planned.Views[id], declared.Views[id]
		})
	}
	if err == nil {
		err = add("materialized view", append(inframap.Keys(planned.MaterializedViews), inframap.Keys(declared.MaterializedViews)...), func(id string) (any, any) {
			return planned.MaterializedViews[id], declared.MaterializedViews[id]
		})
	}
	if err == nil {
		err = add("dictionary", append(inframap.Keys(planned.Dictionaries), inframap.Keys(declared.Dictionaries)...), func(id string) (any, any) {
			return planned.Dictionaries[id], declared.Dictionaries[id]
		})
	}
	return out, err
}

// plainTable is a table without its credentials and their hashes, which need the
// environment of the migration, and without the place where it is declared.
func plainTable(t *inframap.Table) *inframap.Table {
	if t == nil {
		return nil
	}
	plain := t.Masked()
	plain.EngineParamsHash, plain.TableSettingsHash, plain.Metadata = nil, nil, nil
	return plain
}
