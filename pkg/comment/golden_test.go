package comment_test

import (
	"flag"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	extast "github.com/yuin/goldmark/extension/ast"
	gtext "github.com/yuin/goldmark/text"
	"github.com/yuin/goldmark/util"

	"github.com/moose-migrate/moose-migrate/pkg/comment"
)

var update = flag.Bool("update", false, "write the golden files anew")

func TestGolden(t *testing.T) {
	all := situations(t)
	for name, body := range all {
		t.Run(name, func(t *testing.T) {
			file := filepath.Join("testdata", name+".md")
			if *update {
				if err := os.MkdirAll("testdata", 0o755); err != nil {
					t.Fatal(err)
				}
				if err := os.WriteFile(file, []byte(body), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(file)
			if err != nil {
				t.Fatalf("%v; run the test with -update to write it", err)
			}
			if d := cmp.Diff(string(want), body); d != "" {
				t.Errorf("%s differs (-want +got); run the test with -update if that is meant:\n%s", file, d)
			}
			check(t, body, name != "merge-queue")
		})
	}
	files, err := filepath.Glob("testdata/*.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		if name := strings.TrimSuffix(filepath.Base(file), ".md"); all[name] == "" {
			t.Errorf("%s belongs to no situation", file)
		}
	}
	if len(all) < 28 {
		t.Errorf("%d situations", len(all))
	}
}

var (
	// ourHTML is all the HTML that may be there, beside the marker.
	ourHTML = regexp.MustCompile(`^(<details>\n<summary>(SQL of|All) [\d,]+ operations?</summary>\n|<details>\n<summary>([\d,]+ earlier verdicts?|What depends on it|Digest of the plan|Their [\d,]+ names?|Plan: [\d,]+ to [\d, a-z]+)</summary>\n|</details>\n?)$`)
	// markerLine is a marker.
	markerLine = regexp.MustCompile(`^<!-- moose-migrate:v1 [A-Za-z0-9+/]+=* -->\n?$`)
	// ourTitles are the beginnings of all headings that may be there.
	ourTitles = regexp.MustCompile(`^(⛔ Needs a decision|⚠️ To know|☑️ Allowed|ℹ️ By the way|❌ To fix in the code|⚠️ Warnings|❓ Is this a new name\?|🔀 Drift: changed by hand|Plan: |💡 Good to know|🔒 Held back|What to do|⚠️ Not looked at|[A-Z][a-z ]+ \x01 (differs|is gone|appeared)$)`)
	// ourVerdicts are the beginnings of the heading on top.
	ourVerdicts = regexp.MustCompile(`^(⏳|❌|➖|✅|🛑|⚠️|⛔|🔀) [A-Z\d]`)
	// ourLinks are the addresses that a link may lead to.
	ourLinks = regexp.MustCompile(`^https://github\.com/acme/shop/(actions/runs/\d+|pull/7#issuecomment-\d+|deployments/production)$`)
	// live is what a forge would turn into a mention, a link, a commit, an emoji or a
	// formula in rendered text.
	live = regexp.MustCompile(`@[\pL\pN]|#\d|(?i:gh-\d)|://|(?i:www\.)|\b[0-9a-f]{7,40}\b|:[a-z0-9_+-]+:|\$`)
)

// check parses what was written as a forge does, and fails on anything that was not meant.
func check(t testing.TB, body string, marked bool) {
	t.Helper()
	if !utf8.ValidString(body) {
		t.Error("not valid UTF-8")
	}
	if strings.ContainsAny(body, "\r\u2028\u2029\x00\u202e\x1b") {
		t.Error("holds control characters")
	}
	raw := []byte(body)
	doc := goldmark.New(goldmark.WithExtensions(extension.GFM, extension.Footnote, extension.DefinitionList)).Parser().Parse(gtext.NewReader(raw))
	markers, opened, verdicts := 0, 0, 0
	err := ast.Walk(doc, func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		if !entering {
			return ast.WalkContinue, nil
		}
		switch n := n.(type) {
		case *ast.Document, *ast.List, *ast.ListItem, *ast.Emphasis, *ast.Text, *ast.String:
		case *ast.Paragraph, *ast.TextBlock:
			inline(t, n, raw)
		case *ast.CodeSpan, *ast.FencedCodeBlock:
			return ast.WalkSkipChildren, nil
		case *ast.Link:
			if !ourLinks.Match(n.Destination) || strings.Contains(plain(n, raw), planted) {
				t.Errorf("holds a link to %q", n.Destination)
			}
		case *ast.HTMLBlock:
			html := string(n.Lines().Value(raw))
			if n.HasClosure() {
				html += string(n.ClosureLine.Value(raw))
			}
			switch {
			case markerLine.MatchString(html):
				markers++
				if n.NextSibling() != nil || n.Parent() != doc {
					t.Error("the marker is not the last block")
				}
			case !ourHTML.MatchString(html):
				t.Errorf("holds HTML %q", html)
			case strings.HasPrefix(html, "<details>"):
				opened++
			default:
				opened--
			}
			return ast.WalkSkipChildren, nil
		case *ast.Heading:
			inline(t, n, raw)
			title := plain(n, raw)
			if n.Level == 3 {
				verdicts++
			}
			if n.Level == 3 && !ourVerdicts.MatchString(title) || n.Level == 4 && !ourTitles.MatchString(title) || n.Level < 3 || n.Level > 4 {
				t.Errorf("holds the heading %q", title)
			}
		default:
			t.Errorf("holds %s: %.200q", n.Kind(), plain(n, raw))
		}
		if n.Kind() == extast.KindStrikethrough {
			t.Error("holds struck text")
		}
		return ast.WalkContinue, nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if opened != 0 {
		t.Errorf("%d blocks of details are not closed", opened)
	}
	if verdicts > 1 {
		t.Errorf("holds %d verdicts", verdicts)
	}
	if _, ok := comment.Parse(body); ok != marked || marked && markers != 1 {
		t.Errorf("holds %d markers, readable: %v", markers, ok)
	}
}

// inline fails on running text that a forge would bring to life.
func inline(t testing.TB, n ast.Node, raw []byte) {
	t.Helper()
	if text := plain(n, raw); live.MatchString(text) {
		t.Errorf("holds live text %q in %.300q", live.FindString(text), text)
	}
	for c := n.FirstChild(); c != nil; c = c.NextSibling() {
		if c.Kind() == ast.KindEmphasis && strings.Contains(plain(c, raw), planted) {
			t.Errorf("emphasises %q", plain(c, raw))
		}
	}
}

// plain is the text of a block as a reader sees it, its code left out.
func plain(n ast.Node, raw []byte) string {
	var b strings.Builder
	for c := n.FirstChild(); c != nil; c = c.NextSibling() {
		switch c := c.(type) {
		case *ast.Text:
			text := c.Segment.Value(raw)
			b.Write(util.UnescapePunctuations(util.ResolveEntityNames(util.ResolveNumericReferences(text))))
			if c.SoftLineBreak() || c.HardLineBreak() {
				b.WriteByte('\n')
			}
		case *ast.String:
			b.Write(c.Value)
		case *ast.CodeSpan:
			b.WriteByte('\x01')
		default:
			b.WriteString(plain(c, raw))
		}
	}
	return b.String()
}

func TestEveryLevelIsWithinItsBudgetAndHarmless(t *testing.T) {
	for name, p := range map[string]*comment.Page{"hostile": hostilePage(t, hostileTexts), "blocked": page(destructive(t)), "big": page(reportOf(t, big(200)))} {
		t.Run(name, func(t *testing.T) {
			for _, budget := range []int{100_000_000, comment.Budget, 40_000, 20_000, 10_000, comment.LeastBudget, 1} {
				for from := comment.Level(0); from <= comment.Smallest; from += 2 {
					body, level := p.Render(from, budget)
					if len(body) > max(budget, comment.LeastBudget) {
						t.Errorf("level %d of budget %d: %d bytes", level, budget, len(body))
					}
					if level < from {
						t.Errorf("level %d was asked for, and %d written", from, level)
					}
					check(t, body, true)
				}
			}
		})
	}
}

func TestGoldensHoldTheHostileTexts(t *testing.T) {
	for _, name := range []string{"hostile", "hostile-issue", "hostile-answer"} {
		raw, err := os.ReadFile(filepath.Join("testdata", name+".md"))
		if err != nil {
			t.Fatal(err)
		}
		if n := strings.Count(string(raw), planted); n < 5 {
			t.Errorf("%s: only %d hostile texts are shown, so it proves little", name, n)
		}
	}
	if !slices.Contains(hostileTexts, "@octocat"+planted) {
		t.Error("no mention is tried")
	}
}
