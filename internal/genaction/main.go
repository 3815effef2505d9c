// Command genaction writes action.yml and the tables of docs/github-action.md
// from pkg/action/manifest.
package main

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"

	"github.com/google/renameio/v2"

	"github.com/moose-migrate/moose-migrate/pkg/action/manifest"
)

func main() {
	image := flag.String("image", "Dockerfile", "what action.yml runs: Dockerfile, or docker://… for a release")
	flag.Parse()
	if err := run(*image); err != nil {
		fmt.Fprintln(os.Stderr, "genaction:", err)
		os.Exit(1)
	}
}

func run(image string) error {
	root, err := moduleRoot()
	if err != nil {
		return err
	}
	action, err := manifest.ActionYAML(image)
	if err != nil {
		return err
	}
	doc := filepath.Join(root, "docs", "github-action.md")
	text, err := os.ReadFile(doc)
	if err != nil {
		return err
	}
	text, err = manifest.InsertTables(text)
	if err != nil {
		return fmt.Errorf("%s: %w", doc, err)
	}
	if err := renameio.WriteFile(doc, text, 0o644); err != nil {
		return err
	}
	return renameio.WriteFile(filepath.Join(root, "action.yml"), action, 0o644)
}

func moduleRoot() (string, error) {
	start, err := os.Getwd()
	if err != nil {
		return "", err
	}
	for dir := start; ; dir = filepath.Dir(dir) {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			return dir, nil
		}
		if dir == filepath.Dir(dir) {
			return "", fmt.Errorf("no go.mod in %s or above it", start)
		}
	}
}
