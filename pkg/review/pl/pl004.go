package pl

import (
	"regexp"
	"slices"
	"strings"

	"github.com/moose-migrate/moose-migrate/pkg/clickhouse/sqltext"
	"github.com/moose-migrate/moose-migrate/pkg/finding"
	"github.com/moose-migrate/moose-migrate/pkg/plan"
	"github.com/moose-migrate/moose-migrate/pkg/review"
	"github.com/moose-migrate/moose-migrate/pkg/secretsql"
)

var pl004 = &review.Rule{
	Code: "PL004", Name: "saved plan edited by hand", Severity: finding.Block,
	Detects: "The saved plan in migrations/ is not applied yet, and its files were changed after they had been generated. It blocks when an added operation, or added SQL, can remove data, and warns otherwise.",
	Happens: "`moose migrate` runs SQL that people put into the plan as it stands. No comparison can tell what it does to the rows.",
	Remedy:  "generate the plan again, or say in the pull request why it was edited and let someone else read every added line",
	Demo: review.Demo{
		{
			Say: "nobody has touched the plan", Code: "moose generate migration --save",
			Do: savedDemo(func(string) error { return nil }, editedDemo), Want: "as it was generated",
		},
		{
			Say: "someone adds a statement to migrations/plan.yaml", Code: "sed -i 's/SELECT 1/TRUNCATE TABLE Orders/' migrations/plan.yaml",
			Do:   savedDemo(func(dir string) error { return rewrite(dir, plan.PlanFile, "SELECT 1", "TRUNCATE TABLE Orders") }, editedDemo),
			Want: "edited: its digest is not the one that was written into it\nit would run: TRUNCATE TABLE Orders",
		},
	},
	Check: func(s *review.Subject) []review.Hit {
		files := pending(s)
		if files == nil {
			return nil
		}
		if edited, err := files.Edited(); err != nil || !edited {
			return nil
		}
		saved := s.Process.Saved
		comparable := len(saved.Stale)+len(saved.Drifted) == 0
		added, gone := missing(files.Plan.Operations, s.Outcome.Operations), missing(s.Outcome.Operations, files.Plan.Operations)
		if !comparable {
			// What was generated for other maps is not known; SQL of people is never generated.
			added, gone = slices.DeleteFunc(slices.Clone(files.Plan.Operations), func(op plan.Operation) bool { return !byHand(op) }), nil
		}
		h := review.Hit{Object: planFile, Severity: finding.Warn, Text: "the files of the saved plan were edited after they had been generated"}
		for _, op := range added {
			h.What = append(h.What, "added", identity(op))
			if removesData(op) {
				h.Severity = ""
			}
		}
		for _, op := range gone {
			h.What = append(h.What, "taken out", identity(op))
		}
		var parts []string
		if len(added) > 0 {
			parts = append(parts, "added: "+listed(added, words))
		}
		if len(gone) > 0 {
			parts = append(parts, "taken out: "+listed(gone, words))
		}
		if len(parts) > 0 {
			h.Text += "; " + strings.Join(parts, "; ")
		}
		return []review.Hit{h}
	},
}

func words(op plan.Operation) string {
	raw, ok := op.(*plan.RawSQLOp)
	if !ok {
		return plan.Describe(op)
	}
	return secretsql.Mask(strings.Join(raw.SQL, "; "))
}

// byHand reports whether an operation is SQL that no plan of ours would have.
func byHand(op plan.Operation) bool {
	raw, ok := op.(*plan.RawSQLOp)
	return ok && !strings.HasPrefix(raw.Description, plan.SetupDescription) && !strings.HasPrefix(raw.Description, plan.TeardownDescription)
}

// removing are the words of statements that can take rows, values or objects away.
var removing = regexp.MustCompile(`^(?i:ALTER|ATTACH|CLEAR|DELETE|DETACH|DROP|EXCHANGE|MOVE|REPLACE|RENAME|SYSTEM|TRUNCATE|UPDATE)$`)

func removesData(op plan.Operation) bool {
	raw, ok := op.(*plan.RawSQLOp)
	if !ok {
		switch op.Kind() {
		case plan.DropTable, plan.DropTableColumn, plan.DropMaterializedView, plan.DropDictionary, plan.DropRowPolicy:
			return true
		}
		return false
	}
	for _, sql := range raw.SQL {
		for _, t := range sqltext.Tokens(sql) {
			if t.Kind == sqltext.Word && removing.MatchString(t.Text) {
				return true
			}
		}
	}
	return false
}

func editedDemo(dir string) (string, error) {
	files, err := plan.Load(dir)
	if err != nil {
		return "", err
	}
	edited, err := files.Edited()
	if err != nil || !edited {
		return "as it was generated", err
	}
	return "edited: its digest is not the one that was written into it\nit would run: " + listed(files.Plan.Operations, words), nil
}
