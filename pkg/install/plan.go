package install

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/pelletier/go-toml/v2"
)

// Manager is a package manager.
type Manager string

// The package managers. Yarn is version 1, Berry every later one.
const (
	NPM    Manager = "npm"
	PNPM   Manager = "pnpm"
	Yarn   Manager = "yarn"
	Berry  Manager = "yarn berry"
	Pip    Manager = "pip"
	UV     Manager = "uv"
	Poetry Manager = "poetry"
	Pipenv Manager = "pipenv"
)

// Command is one run of a tool.
type Command struct {
	// Name is the tool: a name to be looked up on PATH, or a path.
	Name string
	Args []string
	// Dir is the folder to run it in.
	Dir string
	// Env are additions to the children's environment, "NAME=value".
	Env []string
}

// String is the command as one would type it.
func (c Command) String() string { return strings.Join(append([]string{c.Name}, c.Args...), " ") }

// Plan is how the dependencies of a project get installed.
type Plan struct {
	Manager Manager
	// Project is the project's folder, absolute.
	Project string
	// Root is the topmost folder that was looked at, absolute: the repository's.
	Root string
	// Why names the file that decided: "package-lock.json in .".
	Why string
	// Lock is the path of the lock file, empty without one.
	Lock string
	// Commands run one after the other; the first that fails ends the run.
	Commands []Command
	// Warnings are for the reader.
	Warnings []string
}

// ErrNothing is the error of a folder that has no file of a package manager.
var ErrNothing = errors.New("nothing to install")

// Detect finds out how the dependencies of the project in dir are installed. It looks
// at the project's folder and, for workspaces, at those above it up to root (the
// repository; dir itself when empty). The language is that of moose.config.toml; without
// it a package.json means TypeScript. It reads files and runs nothing.
func Detect(dir, root string) (Plan, error) {
	p, err := newPlan(dir, root)
	if err != nil {
		return Plan{}, err
	}
	language := p.language()
	if language == "" && exists(p.Project, "package.json") {
		language = "typescript"
	}
	if language == "typescript" {
		return p.node()
	}
	return p.python()
}

func newPlan(dir, root string) (*Plan, error) {
	if root == "" {
		root = dir
	}
	var err error
	p := &Plan{}
	if p.Project, err = filepath.Abs(dir); err == nil {
		p.Root, err = filepath.Abs(root)
	}
	if err != nil {
		return nil, fmt.Errorf("look for the project's package manager: %w", err)
	}
	if info, err := os.Stat(p.Project); err != nil || !info.IsDir() {
		return nil, fmt.Errorf("look for the project's package manager: %s is no folder; set the working directory to the one that holds moose.config.toml", dir)
	}
	if rel, err := filepath.Rel(p.Root, p.Project); err != nil || !filepath.IsLocal(rel) {
		return nil, fmt.Errorf("look for the project's package manager: the project %s lies outside of the repository %s", dir, root)
	}
	return p, nil
}

// language is the language of moose.config.toml in lower case, empty when it is not
// told; the configuration's own reader reports what is wrong with the file.
func (p *Plan) language() string {
	var config struct {
		Language string `toml:"language"`
	}
	data, err := p.read(p.Project, "moose.config.toml")
	if err != nil || toml.Unmarshal(data, &config) != nil {
		return ""
	}
	return strings.ToLower(config.Language)
}

// folders are the project's and those above it up to the root, nearest first.
func (p *Plan) folders() []string {
	out := []string{p.Project}
	for dir := p.Project; dir != p.Root && dir != filepath.Dir(dir); {
		dir = filepath.Dir(dir)
		out = append(out, dir)
	}
	return out
}

// rel is a path as a reader sees it, from the root.
func (p *Plan) rel(path string) string {
	if rel, err := filepath.Rel(p.Root, path); err == nil {
		return filepath.ToSlash(rel)
	}
	return path
}

func exists(dir, name string) bool {
	info, err := os.Stat(filepath.Join(dir, name))
	return err == nil && !info.IsDir()
}

// maxFile bounds the files of the project that are read, in bytes. The lock files of
// large repositories have some ten megabytes.
const maxFile = 64 << 20

// read reads a file of the repository. A link may not lead out of it: what is read
// here can come back in a message.
func (p *Plan) read(dir, name string) ([]byte, error) {
	file, err := os.OpenInRoot(p.Root, filepath.FromSlash(p.rel(filepath.Join(dir, name))))
	if err != nil {
		return nil, err
	}
	defer file.Close()
	info, err := file.Stat()
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() || info.Size() > maxFile {
		return nil, fmt.Errorf("%s is no file of at most %d MB: %w", name, maxFile>>20, fs.ErrInvalid)
	}
	return io.ReadAll(io.LimitReader(file, maxFile))
}
