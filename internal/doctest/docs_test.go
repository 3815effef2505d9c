package doctest

import (
	"errors"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/moose-migrate/moose-migrate/internal/testparts"
	"github.com/moose-migrate/moose-migrate/pkg/embedded/parts"
	"github.com/moose-migrate/moose-migrate/pkg/plan"
)

// each calls check for every document of the repository.
func each(t *testing.T, check func(t *testing.T, root, path, text string)) {
	root := testparts.Root(t)
	files := []string{filepath.Join(root, "README.md"), filepath.Join(root, "CONTRIBUTING.md"), filepath.Join(root, "CHANGELOG.md")}
	more, err := filepath.Glob(filepath.Join(root, "docs", "*.md"))
	if err != nil || len(more) == 0 {
		t.Fatalf("no documents in docs/: %v", err)
	}
	for _, path := range append(files, more...) {
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		t.Run(filepath.Base(path), func(t *testing.T) { check(t, root, path, string(text)) })
	}
}

var (
	link     = regexp.MustCompile(`\]\(([^)\s]+)\)`)
	fileName = regexp.MustCompile("`((?:pkg|cmd|internal|docs|scripts|testdata|\\.ci|\\.github)/[\\w./-]*)`")
	heading  = regexp.MustCompile(`(?m)^#+ (.+)$`)
	inAnchor = regexp.MustCompile(`[^\p{L}\p{N} _-]`)
)

func TestLinksLeadSomewhere(t *testing.T) {
	each(t, func(t *testing.T, _, path, text string) {
		for _, m := range link.FindAllStringSubmatch(text, -1) {
			u, err := url.Parse(m[1])
			if err != nil || u.IsAbs() {
				continue // the tests ask no other machine
			}
			target := path
			if u.Path != "" {
				target = filepath.Join(filepath.Dir(path), u.Path)
			}
			content, err := os.ReadFile(target)
			if info, statErr := os.Stat(target); err != nil && (statErr != nil || !info.IsDir()) {
				t.Errorf("%s: %v", m[1], err)
			}
			if u.Fragment != "" && !anchors(string(content))[u.Fragment] {
				t.Errorf("%s: there is no such heading", m[1])
			}
		}
	})
}

// anchors are the fragments that a forge makes of headings.
func anchors(text string) map[string]bool {
	out := map[string]bool{}
	for _, m := range heading.FindAllStringSubmatch(text, -1) {
		out[strings.ReplaceAll(inAnchor.ReplaceAllString(strings.ToLower(m[1]), ""), " ", "-")] = true
	}
	return out
}

func TestNamedFilesExist(t *testing.T) {
	each(t, func(t *testing.T, root, _, text string) {
		for _, m := range fileName.FindAllStringSubmatch(text, -1) {
			if _, err := os.Stat(filepath.Join(root, m[1])); err != nil {
				t.Error(err)
			}
		}
	})
}

func TestPlansCanBeRead(t *testing.T) {
	each(t, func(t *testing.T, _, _, text string) {
		for _, b := range blocks(t, text, "plan.yaml") {
			if _, err := plan.DecodeYAML([]byte(b.Text)); err != nil {
				t.Errorf("line %d: %v", b.Line, err)
			}
		}
	})
}

func blocks(t *testing.T, text, marker string) []Block {
	t.Helper()
	all, err := Blocks(text)
	if err != nil {
		t.Fatal(err)
	}
	var out []Block
	for _, b := range all {
		if b.Marker == marker {
			out = append(out, b)
		}
	}
	return out
}

// migration brings the database to what the project declares.
var migration = Block{Text: `moose generate migration --clickhouse-url "$CLICKHOUSE_URL" --save
moose migrate --clickhouse-url "$CLICKHOUSE_URL"`}

// TestCommandsRun runs the marked commands of each document in their order. The
// blocks with the same project share one copy of it and one database, whose URL
// is in CLICKHOUSE_URL; with migrated=yes the project is migrated before the block.
func TestCommandsRun(t *testing.T) {
	each(t, func(t *testing.T, root, _, text string) {
		list := blocks(t, text, "run")
		if len(list) == 0 {
			return
		}
		if testing.Short() {
			t.Skip("builds and runs the program")
		}
		places := map[string]place{}
		for _, b := range list {
			name := b.Options["project"]
			p, ok := places[name]
			if !ok {
				p = newPlace(t, root, name)
				places[name] = p
			}
			if b.Options["migrated"] == "yes" {
				if err := p.run(t, migration); err != nil {
					t.Fatalf("line %d: the migration before it: %v", b.Line, err)
				}
			}
			if err := p.run(t, b); err != nil {
				t.Fatalf("line %d: %v", b.Line, err)
			}
		}
	})
}

// place is where commands run.
type place struct {
	dir     string
	environ []string
}

func newPlace(t *testing.T, root, project string) place {
	t.Helper()
	home := t.TempDir()
	p := place{dir: t.TempDir(), environ: os.Environ()}
	if project != "" {
		_, library := testparts.EnginePrograms(t)
		sample := testparts.TypeScriptProject(t, project)
		ch := testparts.ClickHouse(t)
		p.dir, p.environ = sample.Dir, append(sample.Environ, "CLICKHOUSE_URL="+ch.HTTPURL(testparts.Database(t, ch)), parts.EnvChdbLib+"="+library)
	}
	path := os.Getenv("PATH")
	for _, pair := range p.environ {
		if value, ok := strings.CutPrefix(pair, "PATH="); ok {
			path = value
		}
	}
	p.environ = append(p.environ, "HOME="+home, "NO_COLOR=1", "PATH="+program(t, root)+string(filepath.ListSeparator)+path)
	return p
}

// program builds the command line program and the embedded engine's, and returns their folder.
func program(t *testing.T, root string) string {
	t.Helper()
	dir := t.TempDir()
	cmd := exec.CommandContext(t.Context(), "go", "build", "-o", dir, "./cmd/moose", "./cmd/moose-clickhouse")
	cmd.Dir = root
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("building the program: %v\n%s", err, out)
	}
	return dir
}

func (p place) run(t *testing.T, b Block) error {
	t.Helper()
	want := 0
	if text := b.Options["exit"]; text != "" {
		var err error
		if want, err = strconv.Atoi(text); err != nil {
			return fmt.Errorf("exit=%s is not a number", text)
		}
	}
	cmd := exec.CommandContext(t.Context(), "bash", "-euo", "pipefail", "-c", b.Text)
	cmd.Dir, cmd.Env = p.dir, p.environ
	out, err := cmd.CombinedOutput()
	if exit := (*exec.ExitError)(nil); err != nil && !errors.As(err, &exit) {
		return err
	}
	if got := cmd.ProcessState.ExitCode(); got != want {
		return fmt.Errorf("exit code %d, want %d:\n%s\n%s", got, want, b.Text, out)
	}
	return nil
}
