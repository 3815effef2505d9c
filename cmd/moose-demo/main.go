// Command moose-demo takes a sample project from its main branch to a pull
// request on a real ClickHouse, and prints what happens. Run it in the source
// tree: it builds the programs it shows.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"github.com/mattn/go-isatty"
	"github.com/spf13/cobra"

	"github.com/moose-migrate/moose-migrate/internal/cli"
	"github.com/moose-migrate/moose-migrate/internal/demo"
	"github.com/moose-migrate/moose-migrate/pkg/embedded/parts"
)

func main() {
	// A second signal does not end the program: it is cleaning up, in bounded time.
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM, syscall.SIGHUP)
	// A reader that went away is a failed write, after which there is cleaning up to do.
	signal.Notify(make(chan os.Signal, 1), syscall.SIGPIPE)
	err := newCommand(show).ExecuteContext(ctx)
	if err != nil {
		fmt.Fprintln(os.Stderr, "moose-demo:", err)
	}
	code := cli.ExitCode(ctx, err)
	stop()
	os.Exit(code)
}

func newCommand(show func(ctx context.Context, keep, noColor bool) error) *cobra.Command {
	var keep, noColor bool
	cmd := &cobra.Command{
		Use:   "moose-demo",
		Short: "Take a sample project from its main branch to a pull request, on a real ClickHouse",
		Long: `Take a sample project from its main branch to a pull request, on a real
ClickHouse with a Keeper, and print what happens. It needs Go and Node.js 20 or
newer; the rest is fetched into a cache the first time. Everything else it makes
is removed at the end.`,
		Args:          cobra.NoArgs,
		SilenceErrors: true,
		SilenceUsage:  true,
		RunE:          func(cmd *cobra.Command, _ []string) error { return show(cmd.Context(), keep, noColor) },
	}
	cmd.Flags().BoolVar(&keep, "keep", false, "keep the servers running at the end, until Ctrl-C")
	cmd.Flags().BoolVar(&noColor, "no-color", false, "no colours, also on a terminal")
	return cmd
}

// show runs the demonstration on this system.
func show(ctx context.Context, keep, noColor bool) error {
	out, err := exec.CommandContext(ctx, "go", "env", "GOMOD").Output()
	if err != nil {
		return fmt.Errorf("looking for the source tree with `go env GOMOD`: %w; is Go on PATH?", err)
	}
	module := strings.TrimSpace(string(out))
	if module == "" || module == os.DevNull {
		return errors.New("this is not the source tree of moose-migrate; run `make demo` there")
	}
	store, err := parts.FromOS(os.Stderr)
	if err != nil {
		return err
	}
	return demo.Run(ctx, demo.Options{
		Out: os.Stdout, Err: os.Stderr, Environ: os.Environ(), Now: time.Now, Module: filepath.Dir(module), Parts: store,
		IsTerminal: func(stream any) bool {
			file, ok := stream.(*os.File)
			return ok && isatty.IsTerminal(file.Fd())
		},
		Keep: keep, NoColor: noColor,
	})
}
