package migrate_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/moose-migrate/moose-migrate/pkg/clickhouse"
	"github.com/moose-migrate/moose-migrate/pkg/inframap"
	"github.com/moose-migrate/moose-migrate/pkg/migrate"
	"github.com/moose-migrate/moose-migrate/pkg/plan"
	"github.com/moose-migrate/moose-migrate/pkg/planner"
	"github.com/moose-migrate/moose-migrate/pkg/schema"
	"github.com/moose-migrate/moose-migrate/pkg/state"
)

// misreading reads one comment in a way that no statement can change, as a fault in
// the comparison would.
type misreading struct{ *clickhouse.Client }

func (m misreading) Introspect(ctx context.Context, databases []string) (*schema.Catalog, error) {
	catalog, err := m.Client.Introspect(ctx, databases)
	if err != nil {
		return nil, err
	}
	for _, t := range catalog.Tables {
		if c := t.Column("note"); c != nil {
			c.Comment = "never what is declared"
		}
	}
	return catalog, nil
}

func TestADifferenceThatDoesNotGoAwayIsReported(t *testing.T) {
	b := newBench(t, nil)
	b.to(shop(b))
	desired := shop(b)
	desired.Tables["Orders"].Columns[3].Comment = ptr("declared | `so`")
	s3 := inframap.NewEngine("S3")
	_ = s3.Set("path", "https://bucket-one.s3.amazonaws.com/x.csv")
	_ = s3.Set("format", "CSV")
	_ = s3.Set("aws_access_key_id", "AKIAFLAPKEY")
	_ = s3.Set("aws_secret_access_key", "S3CRETOFFLAP")
	desired.Tables[b.db+"_Ext"] = &inframap.Table{Name: "Ext", Engine: s3, LifeCycle: inframap.FullyManaged, Columns: []inframap.Column{column("note", "String", true)}}
	recorded, err := migrate.LoadRecorded(t.Context(), b.store)
	if err != nil {
		t.Fatal(err)
	}
	out, err := planner.Make(t.Context(), misreading{b.client}, planner.Input{Recorded: recorded, Desired: desired})
	if err != nil {
		t.Fatal(err)
	}
	files := b.save(out)
	ev := &events{}
	err = migrate.Run(t.Context(), migrate.Input{
		Server: misreading{b.client}, Store: b.store, Owner: state.Owner{ID: "one", Machine: "test"},
		Files: files, Desired: desired, Now: time.Now, Events: ev, ToolVersion: "1.2.3",
	})
	var flap *migrate.FlapError
	if !errors.As(err, &flap) {
		t.Fatalf("error %v", err)
	}
	if len(flap.Findings) == 0 || flap.Findings[0].Object != "table Ext" && flap.Findings[0].Object != "table Orders" {
		t.Errorf("findings %+v", flap.Findings)
	}
	for _, want := range []string{
		"PL009", "table Orders: column note: comment never what is declared → comment declared | `so`", migrate.IssuesURL,
		"moose-migrate 1.2.3, ClickHouse " + b.client.Version, "| `table Orders` | `column note` | `comment never what is declared` |", "CREATE TABLE IF NOT EXISTS",
	} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("the message does not say %q:\n%v", want, err)
		}
	}
	if strings.Contains(err.Error(), "S3CRETOFFLAP") {
		t.Errorf("the report shows a credential:\n%v", err)
	}
	if got := ev.lines[len(ev.lines)-1]; got != "stored" {
		t.Errorf("the state was not stored: %v", ev.lines)
	}
	b.mustBeEmpty(desired)
}

// A plan that lacks a step is no flap: the state must not say that it was done.
func TestAMissingStepIsNoFlap(t *testing.T) {
	b := newBench(t, nil)
	b.to(shop(b))
	desired := shop(b)
	desired.Tables["Orders"].Columns[3].Comment = ptr("declared")
	desired.Tables["Daily"].Columns[1].Comment = ptr("declared")
	files := b.save(b.plan(desired))
	files.Plan.Operations = files.Plan.Operations[:1]
	_, err := b.migrate(files, desired)
	var partial *migrate.PartialError
	var flap *migrate.FlapError
	if !errors.As(err, &partial) || errors.As(err, &flap) || !strings.Contains(err.Error(), "edited by hand") {
		t.Errorf("error %v", err)
	}
	if kind := files.Plan.Operations[0].Kind(); kind != plan.ModifyTableColumn {
		t.Errorf("operation %s", kind)
	}
}
