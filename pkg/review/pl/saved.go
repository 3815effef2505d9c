package pl

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/moose-migrate/moose-migrate/pkg/finding"
	"github.com/moose-migrate/moose-migrate/pkg/inframap"
	"github.com/moose-migrate/moose-migrate/pkg/plan"
	"github.com/moose-migrate/moose-migrate/pkg/review"
)

// planFile is the object of the findings about a saved plan.
const planFile = plan.Dir + "/" + plan.PlanFile

// pending is a saved plan that is still to be applied as it lies there, nil when there
// is none.
func pending(s *review.Subject) *plan.Files {
	if !s.Process.Reviewing() {
		return nil
	}
	saved := s.Process.Saved
	if saved == nil || saved.Files == nil || saved.Applied || saved.Rewritten {
		return nil
	}
	return saved.Files
}

// atWork is a pending plan that has something left to do.
func atWork(s *review.Subject) *review.SavedPlan {
	if pending(s) == nil || len(s.Outcome.Operations) == 0 && s.Outcome.Result.Empty() {
		return nil
	}
	return s.Process.Saved
}

// identity tells operations apart by all that they say.
func identity(op plan.Operation) string {
	empty := inframap.New("")
	id, err := plan.Digest([]plan.Operation{op}, empty, empty)
	if err != nil {
		return plan.Describe(op)
	}
	return id
}

// missing are the operations of the first list that the second does not have.
func missing(from, in []plan.Operation) []plan.Operation {
	have := map[string]bool{}
	for _, op := range in {
		have[identity(op)] = true
	}
	var out []plan.Operation
	for _, op := range from {
		if !have[identity(op)] {
			out = append(out, op)
		}
	}
	return out
}

// named bounds a list in a sentence.
const named = 5

func listed[T any](all []T, name func(T) string) string {
	var out []string
	for _, v := range all[:min(len(all), named)] {
		out = append(out, name(v))
	}
	text := strings.Join(out, ", ")
	if more := len(all) - named; more > 0 {
		text += fmt.Sprintf(" and %d more", more)
	}
	return text
}

func asIs(s string) string { return s }

// evidence are all lines of a list that a sentence has only the first of.
func evidence(lines []string) []finding.Evidence {
	if len(lines) <= named {
		return nil
	}
	var out []finding.Evidence
	for _, l := range lines[:min(len(lines), evidenceLines)] {
		out = append(out, finding.Evidence{Text: l})
	}
	return out
}

// evidenceLines bounds the evidence of one finding.
const evidenceLines = 50

// savedDemo saves a small plan in a folder of its own, lets change work on the folder,
// and says what the files are then.
func savedDemo(change func(dir string) error, look func(dir string) (string, error)) func(context.Context) (string, error) {
	return func(context.Context) (string, error) {
		dir, err := os.MkdirTemp("", "moose-migrate-")
		if err != nil {
			return "", fmt.Errorf("make a folder for the demonstration: %w", err)
		}
		defer func() { _ = os.RemoveAll(dir) }()
		files := &plan.Files{Before: inframap.New("local"), Desired: inframap.New("local"), Plan: &plan.Plan{
			CreatedAt:  time.Date(2026, 1, 31, 12, 0, 0, 0, time.UTC),
			Operations: []plan.Operation{&plan.RawSQLOp{SQL: []string{"SELECT 1"}, Description: "look"}},
		}}
		if err := files.Save(dir); err != nil {
			return "", err
		}
		if err := change(dir); err != nil {
			return "", err
		}
		return look(dir)
	}
}

// rewrite replaces text in one of the files of a saved plan.
func rewrite(dir, name, old, now string) error {
	path := filepath.Join(dir, plan.Dir, name)
	raw, err := os.ReadFile(path)
	if err != nil {
		return fmt.Errorf("change a file of the demonstration: %w", err)
	}
	text := string(raw)
	if !strings.Contains(text, old) {
		return fmt.Errorf("change %s for the demonstration: it does not have %q", name, old)
	}
	return os.WriteFile(path, []byte(strings.ReplaceAll(text, old, now)), 0o600)
}
