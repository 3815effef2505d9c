// Package config reads a Moose project's configuration: moose.config.toml, the
// .env files, and the MOOSE_* environment variables, with the precedence Moose
// gives them. It reads files only; the environment is passed in.
package config

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

const (
	// FileName is the name of the configuration file.
	FileName = "moose.config.toml"
	// OldFileName is its former name, read when FileName is absent.
	OldFileName = "project.toml"

	maxFileBytes = 4 << 20 // of a configuration or .env file
)

// ErrNoProject says that a folder holds no configuration file.
var ErrNoProject = errors.New("no Moose project")

// Mode decides which .env files count.
type Mode int

const (
	// Development reads .env.local, .env.dev and .env. Moose uses it for all
	// commands but prod and build, so also for plan and migrate.
	Development Mode = iota
	// Production reads .env.prod and .env.
	Production
)

// Options say what to load.
type Options struct {
	// Dir is the project folder; "" means the current one.
	Dir string
	// Environ is the process environment, see [OSEnviron]. Nil is empty.
	Environ map[string]string
	// Mode is Development unless set.
	Mode Mode
}

// Project is a loaded and checked configuration.
type Project struct {
	Settings
	// Dir is the project folder as an absolute path.
	Dir string
	// File is the path of the configuration file that was read.
	File string
	// Mode is the mode it was loaded in.
	Mode Mode
	// Warnings lists what was tolerated, in the order of the file.
	Warnings []Warning

	environ func() map[string]string // hidden from printing
}

// Warning is something in the configuration that has no effect.
type Warning struct {
	// File is the file name, or the name of an environment variable.
	File string
	// Line and Column count from 1; 0 when there is no position.
	Line, Column int
	// Key is the dotted key concerned.
	Key string
	// Text says what is wrong and what to do.
	Text string
}

// String is "file:line:column: key: text".
func (w Warning) String() string {
	return place(w.File, w.Line, w.Column, w.Key) + w.Text
}

// Load reads the project in opts.Dir. Errors name file, line, column and key
// and say what to write; they never show a credential. A folder without a
// configuration file gives an error that wraps [ErrNoProject].
func Load(ctx context.Context, opts Options) (*Project, error) {
	if err := ctx.Err(); err != nil {
		return nil, fmt.Errorf("loading the project configuration: %w", err)
	}
	dir, err := filepath.Abs(opts.Dir)
	if err != nil {
		return nil, fmt.Errorf("finding the project folder: %w", err)
	}
	path, doc, err := readConfig(dir)
	if err != nil {
		return nil, err
	}
	env, err := mergeDotenv(dir, opts.Mode, opts.Environ)
	if err != nil {
		return nil, err
	}
	settings, warnings, err := parse(filepath.Base(path), doc, env)
	if err != nil {
		return nil, err
	}
	return &Project{
		Settings: settings, Dir: dir, File: path, Mode: opts.Mode, Warnings: warnings,
		environ: func() map[string]string { return env },
	}, nil
}

// OSEnviron returns the environment of this process as a map.
func OSEnviron() map[string]string { return EnvironMap(os.Environ()) }

// EnvironMap turns NAME=value pairs, as os.Environ gives them, into a map; a
// later pair wins.
func EnvironMap(pairs []string) map[string]string {
	env := make(map[string]string, len(pairs))
	for _, pair := range pairs {
		if name, value, ok := strings.Cut(pair, "="); ok && name != "" {
			env[name] = value
		}
	}
	return env
}

// Environ returns a copy of the environment with the .env files merged in, for
// running the project's code.
func (p *Project) Environ() map[string]string {
	if p.environ == nil {
		return map[string]string{}
	}
	return maps.Clone(p.environ())
}

// Getenv looks up one variable of [Project.Environ]; "" when unset.
func (p *Project) Getenv(name string) string {
	if p.environ == nil {
		return ""
	}
	return p.environ()[name]
}

// readConfig finds and reads the configuration file of dir.
func readConfig(dir string) (string, []byte, error) {
	for _, name := range []string{FileName, OldFileName} {
		path := filepath.Join(dir, name)
		doc, err := readFile(path)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return "", nil, fmt.Errorf("reading the project configuration: %w", err)
		}
		return path, doc, nil
	}
	return "", nil, fmt.Errorf("%w in %s: neither %s nor %s is there; %s", ErrNoProject, dir, FileName, OldFileName, whereElse(dir))
}

// whereElse says where the project may be: in a folder above, or not made yet.
func whereElse(dir string) string {
	for parent := filepath.Dir(dir); parent != dir; dir, parent = parent, filepath.Dir(parent) {
		if info, err := os.Stat(filepath.Join(parent, FileName)); err == nil && info.Mode().IsRegular() {
			return "the folder " + parent + " has it: change into it, or use -C " + parent
		}
	}
	return "change into the project folder, or name it with -C; `moose init` of Moose's own command line makes a new project (this program has no init)"
}

// readFile reads a regular file of bounded size.
func readFile(path string) ([]byte, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() {
		return nil, fmt.Errorf("%s is not a regular file", path)
	}
	if info.Size() > maxFileBytes {
		return nil, fmt.Errorf("%s is larger than %d MiB, which no configuration is", path, maxFileBytes>>20)
	}
	return os.ReadFile(path)
}

// place writes a position; zero parts are left out.
func place(file string, line, column int, key string) string {
	var b strings.Builder
	b.WriteString(file)
	if line > 0 {
		fmt.Fprintf(&b, ":%d:%d", line, column)
	}
	b.WriteString(": ")
	if key != "" {
		b.WriteString(key + ": ")
	}
	return b.String()
}

// orderWarnings sorts by position, then key.
func orderWarnings(ws []Warning) {
	slices.SortStableFunc(ws, func(a, b Warning) int {
		if a.Line != b.Line && a.Line > 0 && b.Line > 0 {
			return a.Line - b.Line
		}
		if (a.Line > 0) != (b.Line > 0) {
			return b.Line - a.Line
		}
		return strings.Compare(a.File+a.Key, b.File+b.Key)
	})
}
