package hazards

import (
	"errors"
	"time"

	"github.com/moose-migrate/moose-migrate/pkg/diff"
	"github.com/moose-migrate/moose-migrate/pkg/inframap"
	"github.com/moose-migrate/moose-migrate/pkg/plan"
	"github.com/moose-migrate/moose-migrate/pkg/report"
	"github.com/moose-migrate/moose-migrate/pkg/review"
)

// The two sides of a plan that only adds a column.
var (
	narrow = []string{"CREATE TABLE T (id UInt8) ENGINE = MergeTree ORDER BY id"}
	wide   = []string{"CREATE TABLE T (id UInt8, note String) ENGINE = MergeTree ORDER BY id"}
)

// savedAs is a saved plan that is the one under review, changed by edit after it was made.
func savedAs(edit func(*review.Subject, *review.SavedPlan)) func(*review.Subject) {
	return func(s *review.Subject) {
		files := s.Outcome.Files(&plan.Plan{CreatedAt: s.Now.Add(-time.Hour)})
		digest, err := plan.Digest(files.Plan.Operations, files.Before, files.Desired)
		if err != nil {
			panic(err)
		}
		files.Plan.Digest = digest
		saved := &review.SavedPlan{Files: files}
		s.Process = &review.Process{Purpose: review.ForReview, Saved: saved}
		edit(s, saved)
	}
}

// withSQL is a saved plan into which someone wrote a statement.
func withSQL(sql string) func(*review.Subject) {
	return savedAs(func(_ *review.Subject, saved *review.SavedPlan) {
		ops := saved.Files.Plan.Operations
		saved.Files.Plan.Operations = append(ops[:len(ops):len(ops)], &plan.RawSQLOp{SQL: []string{sql}, Description: "by hand"})
	})
}

// byMoose is a saved plan of Moose that drops a table and makes it again.
func byMoose(_ *review.Subject, saved *review.SavedPlan) {
	table := inframap.Table{Name: "T"}
	saved.Files.Plan.Digest = ""
	saved.Files.Plan.Operations = []plan.Operation{
		&plan.DropTableOp{OnTable: plan.OnTable{Table: "T"}},
		&plan.CreateTableOp{Table: &table},
	}
}

func plPairs() []pair {
	stale := []string{"table T: exists now and did not when the plan was made"}
	return []pair{
		{
			code: "PL001", name: "someone changed the server after the plan was saved", before: narrow, after: wide,
			subject: savedAs(func(_ *review.Subject, saved *review.SavedPlan) { saved.Drifted = stale }),
			want:    []string{"warn PL001 migrations/plan.yaml"}, text: "table T: exists now",
		},
		{
			code: "PL001", name: "the plan fits", before: narrow, after: wide,
			subject: savedAs(func(*review.Subject, *review.SavedPlan) {}),
		},
		{
			code: "PL001", name: "the plan was applied", before: narrow, after: wide,
			subject: savedAs(func(_ *review.Subject, saved *review.SavedPlan) { saved.Drifted, saved.Applied = stale, true }),
		},
		{
			code: "PL001", name: "there is nothing left to do", before: narrow, after: narrow,
			subject: savedAs(func(_ *review.Subject, saved *review.SavedPlan) { saved.Drifted = stale }),
		},
		{
			code: "PL002", name: "the code has changed since", before: narrow, after: wide,
			subject: savedAs(func(_ *review.Subject, saved *review.SavedPlan) { saved.Stale, saved.Drifted = stale, stale }),
			want:    []string{"warn PL002 migrations/plan.yaml"}, text: "does not lead to what the code declares",
		},
		{
			code: "PL002", name: "this run writes the files anew", before: narrow, after: wide,
			subject: savedAs(func(_ *review.Subject, saved *review.SavedPlan) { saved.Stale, saved.Rewritten = stale, true }),
		},
		{
			code: "PL002", name: "the plan is applied now", before: narrow, after: wide,
			subject: savedAs(func(s *review.Subject, saved *review.SavedPlan) {
				saved.Stale, s.Process.Purpose = stale, review.ForMigration
			}),
		},
		{
			code: "PL003", name: "the branch has a table that this code does not know", before: narrow,
			process: &review.Process{Purpose: review.ForReview, Behind: &review.Behind{Branch: "main", Commits: 2, Files: []string{"app/orders.ts"}}},
			want:    []string{"block PL003", "warn DS101 T"}, text: "main has 2 commits that this code lacks",
		},
		{
			code: "PL003", name: "the plan only adds", before: narrow, after: wide,
			process: &review.Process{Purpose: review.ForReview, Behind: &review.Behind{Branch: "main", Commits: 2, Files: []string{"app/orders.ts"}}},
		},
		{
			code: "PL003", name: "the commits touch nothing of the project", before: narrow,
			process: &review.Process{Purpose: review.ForReview, Behind: &review.Behind{Branch: "main", Commits: 2}},
			want:    []string{"warn DS101 T"},
		},
		{
			code: "PL004", name: "a statement that removes rows was added", before: narrow, after: wide,
			subject: withSQL("ALTER TABLE T DELETE WHERE id = 1"),
			want:    []string{"block PL004 migrations/plan.yaml"}, text: "added: ALTER TABLE T DELETE WHERE id = 1",
		},
		{
			code: "PL004", name: "a statement that adds rows was added", before: narrow, after: wide,
			subject: withSQL("INSERT INTO T (id, note) VALUES (1, 'drop')"),
			want:    []string{"warn PL004 migrations/plan.yaml"},
		},
		{
			code: "PL004", name: "a statement was added to a plan that is stale as well", before: narrow, after: wide,
			subject: func(s *review.Subject) {
				withSQL("TRUNCATE TABLE T")(s)
				s.Process.Saved.Stale = stale
			},
			want: []string{"block PL004 migrations/plan.yaml", "warn PL002 migrations/plan.yaml"},
		},
		{
			code: "PL004", name: "an operation was taken out", before: narrow, after: wide,
			subject: savedAs(func(_ *review.Subject, saved *review.SavedPlan) { saved.Files.Plan.Operations = nil }),
			want:    []string{"warn PL004 migrations/plan.yaml"}, text: "taken out:",
		},
		{
			code: "PL004", name: "a plan that Moose wrote", before: narrow, after: wide,
			subject: func(s *review.Subject) {
				withSQL("TRUNCATE TABLE T")(s)
				s.Process.Saved.Files.Plan.Digest = ""
			},
		},
		{
			code: "PL004", name: "renames that were answered when it was made", before: narrow, after: wide,
			subject: savedAs(func(_ *review.Subject, saved *review.SavedPlan) {
				saved.Files.Plan.Operations = []plan.Operation{&plan.RenameTableColumnOp{OnTable: plan.OnTable{Table: "T"}, Before: "a", After: "note"}}
				saved.Files.Plan.Digest, _ = plan.Digest(saved.Files.Plan.Operations, saved.Files.Before, saved.Files.Desired)
			}),
		},
		{
			code: "PL005", name: "a file is missing", before: narrow, after: wide,
			process: &review.Process{Purpose: review.ForReview, Saved: &review.SavedPlan{Err: errors.New("migrations/remote_state.json is missing")}},
			want:    []string{"block PL005 migrations/plan.yaml"}, text: "remote_state.json is missing",
		},
		{
			code: "PL005", name: "delta files beside a plan", before: narrow, after: wide,
			subject: savedAs(func(s *review.Subject, _ *review.SavedPlan) {
				s.Process.Deltas = []string{"migrations/20260101_000000_000_migration.yaml"}
			}),
			want: []string{"block PL005 migrations"},
		},
		{
			code: "PL005", name: "delta files alone", before: narrow, after: wide,
			process: &review.Process{Purpose: review.ForReview, Deltas: []string{"migrations/20260101_000000_000_migration.yaml"}},
			want:    []string{"warn PL005 migrations"},
		},
		{
			code: "PL005", name: "no saved plan", before: narrow, after: wide,
			process: &review.Process{Purpose: review.ForReview},
		},
		{
			code: "PL005", name: "a broken plan that this run writes anew", before: narrow, after: wide,
			process: &review.Process{Purpose: review.ForReview, Saved: &review.SavedPlan{Err: errors.New("cut off"), Rewritten: true}},
		},
		{
			code: "PL007", name: "an older moose-lib", before: narrow, after: wide,
			process: &review.Process{Purpose: review.ForReview, RecordedVersion: "0.6.533", DeclaredVersion: "0.6.510"},
			want:    []string{"warn PL007"}, text: "moose-lib 0.6.510, which is older than 0.6.533",
		},
		{
			code: "PL007", name: "a newer moose-lib", before: narrow, after: wide,
			process: &review.Process{Purpose: review.ForReview, RecordedVersion: "0.6.99", DeclaredVersion: "0.6.533"},
			want:    []string{"info PL007"},
		},
		{
			code: "PL007", name: "the same moose-lib", before: narrow, after: wide,
			process: &review.Process{Purpose: review.ForReview, RecordedVersion: "0.6.533", DeclaredVersion: "0.6.533"},
		},
		{
			code: "PL007", name: "nothing changes", before: narrow, after: narrow,
			process: &review.Process{Purpose: review.ForReview, RecordedVersion: "0.6.533", DeclaredVersion: "0.6.510"},
		},
		{
			code: "PL008", name: "someone added a column by hand, which the code does not have", before: narrow, after: narrow,
			fill: []string{"ALTER TABLE T ADD COLUMN extra String"},
			want: []string{"warn DS103 T.extra", "warn PL008 T"},
		},
		{
			code: "PL008", name: "nobody changed anything", before: narrow, after: wide,
			fill: []string{"INSERT INTO T VALUES (1)"},
		},
		{
			code: "PL010", name: "Moose recreates a table for a column that is added", before: narrow, after: wide,
			subject: savedAs(byMoose), want: []string{"block PL010 T"}, text: "for a difference that the server does not see",
		},
		{
			code: "PL010", name: "Moose recreates a table that has to be", before: narrow,
			after:   []string{"CREATE TABLE T (id UInt8, day Date) ENGINE = MergeTree ORDER BY (id, day)"},
			subject: savedAs(byMoose), want: []string{"warn KY301 T"},
		},
		{
			code: "PL012", name: "another pull request changes the table", before: narrow, after: wide,
			subject: func(s *review.Subject) {
				s.Process = &review.Process{Purpose: review.ForReview, Others: []review.OtherPull{{Number: 12, URL: "https://example.com/12", Objects: []string{s.Report.Changes[0].Key()}}}}
			},
			want: []string{"warn PL012 T"}, text: "also changed by the open pull request 12",
		},
		{
			code: "PL012", name: "another pull request changes another table", before: narrow, after: wide,
			subject: func(s *review.Subject) {
				other := report.Change{Kind: diff.Table, Name: "Other", Database: s.Report.Changes[0].Database}
				s.Process = &review.Process{Purpose: review.ForReview, Others: []review.OtherPull{{Number: 12, Objects: []string{other.Key()}}}}
			},
		},
		{
			code: "PL013", name: "one table goes and another one comes", before: narrow,
			after: []string{"CREATE TABLE N (a String, b Date) ENGINE = MergeTree ORDER BY a"},
			want:  []string{"warn DS101 T", "info PL013"}, text: "the plan removes data",
		},
		{
			code: "PL013", name: "a table goes", before: narrow,
			want: []string{"warn DS101 T"},
		},
		{
			code: "PL013", name: "a table looks like another one under a new name", before: wide,
			after: []string{"CREATE TABLE Renamed (id UInt8, note String) ENGINE = MergeTree ORDER BY id"},
			want:  []string{"warn DS101 T"},
		},
		{
			code: "PL014", name: "a plan of last month", before: narrow, after: wide,
			subject: savedAs(func(s *review.Subject, saved *review.SavedPlan) {
				saved.Files.Plan.CreatedAt = s.Now.Add(-40 * 24 * time.Hour)
			}),
			want: []string{"warn PL014 migrations/plan.yaml"}, text: "made 1 month ago",
		},
		{
			code: "PL014", name: "a plan of last week", before: narrow, after: wide,
			subject: savedAs(func(s *review.Subject, saved *review.SavedPlan) {
				saved.Files.Plan.CreatedAt = s.Now.Add(-7 * 24 * time.Hour)
			}),
		},
		{
			code: "PL016", name: "a statement was refused", before: narrow, after: wide,
			subject: func(s *review.Subject) {
				s.Report.Rehearsal = &report.Rehearsal{Planned: 1, Failed: &report.RehearsalFailure{Number: 1, Operation: "Adding column", SQL: "ALTER TABLE T ADD COLUMN x Nothing", Code: 44, Message: "no such type"}}
			},
			want: []string{"block PL016"}, text: "ClickHouse refuses operation 1 of 1 (Adding column): no such type (code 44)",
		},
		{
			code: "PL016", name: "all was accepted", before: narrow, after: wide,
			subject: func(s *review.Subject) {
				s.Report.Rehearsal = &report.Rehearsal{Planned: 1, Operations: 1, Statements: 1}
			},
		},
	}
}
