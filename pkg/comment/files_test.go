package comment_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/moose-migrate/moose-migrate/pkg/comment"
	"github.com/moose-migrate/moose-migrate/pkg/report"
)

func TestWriteFilesWritesEveryForm(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "out")
	p := page(connected(t))
	p.Redact = strings.NewReplacer("nightly", "***", "Recent", "***").Replace
	if err := p.WriteFiles(dir, report.SARIFOptions{ToolVersion: "1.2.3"}); err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string][]string{
		comment.MarkdownFile: {"```mermaid", "DS101"},
		comment.HTMLFile:     {"<title>Blocked: Plan for production</title>", "DS101", `<svg class="graph"`, head, "1.2.3"},
		comment.JSONFile:     {`"graph": {`, "DS101"},
		comment.SARIFFile:    {"DS101"},
		comment.JUnitFile:    {"DS101"},
	} {
		raw, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		for _, w := range want {
			if !strings.Contains(string(raw), w) {
				t.Errorf("%s holds no %s", name, w)
			}
		}
		if strings.HasSuffix(name, "ml") && strings.Contains(string(raw), "Recent") && name == comment.HTMLFile {
			t.Errorf("%s holds what is to be hidden", name)
		}
	}
}
