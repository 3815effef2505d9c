package hazards

import (
	"errors"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/moose-migrate/moose-migrate/pkg/diff"
	"github.com/moose-migrate/moose-migrate/pkg/inframap"
	"github.com/moose-migrate/moose-migrate/pkg/plan"
	"github.com/moose-migrate/moose-migrate/pkg/probe"
	"github.com/moose-migrate/moose-migrate/pkg/review"
)

// reviewing is a review of which nothing more is known.
func reviewing() *review.Process { return &review.Process{Purpose: review.ForReview} }

// resource adds a SQL resource to the code.
func resource(statements ...string) func(before, after *inframap.Map) {
	return func(_, after *inframap.Map) {
		after.SQLResources["extra"] = &inframap.SQLResource{Name: "extra", Setup: statements}
	}
}

// withGrants are the rights of the user, in a job for a pull request.
func withGrants(g probe.Known[probe.Grants]) func(*probe.Facts) {
	return func(f *probe.Facts) { f.Grants = g }
}

// asked is a workflow file.
func asked(text string) *review.Process {
	return &review.Process{Purpose: review.ForReview, Workflows: []review.Workflow{{Path: ".github/workflows/plan.yml", Content: []byte(text)}}}
}

const (
	onTarget = "on:\n  pull_request_target:\n    branches: [main]\njobs:\n  build:\n    runs-on: ubuntu-latest\n    steps:\n"
	headStep = "      - uses: actions/checkout@v4\n        with:\n          ref: ${{ github.event.pull_request.head.sha }}\n"
	baseStep = "      - uses: actions/checkout@v4\n"
	ourStep  = "      - run: npx moose plan\n"
	anyStep  = "      - run: make\n"
)

// droppedPolicy is the removal of a row policy, of which the engine here has none.
func droppedPolicy(s *review.Subject) {
	s.Outcome.Result.Changes = append(s.Outcome.Result.Changes, diff.Change{
		Kind: diff.RowPolicy, Action: diff.Remove, ID: "tenants", Name: "tenants",
		RowPolicy: &diff.Pair[inframap.RowPolicy]{Before: &inframap.RowPolicy{Name: "tenants", Tables: []inframap.PolicyTable{{Name: "T"}}}},
	})
}

func sePairs() []pair {
	jwt := "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.c2lnbmF0dXJlLW9mLWEtdG9rZW4"
	all := probe.Known[probe.Grants]{Value: probe.Grants{Lines: []string{"GRANT SELECT, INSERT, ALTER UPDATE(note), CREATE TEMPORARY TABLE ON local.* TO app", "GRANT readers TO app"}}}
	return []pair{
		{
			code: "SE001", name: "a view has a password", before: narrow, after: append([]string{"CREATE VIEW V (id String) AS SELECT c1 AS id FROM s3('http://bucket.example/orders.csv', 'KEYID', 'geheim-4711', 'CSV', 'c1 String')"}, narrow...),
			edit: func(_, after *inframap.Map) {
				after.Views["V"].SelectSQL = "SELECT c1 AS id FROM s3('http://bucket.example/orders.csv', 'KEYID', 'geheim-4711', 'CSV', 'c1 String')"
			},
			process: reviewing(), want: []string{"block SE001 V"}, text: "written into the code of view V",
		},
		{
			code: "SE001", name: "a view that takes its password from elsewhere", before: narrow, after: []string{narrow[0], "CREATE VIEW V AS SELECT id FROM T WHERE id > 3"},
			process: reviewing(),
		},
		{
			code: "SE001", name: "a statement has a signed token", before: narrow, after: narrow,
			edit: resource("SELECT '" + jwt + "'"), process: reviewing(),
			want: []string{"block SE001 SQL resource extra", "warn MU608 extra"}, text: "a signed token (JWT)",
		},
		{
			code: "SE001", name: "a statement has a random value", before: narrow, after: narrow,
			edit: resource("SELECT 'q7Zp2LkX9vRt4WmB8nYc3HsJ6dGf1TaE5uQo0iPx'"), process: reviewing(),
			want: []string{"warn MU608 extra", "warn SE001 SQL resource extra"}, text: "looks like a generated key",
		},
		{
			code: "SE001", name: "hashes and long names are no secrets", before: narrow, after: narrow,
			edit: resource("SELECT 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855', 'getCustomerLifetimeValueByRegionAndMonth2', '00000000-0000-0000-0000-000000000000'"), process: reviewing(),
			want: []string{"warn MU608 extra"},
		},
		{
			code: "SE001", name: "a plan that Moose saved with the credentials of the environment", before: narrow, after: wide,
			subject: savedAs(func(_ *review.Subject, saved *review.SavedPlan) {
				engine := inframap.NewEngine("S3Queue")
				engine.Params["aws_secret_access_key"] = jsontext.Value(`"geheim-4711"`)
				saved.Files.Plan.Digest = ""
				saved.Files.Plan.Operations = append(saved.Files.Plan.Operations, &plan.CreateTableOp{Table: &inframap.Table{Name: "Q", Engine: engine}})
			}),
			want: []string{"block SE001 migrations/plan.yaml"}, text: "Q (the argument aws_secret_access_key of its engine)",
		},
		{
			code: "SE001", name: "a saved plan that hides them", before: narrow, after: wide,
			subject: savedAs(func(_ *review.Subject, saved *review.SavedPlan) {
				engine := inframap.NewEngine("S3Queue")
				engine.Params["aws_secret_access_key"] = jsontext.Value(`"[HIDDEN]"`)
				saved.Files.Plan.Digest = ""
				saved.Files.Plan.Operations = append(saved.Files.Plan.Operations, &plan.CreateTableOp{Table: &inframap.Table{Name: "Q", Engine: engine}})
			}),
		},
		{
			code: "SE001", name: "credentials that the environment gives when it is applied", before: narrow, after: narrow,
			edit: resource("SELECT '" + jwt + "'"), process: &review.Process{Purpose: review.ForMigration},
			want: []string{"warn MU608 extra"},
		},
		{
			code: "SE002", name: "a user who may do all", before: narrow, after: wide,
			process: &review.Process{Purpose: review.ForReview, PullRequest: true},
			facts:   withGrants(probe.Known[probe.Grants]{Value: probe.Grants{Lines: []string{"GRANT ALL ON *.* TO default WITH GRANT OPTION"}}}),
			want:    []string{"info SE002"}, text: "ALL on *.*",
		},
		{
			code: "SE002", name: "the user of the engine here, whose rights it does not list", before: narrow, after: wide,
			process: &review.Process{Purpose: review.ForReview, PullRequest: true},
		},
		{
			code: "SE002", name: "a user with some rights to write", before: narrow, after: wide,
			process: &review.Process{Purpose: review.ForReview, PullRequest: true}, facts: withGrants(all),
			want: []string{"info SE002"}, text: "ALTER UPDATE on local.*, INSERT on local.*",
		},
		{
			code: "SE002", name: "a user who may only read", before: narrow, after: wide,
			process: &review.Process{Purpose: review.ForReview, PullRequest: true},
			facts:   withGrants(probe.Known[probe.Grants]{Value: probe.Grants{Lines: []string{"GRANT SELECT, SHOW, CREATE TEMPORARY TABLE ON *.* TO app"}}}),
		},
		{
			code: "SE002", name: "a profile that only reads", before: narrow, after: wide,
			process: &review.Process{Purpose: review.ForReview, PullRequest: true},
			facts:   withGrants(probe.Known[probe.Grants]{Value: probe.Grants{Lines: all.Value.Lines, ReadOnly: true}}),
		},
		{
			code: "SE002", name: "a user who may not see the rights", before: narrow, after: wide,
			process: &review.Process{Purpose: review.ForReview, PullRequest: true},
			facts:   withGrants(probe.Known[probe.Grants]{Value: all.Value, Err: errors.New("not allowed")}),
		},
		{code: "SE002", name: "a plan on a developer's machine", before: narrow, after: wide, process: reviewing()},
		{
			code: "SE003", name: "the plan of a stranger's code", before: narrow, after: wide, process: asked(onTarget + headStep + ourStep),
			want: []string{"block SE003 .github/workflows/plan.yml"}, text: "job build",
		},
		{
			code: "SE003", name: "a workflow of something else", before: narrow, after: wide, process: asked(onTarget + headStep + anyStep),
			want: []string{"warn SE003 .github/workflows/plan.yml"},
		},
		{code: "SE003", name: "the checkout of the base branch", before: narrow, after: wide, process: asked(onTarget + baseStep + ourStep)},
		{code: "SE003", name: "nothing runs after the checkout", before: narrow, after: wide, process: asked(onTarget + anyStep + headStep)},
		{code: "SE003", name: "without secrets", before: narrow, after: wide, process: asked("on: pull_request\njobs:\n  build:\n    runs-on: ubuntu-latest\n    steps:\n" + headStep + ourStep)},
		{code: "SE003", name: "no workflow at all", before: narrow, after: wide, process: asked("- [")},
		{
			code: "SE004", name: "another check is required", before: narrow, after: wide,
			process: &review.Process{Purpose: review.ForReview, Checks: &review.Checks{Branch: "main", Required: []string{"test"}, Ours: []string{"moose-migrate / production"}}},
			want:    []string{"warn SE004"}, text: "it waits for test",
		},
		{
			code: "SE004", name: "the job is required", before: narrow, after: wide,
			process: &review.Process{Purpose: review.ForReview, Checks: &review.Checks{Branch: "main", Required: []string{"test", "plan"}, Ours: []string{"moose-migrate / production", "plan"}}},
		},
		{code: "SE004", name: "the host does not say", before: narrow, after: wide, process: reviewing()},
		{
			code: "SE005", name: "a public server without TLS", before: narrow, after: wide,
			process: &review.Process{Purpose: review.ForReview, Connection: &review.Connection{Addresses: []string{"db.example.com:9000"}}},
			want:    []string{"warn SE005"}, text: "not encrypted",
		},
		{
			code: "SE005", name: "a public server whose certificate nobody checks", before: narrow, after: wide,
			process: &review.Process{Purpose: review.ForReview, Connection: &review.Connection{Addresses: []string{"8.8.8.8:9440"}, TLS: true}},
			want:    []string{"warn SE005"}, text: "does not check the certificate",
		},
		{
			code: "SE005", name: "a public server with TLS", before: narrow, after: wide,
			process: &review.Process{Purpose: review.ForReview, Connection: &review.Connection{Addresses: []string{"db.example.com:9440"}, TLS: true, Verified: true}},
		},
		{
			code: "SE005", name: "servers of the own machine and network", before: narrow, after: wide,
			process: &review.Process{Purpose: review.ForReview, Connection: &review.Connection{Addresses: []string{"127.0.0.1:9000", "[::1]:9000", "localhost:9000", "clickhouse:9000", "10.1.2.3:9000", "ch.data.svc.cluster.local:9000"}}},
		},
		{
			code: "SE006", name: "a resource grants", before: narrow, after: narrow,
			edit: resource("/* readers */ GRANT SELECT ON *.* TO everyone"),
			want: []string{"warn SE006 extra"}, text: "GRANT SELECT ON *.* TO everyone",
		},
		{
			code: "SE006", name: "a resource makes a function", before: narrow, after: narrow,
			edit: resource("CREATE FUNCTION grant_it AS x -> x"), want: []string{"warn MU608 extra"},
		},
		{
			code: "SE006", name: "a row policy goes", before: narrow, after: narrow,
			subject: droppedPolicy, want: []string{"warn SE006 row policy tenants"}, text: "the rows it hid",
		},
		{
			code: "SE006", name: "a row policy goes with its table", before: narrow,
			subject: droppedPolicy, want: []string{"warn DS101 T"},
		},
	}
}
