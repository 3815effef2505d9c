package action

import (
	"context"
	"errors"
	"os"
	"path/filepath"

	"github.com/moose-migrate/moose-migrate/pkg/action/event"
	"github.com/moose-migrate/moose-migrate/pkg/forge"
	"github.com/moose-migrate/moose-migrate/pkg/plan"
)

// commitMessage is that of the commit with the plan's files.
const commitMessage = "Update the migration plan"

// commit puts the plan's files onto the pull request's branch. When it cannot, that is
// told; the plan and its verdict stay.
func (r *run) commit(ctx context.Context, t *target) error {
	if r.host == nil || t.pr == nil || r.ev.Name != event.PullRequest || t.pr.Fork(r.ev.Repo) {
		r.note("`save: commit` works on pull requests of this repository only; the files are in the workspace")
		return nil
	}
	var files []forge.File
	for _, name := range plan.FileNames() {
		path := r.inProject(name)
		if name == plan.SchemaFile {
			continue // in Moose's folder, which is not under version control
		}
		content, err := os.ReadFile(filepath.Join(r.ev.Workspace, filepath.FromSlash(path)))
		if err != nil {
			return err
		}
		files = append(files, forge.File{Path: path, Content: content})
	}
	sha, err := r.host.CommitFiles(ctx, t.pr.HeadRef, t.pr.HeadSHA, commitMessage, files)
	if errors.Is(err, forge.ErrMoved) {
		r.note("the branch has newer commits, so the plan was not committed; their run does it")
		return nil
	}
	if r.failed(err) {
		return nil
	}
	if sha != t.sha {
		r.status(ctx, sha, forge.Pending, "Planning …", "")
		r.status(ctx, t.sha, forge.Success, "Told on the commit with the plan, "+short(sha), "")
	}
	t.sha = sha
	return nil
}
