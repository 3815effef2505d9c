package parts

import (
	"bytes"
	"context"
	_ "embed"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/hashicorp/go-version"
)

// pythonConstraints pins the dependencies of moose-lib, in pip's format.
//
//go:embed locks/python-constraints.txt
var pythonConstraints []byte

// Python is a virtual environment with moose-lib.
type Python struct {
	Venv string // folder of the environment
	Bin  string // its folder bin, for PATH; holds python and python3
}

// Python makes a virtual environment with moose-lib from PyPI, on the newest
// suitable Python found on PATH or among pyenv's versions.
func (s *Store) Python(ctx context.Context) (Python, error) {
	const part = "python"
	interpreter, v, err := s.newestPython(ctx)
	if err != nil {
		return Python{}, err
	}
	key := v.String() + "-" + shortHash(append([]byte(interpreter+"\x00"+MooseVersion+"\x00"), pythonConstraints...))
	label := fmt.Sprintf("moose-lib %s for Python %s from PyPI", MooseVersion, v)
	dir, err := s.Build(ctx, label, part, key, func(ctx context.Context, tmp, final string) error {
		constraints := filepath.Join(tmp, "constraints.txt")
		if err := os.WriteFile(constraints, pythonConstraints, 0o644); err != nil {
			return err
		}
		own := filepath.Join(tmp, "bin", "python")
		for _, c := range []client{
			{program: interpreter, args: []string{"-m", "venv", tmp}, remedy: "Install Python's venv module (Debian: python3-venv)."},
			{
				program: own, args: []string{"-m", "pip", "install", "--quiet", "--no-input", "--no-compile", "-c", constraints, "moose-lib==" + MooseVersion},
				remedy: "See what pip says; it needs its index to answer.",
			},
			{program: own, args: []string{"-m", "compileall", "-q", "-s", tmp, "-p", final, filepath.Join(tmp, "lib")}, remedy: "See what Python says."},
		} {
			c.part = part
			if _, err := s.run(ctx, c); err != nil {
				return err
			}
		}
		return relocate(filepath.Join(tmp, "bin"), tmp, final)
	})
	if err != nil {
		return Python{}, err
	}
	return Python{Venv: dir, Bin: filepath.Join(dir, "bin")}, nil
}

// relocate replaces the path from by to in the scripts of dir.
func relocate(dir, from, to string) error {
	return filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || !entry.Type().IsRegular() {
			return err
		}
		data, err := os.ReadFile(path)
		if err != nil || bytes.IndexByte(data, 0) >= 0 || !bytes.Contains(data, []byte(from)) {
			return err
		}
		info, err := entry.Info()
		if err != nil {
			return err
		}
		return os.WriteFile(path, bytes.ReplaceAll(data, []byte(from), []byte(to)), info.Mode())
	})
}

// newestPython asks every candidate for its version and takes the newest.
func (s *Store) newestPython(ctx context.Context) (string, *version.Version, error) {
	minimum := version.Must(version.NewVersion(PythonMinimum))
	var best string
	var bestVersion *version.Version
	seen := map[string]bool{}
	for _, candidate := range s.pythonCandidates() {
		said, err := s.run(ctx, client{part: "python", program: candidate, args: []string{
			"-I", "-c",
			"import sys; print('%d.%d.%d' % sys.version_info[:3]); print(sys.executable)",
		}})
		if ctx.Err() != nil {
			return "", nil, err
		}
		if err != nil {
			continue // a shim of pyenv for a version that is not active
		}
		number, executable, _ := strings.Cut(strings.TrimSpace(said), "\n")
		v, err := version.NewVersion(number)
		if err != nil || seen[executable] {
			continue
		}
		seen[executable] = true
		if v.LessThan(minimum) || bestVersion != nil && !v.GreaterThan(bestVersion) {
			continue
		}
		best, bestVersion = executable, v
	}
	if best == "" {
		return "", nil, &Unavailable{
			Part: "python", Why: "no Python " + PythonMinimum + " or newer on PATH or under ~/.pyenv/versions",
			Remedy: "Install Python " + PythonMinimum + " or newer with its venv module.",
		}
	}
	return best, bestVersion, nil
}

func (s *Store) pythonCandidates() []string {
	var found []string
	for _, dir := range filepath.SplitList(s.env.get("PATH")) {
		for _, pattern := range []string{"python3", "python3.1[0-9]", "python3.[2-9][0-9]"} {
			matches, _ := filepath.Glob(filepath.Join(dir, pattern))
			found = append(found, matches...)
		}
	}
	if home := s.env.get("HOME"); home != "" {
		matches, _ := filepath.Glob(filepath.Join(home, ".pyenv", "versions", "3.*", "bin", "python3"))
		found = append(found, matches...)
	}
	return found
}
