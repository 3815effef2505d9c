package runner

import (
	"context"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/bmatcuk/doublestar/v4"
)

// artifact is the folder of an artifact of this run.
func (u Use) artifact(name string) string {
	return filepath.Join(u.Host.Artifacts, u.GitHub.filled().RunID, name)
}

// uploadArtifact keeps files as actions/upload-artifact v4 does: names are
// unique in a run, hidden files are left out unless asked for, and paths are
// relative to the deepest folder that the search paths have in common.
func uploadArtifact(_ context.Context, u Use) (map[string]string, error) {
	if err := u.only("name", "path", "if-no-files-found", "retention-days", "overwrite", "include-hidden-files", "compression-level"); err != nil {
		return nil, err
	}
	into := u.artifact(first(u.With["name"], "artifact"))
	if _, err := os.Stat(into); err == nil && u.With["overwrite"] != "true" {
		return nil, &StepFailure{"Conflict: an artifact with this name already exists on the workflow run"}
	}
	var roots, files []string
	for pattern := range strings.Lines(u.With["path"]) {
		pattern = strings.TrimSpace(pattern)
		if pattern == "" {
			continue
		}
		if strings.HasPrefix(pattern, "!") {
			return nil, fmt.Errorf("this runner does not know excluding paths as %s", pattern)
		}
		if !filepath.IsAbs(pattern) {
			pattern = filepath.Join(u.Workspace, pattern)
		}
		root, rest := doublestar.SplitPattern(filepath.Clean(pattern))
		matches, err := doublestar.Glob(os.DirFS(root), rest)
		if err != nil {
			return nil, fmt.Errorf("the path %s: %w", pattern, err)
		}
		hidden := u.With["include-hidden-files"] == "true"
		if isGlob := strings.ContainsAny(pattern, "*?[{"); isGlob {
			roots = append(roots, root)
			// The walk starts at the root: one with a hidden name ends it.
			matches = slices.DeleteFunc(matches, func(m string) bool {
				return !hidden && strings.Contains("/"+filepath.Base(root)+"/"+m, "/.")
			})
		} else {
			roots = append(roots, filepath.Clean(pattern))
		}
		for _, match := range matches {
			found, err := filesBelow(filepath.Join(root, match), hidden)
			if err != nil {
				return nil, err
			}
			files = append(files, found...)
		}
	}
	slices.Sort(files)
	files = slices.Compact(files)
	if len(files) == 0 {
		if u.With["if-no-files-found"] == "error" {
			return nil, &StepFailure{"No files were found with the provided path: " + u.With["path"]}
		}
		return nil, nil
	}
	root := commonRoot(roots)
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			return nil, fmt.Errorf("reading an artifact: %w", err)
		}
		name, err := filepath.Rel(root, file)
		if err != nil {
			return nil, err
		}
		if err := writeFile(filepath.Join(into, name), data); err != nil {
			return nil, err
		}
	}
	return map[string]string{"artifact-id": "1"}, nil
}

// filesBelow lists the files at path and below, passing over whatever has a
// name that begins with a dot unless hidden is set.
func filesBelow(path string, hidden bool) ([]string, error) {
	var files []string
	err := filepath.WalkDir(path, func(p string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case !hidden && strings.HasPrefix(filepath.Base(p), "."):
			if d.IsDir() {
				return filepath.SkipDir
			}
		case d.Type().IsRegular():
			files = append(files, p)
		}
		return nil
	})
	return files, err
}

// commonRoot is the folder of one file, or what all paths have in common.
func commonRoot(paths []string) string {
	if len(paths) == 1 {
		if info, err := os.Stat(paths[0]); err == nil && !info.IsDir() {
			return filepath.Dir(paths[0])
		}
		return paths[0]
	}
	common := strings.Split(filepath.Dir(paths[0]), "/")
	for _, p := range paths[1:] {
		parts := strings.Split(filepath.Dir(p), "/")
		i := 0
		for i < len(common) && i < len(parts) && common[i] == parts[i] {
			i++
		}
		common = common[:i]
	}
	return strings.Join(common, "/") + "/"
}

// downloadArtifact copies one artifact to a folder, or each to one of its own.
func downloadArtifact(_ context.Context, u Use) (map[string]string, error) {
	if err := u.only("name", "path", "run-id", "github-token", "pattern", "merge-multiple", "repository"); err != nil {
		return nil, err
	}
	if id := u.With["run-id"]; id != "" {
		if id != u.GitHub.filled().RunID && u.With["github-token"] == "" {
			return nil, &StepFailure{"github-token is required to download artifacts of another run"}
		}
		u.GitHub.RunID = id
	}
	into := filepath.Join(u.Workspace, u.With["path"])
	if filepath.IsAbs(u.With["path"]) {
		into = u.With["path"]
	}
	if name := u.With["name"]; name != "" {
		if _, err := os.Stat(u.artifact(name)); err != nil {
			return nil, &StepFailure{"Unable to download artifact(s): Artifact not found for name: " + name}
		}
		return nil, copyFolder(into, u.artifact(name))
	}
	names, err := os.ReadDir(u.artifact(""))
	if err != nil && !os.IsNotExist(err) {
		return nil, fmt.Errorf("listing the artifacts: %w", err)
	}
	for _, name := range names {
		if ok, err := filepath.Match(first(u.With["pattern"], "*"), name.Name()); err != nil || !ok {
			continue
		}
		to := filepath.Join(into, name.Name())
		if u.With["merge-multiple"] == "true" {
			to = into
		}
		if err := copyFolder(to, u.artifact(name.Name())); err != nil {
			return nil, err
		}
	}
	return nil, nil
}

// copyFolder copies files into a folder that may hold others.
func copyFolder(to, from string) error {
	files, err := filesBelow(from, true)
	if err != nil {
		return fmt.Errorf("listing an artifact: %w", err)
	}
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			return fmt.Errorf("reading an artifact: %w", err)
		}
		name, err := filepath.Rel(from, file)
		if err != nil {
			return err
		}
		if err := writeFile(filepath.Join(to, name), data); err != nil {
			return err
		}
	}
	return nil
}
