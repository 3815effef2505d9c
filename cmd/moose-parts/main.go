// Command moose-parts fetches what development, the demonstration and the
// tests run besides this product, and tells where it is.
//
//	moose-parts fetch [--only NAME]...   fetch parts, print "NAME PATH" lines
//	moose-parts env                      print export lines for a shell
package main

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"syscall"

	"github.com/moose-migrate/moose-migrate/pkg/embedded/parts"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	store, err := parts.FromOS(os.Stderr)
	if err == nil {
		cmd := newCommand(store)
		cmd.SetOut(os.Stdout)
		cmd.SetErr(os.Stderr)
		err = cmd.ExecuteContext(ctx)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "moose-parts:", err)
		stop()
		os.Exit(1)
	}
}
