// Command pictures draws comments as a forge shows them, and the report as a page, for
// the documentation: it turns the golden files of pkg/comment into HTML, with a style sheet of our own that
// resembles GitHub's, and takes pictures of them with Chromium. Run it from the root of
// the repository: go run ./internal/pictures.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"strings"
	"time"
)

// pictures are the files in docs/images: the golden file and how it is shown.
var pictures = []struct {
	name, golden string
	dark, folded bool
}{
	{"comment-blocked.png", "blocked", false, true},
	{"comment-blocked-dark.png", "blocked", true, true},
	{"comment-allowed.png", "allowed", false, true},
	{"comment-ready.png", "additive", false, true},
	{"comment-applied.png", "applied", false, true},
	{"drift-issue.png", "drift-issue-open", false, true},
}

// reportPage is the golden file of the page that a picture shows.
const reportPage = "pkg/htmlpage/testdata/blocked.html"

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	err := run(ctx)
	if err != nil {
		fmt.Fprintln(os.Stderr, "pictures:", err)
		stop()
		os.Exit(1)
	}
}

func run(ctx context.Context) error {
	from := flag.String("from", "pkg/comment/testdata", "folder of the golden files")
	to := flag.String("to", "docs/images", "folder of the pictures")
	every := flag.Bool("all", false, "draw every golden file, opened, instead of the selected ones")
	dark := flag.Bool("dark", false, "with -all: the dark style")
	match := flag.String("match", "*", "with -all: which golden files")
	flag.Parse()
	if err := os.MkdirAll(*to, 0o755); err != nil {
		return fmt.Errorf("make the folder of the pictures: %w", err)
	}
	chromium, err := findChromium()
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, 15*time.Minute)
	defer cancel()
	draw := func(golden, name string, dark, folded bool) error {
		raw, err := os.ReadFile(filepath.Join(*from, golden+".md"))
		if err != nil {
			return fmt.Errorf("read the comment: %w", err)
		}
		html, err := page(raw, dark, folded)
		if err != nil {
			return err
		}
		return chromium.picture(ctx, html, filepath.Join(*to, name))
	}
	if !*every {
		if err := chromium.screen(ctx, reportPage, filepath.Join(*to, "report.png")); err != nil {
			return err
		}
		for _, p := range pictures {
			if err := draw(p.golden, p.name, p.dark, p.folded); err != nil {
				return err
			}
		}
		return nil
	}
	files, err := filepath.Glob(filepath.Join(*from, *match+".md"))
	if err != nil {
		return fmt.Errorf("list the comments: %w", err)
	}
	for _, file := range files {
		name := strings.TrimSuffix(filepath.Base(file), ".md")
		if err := draw(name, name+".png", *dark, false); err != nil {
			return err
		}
	}
	return nil
}
