package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"time"

	"github.com/google/renameio/v2"

	"github.com/moose-migrate/moose-migrate/internal/chdb"
	"github.com/moose-migrate/moose-migrate/internal/chserver"
)

// stopTimeout bounds the stop; the engine's data are safe against a kill.
const stopTimeout = 30 * time.Second

// ready is what the ready file holds.
type ready struct {
	PID        int    `json:"pid"`
	HTTPPort   int    `json:"http_port"`
	NativePort int    `json:"native_port"`
	Version    string `json:"version"`
}

func serve(ctx context.Context, o options, stdout, stderr io.Writer) (err error) {
	lib, err := chdb.Open(o.lib)
	if err != nil {
		return err
	}
	engine, err := chserver.Start(chserver.Config{
		Library: lib, Path: o.path, Keeper: o.keeper, ExtraConfig: o.configExtra, Sandbox: o.sandbox, User: o.user, Password: o.password,
		Logf: func(format string, args ...any) { fmt.Fprintf(stderr, "moose-clickhouse: "+format+"\n", args...) },
	})
	if err != nil {
		return err
	}
	server, err := chserver.Listen(engine, o.host, o.httpPort, o.nativePort)
	if err != nil {
		closeCtx, cancel := context.WithTimeout(context.WithoutCancel(ctx), stopTimeout)
		defer cancel()
		_ = engine.Close(closeCtx)
		return err
	}
	defer func() {
		closeCtx, cancel := context.WithTimeout(context.WithoutCancel(ctx), stopTimeout)
		defer cancel()
		if stopped := server.Close(closeCtx); err == nil {
			err = stopped
		}
	}()
	if err := announce(o, engine, server, stdout); err != nil {
		return err
	}
	select {
	case <-ctx.Done():
		return nil
	case err := <-server.Failed():
		return err
	}
}

// announce prints the ready line and writes the ready file.
func announce(o options, engine *chserver.Engine, server *chserver.Server, stdout io.Writer) error {
	r := ready{PID: os.Getpid(), HTTPPort: server.HTTPPort(), NativePort: server.NativePort(), Version: engine.Version()}
	if o.readyFile != "" {
		body, err := json.Marshal(r)
		if err != nil {
			return fmt.Errorf("rendering the ready file: %w", err)
		}
		if err := renameio.WriteFile(o.readyFile, append(body, '\n'), 0o644); err != nil {
			return fmt.Errorf("writing the ready file: %w", err)
		}
	}
	if _, err := fmt.Fprintf(stdout, "ClickHouse %s is ready: HTTP %d, native %d, process %d\n", r.Version, r.HTTPPort, r.NativePort, r.PID); err != nil {
		return fmt.Errorf("printing the ready line: %w", err)
	}
	return nil
}
