package action

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"

	"github.com/google/renameio/v2"

	"github.com/moose-migrate/moose-migrate/pkg/action/manifest"
	"github.com/moose-migrate/moose-migrate/pkg/comment"
	"github.com/moose-migrate/moose-migrate/pkg/finding"
	"github.com/moose-migrate/moose-migrate/pkg/migrate"
	"github.com/moose-migrate/moose-migrate/pkg/plan"
	"github.com/moose-migrate/moose-migrate/pkg/report"
)

// reviewDir is where the files for machines go, below the project. Its name does not
// begin with a dot, since actions/upload-artifact leaves such folders out.
const reviewDir = "moose-review"

// reviewPath is a file of this environment, relative to the workspace.
func (r *run) reviewPath(name string) string {
	return r.inProject(reviewDir, slug(r.in.Environment), name)
}

// write makes a file of the workspace, with its folders; they belong to whom the
// workspace does.
func (r *run) write(path string, content func(io.Writer) error) error {
	var b bytes.Buffer
	if err := content(&b); err != nil {
		return fmt.Errorf("write %s: %w", path, err)
	}
	full := filepath.Join(r.ev.Workspace, filepath.FromSlash(path))
	if err := os.MkdirAll(filepath.Dir(full), 0o755); err != nil {
		return fmt.Errorf("write %s: %w", path, err)
	}
	if err := renameio.WriteFile(full, b.Bytes(), 0o644); err != nil {
		return fmt.Errorf("write %s: %w", path, err)
	}
	giveBack(r.ev.Workspace, path)
	return nil
}

// giveBack makes a file and its folders, up to the workspace, belong to the owner of the
// workspace: the container's user is another one than the runner's, which could not
// remove them.
func giveBack(workspace, path string) {
	info, err := os.Stat(workspace)
	if err != nil {
		return
	}
	uid, gid, ok := owner(info)
	if !ok {
		return
	}
	for p := filepath.FromSlash(path); p != "." && p != string(filepath.Separator); p = filepath.Dir(p) {
		// Who may not give a file away owns the workspace.
		_ = os.Lchown(filepath.Join(workspace, p), uid, gid)
	}
}

// outputs sets the outputs of the step. Values are one line each.
func (r *run) outputs(values map[string]string) {
	if r.f.Environ["GITHUB_OUTPUT"] == "" {
		return
	}
	for name, value := range values {
		r.toldVerdict = r.toldVerdict || name == manifest.OutputVerdict
		value = strings.NewReplacer("\n", " ", "\r", " ").Replace(r.f.Redact(value))
		r.failed(attempt("set the output "+name, func() { r.log.SetOutput(name, value) }))
	}
}

// attempt turns the panic of a file that cannot be written into an error.
func attempt(doing string, f func()) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("%s: %v", doing, p)
		}
	}()
	f()
	return nil
}

// planOutputs are the outputs that say what a report holds.
func planOutputs(rep *report.Report) map[string]string {
	return map[string]string{
		manifest.OutputHasChanges:  strconv.FormatBool(rep.Summary.Changes() > 0),
		manifest.OutputOperations:  strconv.Itoa(rep.Summary.Operations),
		manifest.OutputDestructive: strconv.Itoa(rep.Summary.Destructive),
		manifest.OutputDrift:       strconv.FormatBool(rep.Summary.Drift > 0),
		manifest.OutputVerdict:     string(rep.Conclusion),
		manifest.OutputDigest:      rep.Digest,
	}
}

// writeReport writes the report in the forms for machines and adds the outputs that lead
// to them.
func (r *run) writeReport(t target, rep *report.Report, out map[string]string) error {
	page := r.page(t.sha)
	page.State, page.Report, page.Notes = comment.Planned, rep, r.notes
	dir := filepath.Join(r.ev.Workspace, filepath.FromSlash(r.reviewPath("")))
	if err := page.WriteFiles(dir, report.SARIFOptions{ToolVersion: r.f.Version, SourceRoot: r.project(), Category: r.in.Environment}); err != nil {
		return err
	}
	for _, name := range []string{comment.MarkdownFile, comment.HTMLFile, comment.JSONFile, comment.SARIFFile, comment.JUnitFile} {
		giveBack(r.ev.Workspace, r.reviewPath(name))
	}
	out[manifest.OutputReportJSON] = r.reviewPath(comment.JSONFile)
	out[manifest.OutputSARIFFile] = r.reviewPath(comment.SARIFFile)
	out[manifest.OutputJUnitFile] = r.reviewPath(comment.JUnitFile)
	return nil
}

// savePlan writes the three files of the plan. A saved plan with the same digest stays
// as it is, with the time at which it was made, unless a table that it drops has outgrown
// the size that it tells. It reports whether anything was written.
func (r *run) savePlan(files *plan.Files) (written bool, err error) {
	root := filepath.Join(r.ev.Workspace, filepath.FromSlash(r.in.WorkingDirectory))
	digest, err := plan.Digest(files.Plan.Operations, files.Before, files.Desired)
	if err != nil {
		return false, err
	}
	if saved, err := plan.Load(root); err == nil && saved.Plan.Digest == digest {
		if edited, err := saved.Edited(); err == nil && !edited && !migrate.Outgrown(saved.Plan, files.Plan) {
			return false, nil
		}
	}
	if err := files.Save(root); err != nil {
		return false, err
	}
	for _, name := range plan.FileNames() {
		giveBack(r.ev.Workspace, r.inProject(name))
	}
	return true, nil
}

var unsafeInName = regexp.MustCompile(`[^A-Za-z0-9._-]+`)

// slug makes a name of a folder.
func slug(s string) string {
	clean := strings.Trim(unsafeInName.ReplaceAllString(s, "-"), ".-")
	if clean == s {
		return s
	}
	return strings.TrimPrefix(clean+"-"+finding.Key("", s), "-")
}
