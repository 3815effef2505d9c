package pull

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/google/renameio/v2"

	"github.com/moose-migrate/moose-migrate/pkg/codegen"
)

// Extension is how the names of a language's files end.
func Extension(l codegen.Language) string {
	if l == codegen.Python {
		return ".py"
	}
	return ".ts"
}

// ErrNotOurs is that a file is there which no pull has written.
var ErrNotOurs = errors.New("it was not written by `moose db pull`")

// State is what is at the place of the file.
type State int

// The states of a file.
const (
	Missing State = iota
	Unchanged
	Changed
)

// Inspect compares the file with the source that is to be written. A file that holds
// anything else than an earlier pull is refused with ErrNotOurs.
func Inspect(file, source string, l codegen.Language) (State, error) {
	old, err := os.ReadFile(file)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return Missing, nil
	case err != nil:
		return Missing, fmt.Errorf("read the file of external tables: %w", err)
	case string(old) == source:
		return Unchanged, nil
	case len(bytes.TrimSpace(old)) > 0 && !strings.HasPrefix(string(old), codegen.Header(l)):
		return Changed, fmt.Errorf("%s is not overwritten: %w. Choose another file with --file-path, or move it away", file, ErrNotOurs)
	}
	return Changed, nil
}

// Write writes the file and the folder it is in, atomically.
func Write(file, source string) error {
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		return fmt.Errorf("make the folder of the external tables: %w", err)
	}
	if err := renameio.WriteFile(file, []byte(source), 0o644); err != nil {
		return fmt.Errorf("write the external tables: %w", err)
	}
	return nil
}

// Import is the line that the main file needs so that Moose reads the file; from is
// the folder of the main file, in which or below which the file lies.
func Import(from, file string, l codegen.Language) string {
	relative, err := filepath.Rel(from, file)
	if err != nil {
		relative = filepath.Base(file)
	}
	module := filepath.ToSlash(strings.TrimSuffix(relative, Extension(l)))
	if l == codegen.TypeScript {
		return `import "./` + module + `";`
	}
	folder, name := filepath.Split(module)
	return "from ." + strings.ReplaceAll(strings.TrimSuffix(folder, "/"), "/", ".") + " import " + name
}
