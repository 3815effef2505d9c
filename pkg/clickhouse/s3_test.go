package clickhouse_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/moose-migrate/moose-migrate/internal/testparts"
	"github.com/moose-migrate/moose-migrate/pkg/clickhouse"
	"github.com/moose-migrate/moose-migrate/pkg/diff"
	"github.com/moose-migrate/moose-migrate/pkg/dsn"
	"github.com/moose-migrate/moose-migrate/pkg/inframap"
	"github.com/moose-migrate/moose-migrate/pkg/plan"
	"github.com/moose-migrate/moose-migrate/pkg/planner"
)

func open(t testing.TB) (*clickhouse.Client, string) {
	t.Helper()
	ch := testparts.ClickHouse(t)
	db := testparts.Database(t, ch)
	target, err := dsn.ParseClickHouse(ch.NativeURL(db))
	if err != nil {
		t.Fatal(err)
	}
	client, err := clickhouse.Open(t.Context(), target)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = client.Close() })
	return client, db
}

func s3Table(url, secret string) *inframap.Table {
	e := inframap.NewEngine("S3")
	_ = e.Set("path", url+"/bucket/file.json")
	_ = e.Set("format", "JSONEachRow")
	_ = e.Set("aws_access_key_id", "AKIATESTTESTTEST")
	_ = e.Set("aws_secret_access_key", secret)
	hash := e.Hash()
	return &inframap.Table{
		Name: "Files", Engine: e, EngineParamsHash: &hash,
		Columns: []inframap.Column{{Name: "a", DataType: inframap.SimpleType("String"), Required: true}},
	}
}

func TestCredentialsOfS3AreComparedAndNeverShown(t *testing.T) {
	client, db := open(t)
	s3 := httptest.NewServer(http.NotFoundHandler())
	defer s3.Close()
	m := inframap.New(db)
	table := s3Table(s3.URL, "first-SECRET-value")
	m.Tables["Files"] = table
	client.Hide(m.Secrets()...)
	err := client.Execute(t.Context(), &plan.CreateTableOp{Table: table}, clickhouse.Execution{})
	if err != nil {
		t.Fatal(err)
	}
	out, err := planner.Make(t.Context(), client, planner.Input{Recorded: m, Desired: m})
	if err != nil {
		t.Fatal(err)
	}
	if len(out.Result.Changes)+len(out.Status.Drift) != 0 {
		t.Errorf("an unchanged S3 table differs: %+v %+v", out.Result.Changes, out.Status.Drift)
	}
	rotated := inframap.New(db)
	rotated.Tables["Files"] = s3Table(s3.URL, "second-SECRET-value")
	if out, err = planner.Make(t.Context(), client, planner.Input{Recorded: m, Desired: rotated}); err != nil {
		t.Fatal(err)
	}
	if len(out.Result.Changes) != 1 || out.Result.Changes[0].Action != diff.Recreate {
		t.Fatalf("a rotated credential was not seen: %+v", out.Result.Changes)
	}
	for _, w := range out.Result.Changes[0].Why {
		if strings.Contains(w.Before+w.After, "SECRET") || strings.Contains(w.Before+w.After, "AKIA") {
			t.Errorf("a credential is shown: %+v", w)
		}
	}
	bad := s3Table(s3.URL, "first-SECRET-value")
	bad.Name = "Bad"
	bad.Columns[0].DataType = inframap.SimpleType("Strin")
	err = client.Execute(t.Context(), &plan.CreateTableOp{Table: bad}, clickhouse.Execution{})
	if err == nil || strings.Contains(err.Error(), "SECRET") || strings.Contains(err.Error(), "AKIA") {
		t.Errorf("the error of a failed statement: %v", err)
	}
}
