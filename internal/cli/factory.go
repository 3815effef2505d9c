// Package cli is what the commands of the moose program share: what they get
// from the system, how they tell progress, warnings and errors, their exit
// codes, their log, and the loading of the project.
//
// Standard output carries results only. Everything else goes to standard error
// with credentials removed.
package cli

import (
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"time"
)

// Factory gives a command everything it takes from the system, so that a test
// can give it something else. Make it with all exported fields up to Version
// set; it is for one run of one command.
type Factory struct {
	In       io.Reader
	Out, Err io.Writer
	// Environ is the environment of this process.
	Environ map[string]string
	// Now is the clock.
	Now func() time.Time
	// Getwd returns the current folder.
	Getwd func() (string, error)
	// Random gives the bytes for tokens.
	Random io.Reader
	// IsTerminal reports whether a stream, one of In, Out and Err, is a terminal.
	IsTerminal func(stream any) bool
	// Version is the version of this program, without a leading v.
	Version string

	// ChangeDir is the value of -C: the folder to work in, absolute or relative
	// to the current one. Empty means the current one.
	ChangeDir string
	// Quiet turns progress off; commands set it for --json.
	Quiet bool

	redactor redactor
	log      *slog.Logger
	closeLog func() error
}

// Dir returns the absolute path of the folder to work in, following -C.
func (f *Factory) Dir() (string, error) {
	dir, err := f.Getwd()
	if err != nil {
		return "", fmt.Errorf("finding the current folder: %w", err)
	}
	if f.ChangeDir == "" {
		return dir, nil
	}
	if !filepath.IsAbs(f.ChangeDir) {
		dir = filepath.Join(dir, f.ChangeDir)
	} else {
		dir = filepath.Clean(f.ChangeDir)
	}
	info, err := os.Stat(dir)
	if err != nil || !info.IsDir() {
		return "", fmt.Errorf("there is no folder %s; check what -C names", dir)
	}
	return dir, nil
}

// Home returns the user's home folder, "" when the environment names none.
func (f *Factory) Home() string {
	if home := f.Environ["HOME"]; home != "" {
		return home
	}
	return f.Environ["USERPROFILE"]
}

// AddSecrets makes the credentials disappear from everything that is written to
// standard error and to the log from now on. Call it as soon as one is known.
func (f *Factory) AddSecrets(secrets ...string) { f.redactor.add(secrets) }

// Redact removes known credentials, and passwords in anything that looks like a
// connection URL, from text.
func (f *Factory) Redact(text string) string { return f.redactor.Redact(text) }
