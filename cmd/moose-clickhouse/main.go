// Command moose-clickhouse serves the embedded ClickHouse engine over HTTP and
// the native protocol, for rehearsals, local development and tests. It is the
// only program that loads the engine's library.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"
)

func main() {
	// The engine writes to sockets on threads that the Go runtime does not
	// know, and a SIGPIPE there would end the process without a word. This must
	// come before the library is loaded.
	signal.Ignore(syscall.SIGPIPE)
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM, syscall.SIGINT)
	err := run(ctx, os.Args[1:], os.Getenv, os.Stdout, os.Stderr)
	stop()
	switch {
	case errors.Is(err, flag.ErrHelp):
		os.Exit(0)
	case errors.Is(err, errUsage):
		os.Exit(2)
	case err != nil:
		fmt.Fprintln(os.Stderr, "moose-clickhouse:", err)
		os.Exit(1)
	}
}

// run starts the server and stops it when ctx ends.
func run(ctx context.Context, args []string, getenv func(string) string, stdout, stderr io.Writer) error {
	opts, err := parseOptions(args, getenv, stderr)
	if err != nil {
		return err
	}
	if opts.dieWithParent {
		var cancel context.CancelFunc
		ctx, cancel = withParent(ctx, os.Getppid)
		defer cancel()
	}
	return serve(ctx, opts, stdout, stderr)
}
