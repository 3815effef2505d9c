// Package typescript loads the declarations of a TypeScript project with the
// project's own moose-lib: moose-tspc compiles, moose-runner serializes.
//
// Moose compiles into the project's outDir and, when the compiler fails, goes on
// with whatever an earlier run left there. Here every run compiles into a fresh
// folder beside outDir, so that what is loaded is what was just compiled, and any
// compiler error ends the run. The project's own build is not touched.
package typescript

import (
	"context"
	"io"
	"maps"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/moose-migrate/moose-migrate/pkg/loader/declared"
	"github.com/moose-migrate/moose-migrate/pkg/loader/fault"
	"github.com/moose-migrate/moose-migrate/pkg/loader/isolate"
	"github.com/moose-migrate/moose-migrate/pkg/loader/partial"
	"github.com/moose-migrate/moose-migrate/pkg/loader/sentinel"
)

// Request is one project to load.
type Request struct {
	// Root is the absolute path of the project; SourceDir lies in it ("app").
	Root, SourceDir string
	ManagementPort  int
	// Env is what isolate.Environ left of the environment.
	Env map[string]string
	// TempDir takes the files of this run; empty means the system's.
	TempDir string
	// Stderr gets the tools' standard error while they run; nil discards it.
	Stderr io.Writer
	// Progress is told when a step begins; nil is fine.
	Progress func(step string)
}

// Result is the serializer's output.
type Result struct {
	Payload  []byte
	Printed  []byte
	Warnings []string
	// Version is that of the project's moose-lib.
	Version string
	// Path makes source paths of the payload relative to the project, as if it had
	// been compiled into its own outDir.
	Path func(string) string
	// Stale reports a path that Path met and that comes from the project's own,
	// possibly old, build; empty when there was none.
	Stale func() string
	// Declared is where the objects are declared, in files relative to the project.
	Declared map[declared.Object]declared.Place
}

// Load compiles and serializes.
func Load(ctx context.Context, r Request) (*Result, error) {
	tools, err := findTools(r)
	if err != nil {
		return nil, err
	}
	unlock, err := lock(ctx, r.Root)
	if err != nil {
		return nil, err
	}
	defer unlock()
	b, err := newBuild(r)
	if err != nil {
		return nil, err
	}
	defer b.remove()
	env := r.environ(tools, b)
	r.progress("Compiling TypeScript")
	if err := r.compile(ctx, tools, b, env); err != nil {
		return nil, err
	}
	r.progress("Reading declarations")
	return r.serialize(ctx, tools, b, env)
}

func (r Request) progress(step string) {
	if r.Progress != nil {
		r.Progress(step)
	}
}

// environ is the environment that Moose gives to its tools (0.6.533), with
// the preload script and without a way for npx to reach a registry.
func (r Request) environ(t tools, b *build) map[string]string {
	env := maps.Clone(r.Env)
	env["PATH"] = strings.Join(append(t.bins, env["PATH"]), string(filepath.ListSeparator))
	maps.Copy(env, map[string]string{
		"NODE_OPTIONS":                "--require " + quoteOption(b.preload),
		"NODE_NO_WARNINGS":            "1",
		"NO_UPDATE_NOTIFIER":          "1",
		"npm_config_offline":          "true",
		"npm_config_update_notifier":  "false",
		"TS_NODE_PROJECT":             filepath.Join(r.Root, "tsconfig.json"),
		"TS_NODE_COMPILER_HOST":       "true",
		"TS_NODE_EMIT":                "true",
		"MOOSE_SOURCE_DIR":            r.SourceDir,
		"MOOSE_MANAGEMENT_PORT":       strconv.Itoa(r.ManagementPort),
		"MOOSE_USE_COMPILED":          "true",
		"MOOSE_DISABLE_COMPILER_LOGS": "true",
		"MOOSE_MIGRATE_OUT_DIR":       b.outDir,
		declared.Variable:             b.declarations(),
		"IS_LOADING_INFRA_MAP":        "true",
	})
	return env
}

// quoteOption writes a path as one word of NODE_OPTIONS.
func quoteOption(path string) string {
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(path) + `"`
}

func (r Request) compile(ctx context.Context, t tools, b *build, env map[string]string) error {
	const doing = "compile TypeScript"
	out, err := isolate.Run(ctx, isolate.Command{
		Path: t.tspc, Args: []string{b.outDir}, Dir: r.Root,
		Env: isolate.List(env), Stderr: r.Stderr,
	})
	if err != nil {
		return isolate.Explain(doing, out, err)
	}
	all := append(out.Stdout, out.Stderr...)
	if found := diagnostics(all); len(found) > 0 {
		return &fault.Error{Doing: doing, Diagnostics: found}
	}
	if out.ExitCode != 0 {
		if e := missingModule(doing, r.Root, string(all)); e != nil {
			return e
		}
		e := fault.New(doing, "moose-tspc ended with exit code "+strconv.Itoa(out.ExitCode), "")
		e.Output = fault.Tail(all)
		return e
	}
	main := filepath.Join(r.SourceDir, "index.js")
	if _, err := os.Stat(filepath.Join(b.absOutDir, main)); err != nil {
		e := fault.New(doing, "the compiler wrote no "+filepath.ToSlash(main),
			`Look at "include", "exclude", "rootDir" and "noEmit" in tsconfig.json: they must let `+r.SourceDir+`/index.ts be compiled.`)
		e.Output = fault.Tail(all)
		return e
	}
	return nil
}

func (r Request) serialize(ctx context.Context, t tools, b *build, env map[string]string) (*Result, error) {
	const doing = "read the project's declarations"
	found, out, err := sentinel.Run(ctx, isolate.Command{
		Path: t.runner, Args: []string{"dmv2-serializer"}, Dir: r.Root,
		Env: isolate.List(env), Stderr: r.Stderr,
	}, partial.Sections)
	if err != nil {
		return nil, isolate.Explain(doing, out, err)
	}
	if found == nil {
		return nil, explain(doing, r, b, out)
	}
	path, stale := b.paths()
	return &Result{
		Payload: found.Payload, Printed: found.Rest, Warnings: found.Warnings, Version: t.version, Path: path, Stale: stale,
		Declared: declared.Read(b.declarations(), r.Root, partial.Relative(withReal(r.Root)...)),
	}, nil
}
