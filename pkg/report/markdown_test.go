package report_test

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	gtext "github.com/yuin/goldmark/text"

	"github.com/moose-migrate/moose-migrate/pkg/diff"
	"github.com/moose-migrate/moose-migrate/pkg/inframap"
	"github.com/moose-migrate/moose-migrate/pkg/planner"
	"github.com/moose-migrate/moose-migrate/pkg/report"
)

var (
	// ourHTML is all the HTML that a report may hold.
	ourHTML = regexp.MustCompile(`^(<details>\n<summary>SQL of [\d,]+ operations?</summary>\n|</details>\n?)$`)
	// ourHeadings are all the headings that a report may hold.
	ourHeadings = []string{"Cannot be applied", "What would be lost", "What could be changed", "What would be lost or changed", "Warnings", "Drift", "Plan", "Hints", "Held back"}
	// live is what a forge would turn into a mention or a link in rendered text.
	live = regexp.MustCompile(`@[\pL\pN]|#\d|(?i)gh-\d|://|www\.`)
)

// checkMarkdown parses what was written as a forge does and fails on anything that
// the report did not mean.
func checkMarkdown(t *testing.T, source string) {
	t.Helper()
	if !utf8.ValidString(source) {
		t.Error("not valid UTF-8")
	}
	if strings.Contains(source, "<!--") {
		t.Error("holds an HTML comment, which could be taken for a marker")
	}
	raw := []byte(source)
	doc := goldmark.New(goldmark.WithExtensions(extension.GFM)).Parser().Parse(gtext.NewReader(raw))
	err := ast.Walk(doc, func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		if !entering {
			return ast.WalkContinue, nil
		}
		switch n := n.(type) {
		case *ast.RawHTML, *ast.Link, *ast.AutoLink, *ast.Image:
			t.Errorf("holds %s", n.Kind())
		case *ast.HTMLBlock:
			html := string(n.Lines().Value(raw))
			if n.HasClosure() {
				html += string(n.ClosureLine.Value(raw))
			}
			if !ourHTML.MatchString(html) {
				t.Errorf("holds HTML %q", html)
			}
		case *ast.Heading:
			if title := string(n.Lines().Value(raw)); !slices.Contains(ourHeadings, title) {
				t.Errorf("holds the heading %q", title)
			}
		case *ast.CodeBlock, *ast.ThematicBreak, *ast.Blockquote:
			t.Errorf("holds %s", n.Kind())
		case *ast.CodeSpan, *ast.FencedCodeBlock:
			return ast.WalkSkipChildren, nil
		case *ast.Text:
			rendered := strings.ReplaceAll(string(n.Segment.Value(raw)), "&#8203;", "\u200b")
			if live.MatchString(rendered) {
				t.Errorf("holds live text %q", rendered)
			}
		}
		return ast.WalkContinue, nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestMarkdownHoldsNothingOfItsOwn(t *testing.T) {
	for name, o := range map[string]*planner.Outcome{"hostile": hostile(), "kitchen sink": kitchenSink(), "empty": outcomeOf()} {
		t.Run(name, func(t *testing.T) {
			r := newReport(t, o, report.Options{Target: "clickhouse://db:9440/local", Warnings: hostileNames, Sources: sources()})
			for _, budget := range []int{0, 65_000, 20_000, 8_000, 3_000, 1_000, 400, 100, 20, 1} {
				md := r.Markdown(budget)
				if budget > 0 && len(md) > budget {
					t.Errorf("budget %d: %d bytes", budget, len(md))
				}
				checkMarkdown(t, md)
			}
		})
	}
}

// big has n tables of 30 columns to add and n to drop.
func big(n int) *planner.Outcome {
	var changes []diff.Change
	for i := range n {
		added := table(fmt.Sprintf("Added_%04d", i), column("id", "String"))
		for j := range 30 {
			added.Columns = append(added.Columns, column(fmt.Sprintf("column_%02d", j), "String"))
		}
		dropped := fmt.Sprintf("Dropped_%04d", i)
		changes = append(changes,
			diff.Change{Kind: diff.Table, Action: diff.Add, ID: added.Name, Name: added.Name, Table: &diff.TableChange{After: added}},
			diff.Change{
				Kind: diff.Table, Action: diff.Remove, ID: dropped, Name: dropped,
				Table: &diff.TableChange{Before: table(dropped, column("id", "String")), Actual: actual(dropped, uint64(i+1)*1000, uint64(i+1)*1_000_000)},
			})
	}
	o := outcomeOf(changes...)
	o.Status.Drift = kitchenSink().Status.Drift
	return o
}

func TestMarkdownDegradesByMeaning(t *testing.T) {
	r := newReport(t, big(40), report.Options{})
	full := len(r.Markdown(0))
	has := func(md, want string) bool { return strings.Contains(md, want) }
	for _, c := range []struct {
		budget              int
		sql, details, plan  bool
		listed, restCounted bool
	}{
		{full, true, true, true, true, false},
		{full - 1, false, true, true, true, false},
		{30_000, false, true, true, true, false},
		{9_500, false, false, true, true, false},
		{5_000, false, false, false, true, false},
		{2_000, false, false, false, false, true},
	} {
		md := r.Markdown(c.budget)
		checkMarkdown(t, md)
		got := []bool{has(md, "CREATE TABLE"), has(md, "column_00: String"), has(md, "```diff"), has(md, "table Dropped\\_0000 is dropped"), has(md, "- and ")}
		if want := []bool{c.sql, c.details, c.plan, c.listed, c.restCounted}; !slices.Equal(got, want) {
			t.Errorf("budget %d (%d bytes used): SQL, details, plan, all losses, the rest counted: got %v, want %v\n%s", c.budget, len(md), got, want, md)
		}
		if len(md) > c.budget {
			t.Errorf("budget %d: %d bytes", c.budget, len(md))
		}
		for _, want := range []string{"80 changes, 40 of them drop data", "table Dropped\\_0039", "changed outside of Moose", "0123456789ab"} {
			if !has(md, want) {
				t.Errorf("budget %d: %q is missing", c.budget, want)
			}
		}
	}
}

func TestLossesThatAreNotListedAreSummedUp(t *testing.T) {
	r := newReport(t, big(2_000), report.Options{})
	md := r.Markdown(65_000)
	if len(md) > 65_000 || len(md) < 60_000 {
		t.Errorf("%d bytes of 65,000 are used", len(md))
	}
	rest := regexp.MustCompile(`- and ([\d,]+) more: ([\d,]+) tables with [\d.,]+ million rows, [\d.]+ GB`).FindStringSubmatch(md)
	if rest == nil || rest[1] != rest[2] {
		t.Fatalf("the rest is not summed up: %q\n%s", rest, md[len(md)-500:])
	}
	listed := strings.Count(md, "is dropped and its")
	if got := fmt.Sprint(2000 - listed); got != strings.ReplaceAll(rest[1], ",", "") {
		t.Errorf("%d losses are listed and %s counted; there are 2000", listed, rest[1])
	}
}

func TestTinyBudgetKeepsTheNumbers(t *testing.T) {
	r := newReport(t, big(10), report.Options{})
	if got := r.Markdown(60); got != "20 changes, 10 of which drop data." {
		t.Errorf("got %q", got)
	}
}

func FuzzMarkdown(f *testing.F) {
	for i, n := range hostileNames {
		f.Add(n, hostileNames[(i+7)%len(hostileNames)], 200*i)
	}
	f.Add("\r", "\n\n</details>\n\n@a", 900)
	f.Fuzz(func(t *testing.T, name, other string, budget int) {
		a, b := table(name, column(other, name)), table(other, column(name, other))
		o := outcomeOf(
			diff.Change{Kind: diff.Table, Action: diff.Add, ID: "a", Name: name, Table: &diff.TableChange{After: a}},
			diff.Change{Kind: diff.Table, Action: diff.Remove, ID: "b", Name: other, Table: &diff.TableChange{Before: b}},
			diff.Change{
				Kind: diff.View, Action: diff.Update, ID: "v", Name: name, Why: []diff.Attribute{{Name: "select", Before: name, After: other}},
				View: &diff.Pair[inframap.View]{Before: &inframap.View{Name: name}, After: &inframap.View{Name: name, SelectSQL: other, SourceTables: []string{other}}},
			})
		o.Result.Invalid = []string{name, other}
		o.Result.Blocked = []diff.Blocked{{Reason: other}}
		o.Status.Drift = []diff.Change{{Kind: diff.View, Name: name, Why: []diff.Attribute{{Name: other, Before: name}}}}
		r, err := report.New(o, report.Options{Target: other, Warnings: []string{name}})
		if err != nil {
			t.Fatal(err)
		}
		md := r.Markdown(budget)
		if budget > 0 && len(md) > budget {
			t.Errorf("%d bytes exceed the budget of %d", len(md), budget)
		}
		checkMarkdown(t, md)
		checkTerminal(t, text(t, r, report.TextOptions{SQL: true, Width: 60}))
	})
}
