package session

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/moose-migrate/moose-migrate/pkg/migrate"
	"github.com/moose-migrate/moose-migrate/pkg/plan"
	"github.com/moose-migrate/moose-migrate/pkg/review"
)

// process completes what is known of how the change came about with what lies in the
// repository and in the state.
func (p *Planned) process(ctx context.Context) (*review.Process, error) {
	out := &review.Process{Purpose: review.ForReview}
	if p.Process != nil {
		given := *p.Process
		out = &given
	}
	if out.Purpose != review.ForReview {
		return out, nil
	}
	out.Connection, out.DeclaredVersion = p.connection, p.ToolVersion
	if p.recorded != nil {
		out.RecordedVersion = p.recorded.MooseVersion
	}
	out.Deltas = deltaFiles(p.Project.Dir)
	out.Workflows = workflows(p.Project.Dir)
	var err error
	out.Saved, err = p.savedPlan(ctx)
	return out, err
}

// savedPlan reads the saved plan and compares it with the plan of now, nil when there is
// none. An error means that ctx has ended.
func (p *Planned) savedPlan(ctx context.Context) (*review.SavedPlan, error) {
	files, err := plan.Load(p.Project.Dir)
	if errors.Is(err, plan.ErrNoPlan) {
		return nil, nil
	}
	if err != nil {
		return &review.SavedPlan{Err: err, Rewritten: p.savesPlan}, nil //nolint:nilerr // it is a finding
	}
	saved := &review.SavedPlan{Files: files, Rewritten: p.savesPlan}
	if saved.Rewritten {
		return saved, nil
	}
	if saved.Applied = migrate.Applied(p.recorded, files); saved.Applied {
		return saved, nil
	}
	saved.Drifted, saved.Stale, err = migrate.Compare(ctx, p.Client, files, p.Outcome, p.Options)
	if err != nil {
		saved.Files, saved.Err = nil, err
	}
	return saved, context.Cause(ctx)
}

// deltaName is the name of a file of Moose's other flow: 20260131_120000_000_migration.yaml.
var deltaName = regexp.MustCompile(`^\d{8}_\d{6}_\d{3}_migration\.ya?ml$`)

// deltaFiles are Moose's delta files of a project, sorted. A folder that cannot be read
// has none: loading the plan says what is wrong with it.
func deltaFiles(dir string) []string {
	entries, _ := os.ReadDir(filepath.Join(dir, plan.Dir))
	var out []string
	for _, e := range entries {
		if deltaName.MatchString(e.Name()) {
			out = append(out, plan.Dir+"/"+e.Name())
		}
	}
	return out
}

// Bounds of what is read of a repository's workflows; GitHub's own limit for one file is
// lower.
const (
	maxWorkflows     = 200
	maxWorkflowBytes = 1 << 20
)

// workflows reads the workflow files of the repository that a project lies in. What
// cannot be read is left out.
func workflows(dir string) []review.Workflow {
	root := repository(dir)
	if root == "" {
		return nil
	}
	folder := filepath.Join(root, ".github", "workflows")
	entries, _ := os.ReadDir(folder)
	var out []review.Workflow
	for _, e := range entries[:min(len(entries), maxWorkflows)] {
		if !slices.Contains([]string{".yml", ".yaml"}, strings.ToLower(filepath.Ext(e.Name()))) {
			continue
		}
		path := filepath.Join(folder, e.Name())
		// Only plain files: a link could lead anywhere.
		if info, err := os.Lstat(path); err != nil || !info.Mode().IsRegular() || info.Size() > maxWorkflowBytes {
			continue
		}
		if content, err := os.ReadFile(path); err == nil {
			out = append(out, review.Workflow{Path: ".github/workflows/" + e.Name(), Content: content})
		}
	}
	return out
}

// repository is the folder with .git that a folder lies in, empty when there is none.
func repository(dir string) string {
	for {
		if _, err := os.Lstat(filepath.Join(dir, ".git")); err == nil {
			return dir
		}
		up := filepath.Dir(dir)
		if up == dir {
			return ""
		}
		dir = up
	}
}
