package embedded

import (
	"context"
	"errors"
	"fmt"
	"net"
	"time"
)

// loopback is the only address that embedded servers listen on.
const loopback = "127.0.0.1"

// await calls check until it succeeds, the child ends, or ctx does.
func (p *process) await(ctx context.Context, check func(context.Context) error) error {
	var last error
	for {
		attempt, cancel := context.WithTimeout(ctx, 2*time.Second)
		err := check(attempt)
		cancel()
		if err == nil {
			return nil
		}
		if ctx.Err() == nil || last == nil {
			last = err
		}
		select {
		case <-p.exited:
			return fmt.Errorf("it is not ready: %w", last)
		case <-ctx.Done():
			return fmt.Errorf("it is not ready: %w (%w)", last, ctx.Err())
		case <-time.After(20 * time.Millisecond):
		}
	}
}

// freePort returns a TCP port that was free on the loopback a moment ago.
func freePort() (int, error) {
	l, err := net.Listen("tcp", net.JoinHostPort(loopback, "0"))
	if err != nil {
		return 0, fmt.Errorf("finding a free port: %w", err)
	}
	defer l.Close()
	return l.Addr().(*net.TCPAddr).Port, nil
}

// startAttempts is how often a server that cannot choose its own port is
// started anew when another program took the port in between.
const startAttempts = 3

// onFreePort calls start with a free port until it works or the attempts or
// the time are used up.
func onFreePort[T any](ctx context.Context, start func(ctx context.Context, port int) (T, error)) (T, error) {
	var zero T
	var failures []error
	for range startAttempts {
		port, err := freePort()
		if err != nil {
			return zero, err
		}
		server, err := start(ctx, port)
		if err == nil {
			return server, nil
		}
		failures = append(failures, err)
		if ctx.Err() != nil || !errors.Is(err, errPortTaken) {
			break
		}
	}
	return zero, failures[len(failures)-1]
}

var errPortTaken = errors.New("another program took the port")
