package hazards

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/renameio/v2"

	"github.com/moose-migrate/moose-migrate/pkg/review"
	"github.com/moose-migrate/moose-migrate/pkg/review/catalogue"
	"github.com/moose-migrate/moose-migrate/pkg/review/ruledoc"
)

var update = flag.Bool("update", false, "write the documentation of the rules anew")

var docs = filepath.Join("..", "..", "docs")

// The list of rules stands between these lines of docs/rules.md.
const (
	listBegin = "<!-- rules: written by go test ./internal/hazards -run TestDocumentation -update -->\n"
	listEnd   = "<!-- end of rules -->\n"
)

// TestDocumentation wants the pages about the rules to say what the rules say. What
// their demonstrations show is proven by [TestDemos].
func TestDocumentation(t *testing.T) {
	pages := map[string][]*review.Rule{}
	for _, r := range catalogue.Rules() {
		family := ruledoc.FamilyOf(r.Code)
		if family.Prefix == "" || r.Detects == "" || r.Happens == "" || r.Name == "" || r.Severity == "" {
			t.Errorf("%s is incomplete", r.Code)
		}
		pages[family.Prefix] = append(pages[family.Prefix], r)
	}
	var list strings.Builder
	list.WriteString("\n")
	for _, f := range ruledoc.Families {
		rules := pages[f.Prefix]
		if len(rules) == 0 {
			continue
		}
		name := strings.ToLower(f.Prefix) + ".md"
		fmt.Fprintf(&list, "### [%s](rules/%s)\n\n%s\n\n| Rule | Severity | Hazard |\n| --- | --- | --- |\n", f.Title, name, f.Text)
		var page strings.Builder
		fmt.Fprintf(&page, "# %s\n\n<!-- Written by a test: go test ./internal/hazards -run TestDocumentation -update -->\n\n%s Every demonstration below is played on a real server by the tests; `moose rules explain CODE` plays it on yours. [All rules](../rules.md).\n\n", f.Title, f.Text)
		for _, r := range rules {
			fmt.Fprintf(&list, "| [%s](rules/%s#%s) | %s | %s |\n", r.Code, name, anchor(r), ruledoc.SeverityWord(r), r.Name)
			page.WriteString(ruledoc.Markdown(r))
		}
		list.WriteString("\n")
		same(t, filepath.Join(docs, "rules", name), strings.TrimRight(page.String(), "\n")+"\n")
	}
	data, err := os.ReadFile(filepath.Join(docs, "rules.md"))
	if err != nil {
		t.Fatal(err)
	}
	head, rest, ok := strings.Cut(string(data), listBegin)
	_, tail, ok2 := strings.Cut(rest, listEnd)
	if !ok || !ok2 {
		t.Fatal("docs/rules.md has no place for the list of rules")
	}
	same(t, filepath.Join(docs, "rules.md"), head+listBegin+list.String()+listEnd+tail)
}

// anchor is where GitHub links the heading of a rule to.
func anchor(r *review.Rule) string {
	kept := strings.Map(func(c rune) rune {
		switch {
		case c == ' ':
			return '-'
		case c == '-' || c == '_' || c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c > 127:
			return c
		}
		return -1
	}, strings.ToLower(r.Code+" "+r.Name))
	return kept
}

func same(t *testing.T, file, want string) {
	t.Helper()
	got, err := os.ReadFile(file)
	if err == nil && string(got) == want {
		return
	}
	if !*update {
		t.Errorf("%s is not what the rules say; run this test with -update", file)
		return
	}
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := renameio.WriteFile(file, []byte(want), 0o644); err != nil {
		t.Fatal(err)
	}
}
