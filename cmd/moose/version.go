package main

import (
	"cmp"
	"encoding/json"
	"fmt"
	"runtime"
	"runtime/debug"
	"strings"

	"github.com/spf13/cobra"

	"github.com/moose-migrate/moose-migrate/internal/cli"
)

// mooseVersion is the release of Moose whose files and state this program reads
// and writes.
const mooseVersion = "0.6.533"

// build is what this program is; its JSON form is that of `moose version --json`.
type build struct {
	Version string `json:"version"`
	// Commit is the revision it was built from, with "-dirty" for local changes;
	// empty when the build does not say.
	Commit string `json:"commit"`
	// Date is the time of that revision, RFC 3339.
	Date     string `json:"date"`
	Go       string `json:"go"`
	Platform string `json:"platform"`
	// Moose is the compatible release of Moose.
	Moose string `json:"moose"`
}

func currentBuild() build {
	info, _ := debug.ReadBuildInfo()
	return newBuild(version, info)
}

// newBuild prefers the version the linker was given to the module's; info may be
// nil.
func newBuild(linked string, info *debug.BuildInfo) build {
	b := build{Version: linked, Go: runtime.Version(), Platform: runtime.GOOS + "/" + runtime.GOARCH, Moose: mooseVersion}
	dirty := ""
	if info != nil {
		if main := info.Main.Version; main != "(devel)" {
			b.Version = cmp.Or(b.Version, main)
		}
		for _, s := range info.Settings {
			switch s.Key {
			case "vcs.revision":
				b.Commit = s.Value
			case "vcs.time":
				b.Date = s.Value
			case "vcs.modified":
				if s.Value == "true" {
					dirty = "-dirty"
				}
			}
		}
	}
	if b.Commit != "" {
		b.Commit += dirty
	}
	b.Version = strings.TrimPrefix(cmp.Or(b.Version, "devel"), "v")
	return b
}

func newVersionCmd(f *cli.Factory) *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use:     "version",
		GroupID: groupOther,
		Short:   "Print the version and what it was built from",
		Example: `  moose version
  moose version --json`,
		Annotations: map[string]string{noLog: "it does nothing"},
		Args:        cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			b := currentBuild()
			b.Version = f.Version
			if asJSON {
				enc := json.NewEncoder(f.Out)
				enc.SetIndent("", "  ")
				if err := enc.Encode(b); err != nil {
					return fmt.Errorf("writing the version: %w", err)
				}
				return nil
			}
			fmt.Fprintf(f.Out, "moose %s\n", b.Version)
			if b.Commit != "" {
				fmt.Fprintf(f.Out, "commit %s of %s\n", b.Commit, b.Date)
			}
			fmt.Fprintf(f.Out, "built with %s for %s\ncompatible with Moose %s\n", b.Go, b.Platform, b.Moose)
			return nil
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	return cmd
}
