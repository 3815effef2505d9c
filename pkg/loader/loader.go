package loader

import (
	"context"
	"errors"
	"fmt"
	"io"
	"path"
	"path/filepath"
	"strings"
	"time"

	"github.com/moose-migrate/moose-migrate/pkg/inframap"
	"github.com/moose-migrate/moose-migrate/pkg/loader/declared"
	"github.com/moose-migrate/moose-migrate/pkg/loader/fault"
	"github.com/moose-migrate/moose-migrate/pkg/loader/isolate"
	"github.com/moose-migrate/moose-migrate/pkg/loader/partial"
	"github.com/moose-migrate/moose-migrate/pkg/loader/python"
	"github.com/moose-migrate/moose-migrate/pkg/loader/typescript"
)

// Error is a failure in the user's project, with places in the user's files.
// Errors of Load are of this type when the project or the machine is the cause.
type Error = fault.Error

// Diagnostic is one message about one place.
type Diagnostic = fault.Diagnostic

// The languages of a project, as moose.config.toml spells them; any case is accepted.
const (
	LanguageTypeScript = "Typescript"
	LanguagePython     = "Python"
)

// Defaults of moose.config.toml.
const (
	DefaultSourceDir      = "app"
	DefaultManagementPort = 5001
	// DefaultTimeout bounds compiling and reading together.
	DefaultTimeout = 5 * time.Minute
)

// Project is what the loader needs to know about a project.
type Project struct {
	// Root is the folder of moose.config.toml.
	Root     string
	Language string
	// SourceDir lies in Root; empty means DefaultSourceDir.
	SourceDir string
	// DefaultDatabase is clickhouse_config.db_name; empty means inframap.DefaultDatabaseName.
	DefaultDatabase string
	// ManagementPort is http_server_config.management_port; 0 means DefaultManagementPort.
	ManagementPort int
}

// Options is one call of Load.
type Options struct {
	Project Project
	// Environ is the environment as "NAME=value". The user's code gets only what
	// tools need of it; see isolate.Environ.
	Environ []string
	// PassEnv names further variables for the user's code, for projects whose
	// declarations depend on them.
	PassEnv []string
	// Stdout gets what the user's code printed, Stderr the tools' standard error as
	// it comes; nil discards.
	Stdout, Stderr io.Writer
	// Progress is told when a step begins: "Compiling TypeScript", "Reading declarations".
	Progress func(step string)
	// Timeout is for everything together; 0 means DefaultTimeout.
	Timeout time.Duration
	// TempDir takes the files of this run that need not lie in the project; empty
	// means the system's.
	TempDir string
}

// Result is a loaded project.
type Result struct {
	// Map is the desired map. Credentials in it are markers or what the user wrote;
	// mask it before writing it to a file.
	Map *inframap.Map
	// Warnings are for the reader.
	Warnings []string
	// UnloadedFiles are source files, relative to the project, that the main file
	// never imports: what they declare is not in the map.
	UnloadedFiles []string
	// ToolVersion is the version of the project's moose-lib.
	ToolVersion string
	// Sources are the places in the user's files where the objects of the map are
	// declared.
	Sources inframap.Sources
}

// loaded is what both languages give.
type loaded struct {
	payload, printed []byte
	warnings         []string
	version          string
	path             func(string) string
	stale            func() string
	declared         map[declared.Object]declared.Place
}

// Load runs the project's main file and returns its desired map. It is
// deterministic: the same project gives the same bytes on every machine.
func Load(ctx context.Context, o Options) (*Result, error) {
	language, file, err := o.Project.language()
	if err != nil {
		return nil, err
	}
	if err := o.defaults(); err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeoutCause(ctx, o.Timeout, timeoutError{o.Timeout})
	defer cancel()
	var l loaded
	if language == partial.TypeScript {
		l, err = o.typescript(ctx)
	} else {
		l, err = o.python(ctx)
	}
	if err != nil {
		return nil, err
	}
	if o.Stdout != nil {
		if _, err := o.Stdout.Write(l.printed); err != nil {
			return nil, fmt.Errorf("pass on what the project printed: %w", err)
		}
	}
	out, err := partial.Convert(l.payload, partial.Options{
		Language: language, DefaultDatabase: o.Project.DefaultDatabase,
		MainFile: path.Join(filepath.ToSlash(o.Project.SourceDir), file), Path: l.path,
	})
	if err != nil {
		return nil, err
	}
	if l.stale != nil && l.stale() != "" {
		return nil, fault.New("read the project's declarations", "moose-lib read "+l.stale()+" from an earlier build instead of what was just compiled",
			"This moose-lib, "+l.version+", finds its build in a way that this version does not know. Use moose-lib 0.6.533, or delete the build folder first.")
	}
	return &Result{
		Map: out.Map, Warnings: append(l.warnings, out.Warnings...), UnloadedFiles: out.UnloadedFiles, ToolVersion: l.version,
		Sources: sources(out.Map, l.declared),
	}, nil
}

// language also returns the name of the main file.
func (p Project) language() (partial.Language, string, error) {
	switch strings.ToLower(p.Language) {
	case "typescript":
		return partial.TypeScript, "index.ts", nil
	case "python":
		return partial.Python, "main.py", nil
	}
	return "", "", errors.New("load the project: the language " + `"` + p.Language + `"` + " is not known; moose.config.toml takes Typescript or Python")
}

func (o *Options) defaults() error {
	root, err := filepath.Abs(o.Project.Root)
	if err != nil {
		return fmt.Errorf("load the project: %w", err)
	}
	o.Project.Root = root
	if o.Project.SourceDir == "" {
		o.Project.SourceDir = DefaultSourceDir
	}
	if !filepath.IsLocal(o.Project.SourceDir) {
		return errors.New("load the project: source_dir " + o.Project.SourceDir + " leads out of the project; set it to a folder inside in moose.config.toml")
	}
	if o.Project.ManagementPort == 0 {
		o.Project.ManagementPort = DefaultManagementPort
	}
	if o.Timeout == 0 {
		o.Timeout = DefaultTimeout
	}
	return nil
}

func (o Options) typescript(ctx context.Context) (loaded, error) {
	r, err := typescript.Load(ctx, typescript.Request{
		Root: o.Project.Root, SourceDir: o.Project.SourceDir,
		ManagementPort: o.Project.ManagementPort, Env: isolate.Environ(o.Environ, o.PassEnv), TempDir: o.TempDir,
		Stderr: o.Stderr, Progress: o.Progress,
	})
	if err != nil {
		return loaded{}, err
	}
	return loaded{r.Payload, r.Printed, r.Warnings, r.Version, r.Path, r.Stale, r.Declared}, nil
}

func (o Options) python(ctx context.Context) (loaded, error) {
	r, err := python.Load(ctx, python.Request{
		Root: o.Project.Root, SourceDir: o.Project.SourceDir,
		ManagementPort: o.Project.ManagementPort, Env: isolate.Environ(o.Environ, o.PassEnv), TempDir: o.TempDir,
		Stderr: o.Stderr, Progress: o.Progress,
	})
	if err != nil {
		return loaded{}, err
	}
	return loaded{r.Payload, r.Printed, r.Warnings, r.Version, r.Path, nil, r.Declared}, nil
}

// timeoutError is the cause of a run that took too long.
type timeoutError struct{ after time.Duration }

func (e timeoutError) Error() string {
	return "the project's code did not come to an end within " + e.after.String()
}

// Is makes it a context.DeadlineExceeded.
func (e timeoutError) Is(target error) bool { return target == context.DeadlineExceeded }
