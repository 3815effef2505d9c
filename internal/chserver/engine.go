// Package chserver serves one embedded ClickHouse engine to many clients, over
// ClickHouse's HTTP interface and its native TCP protocol. The engine is the
// real one; this package frames its input and output the way a server does and
// resets what the library does unlike a server. It has no TLS, no ON CLUSTER,
// no SQL users and no grants.
package chserver

import (
	"context"
	"crypto/sha256"
	"crypto/subtle"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/moose-migrate/moose-migrate/internal/chdb"
)

// Engine is a running engine. Its methods may be called from any goroutine.
type Engine struct {
	cfg     Config
	args    []string
	anchor  *chdb.Conn // keeps the engine alive
	resets  string     // the SET statement every session starts with, "" for none
	version string     // SELECT version()
	zone    string     // SELECT timezone()

	nextID atomic.Uint64

	mu       sync.Mutex
	closed   bool
	sessions map[*Session]struct{}
}

// Start starts the engine on cfg.Path. The library can run one engine per
// process.
func Start(cfg Config) (*Engine, error) {
	args, err := prepare(cfg)
	if err != nil {
		return nil, err
	}
	anchor, err := cfg.Library.Connect(args...)
	if err != nil {
		return nil, fmt.Errorf("starting the engine on %q: %w", cfg.Path, err)
	}
	e := &Engine{cfg: cfg, args: args, anchor: anchor, sessions: map[*Session]struct{}{}}
	if err := e.learn(); err != nil {
		anchor.Close()
		return nil, err
	}
	return e, nil
}

// learn asks the engine what it is and which settings differ from a server's.
func (e *Engine) learn() error {
	res, err := e.anchor.Query("SELECT version(), timezone()", "TSVRaw")
	if err != nil {
		return fmt.Errorf("asking the engine for its version: %w", err)
	}
	e.version, e.zone, _ = strings.Cut(strings.TrimSpace(string(res.Data)), "\t")
	res, err = e.anchor.Query("SELECT name, default FROM system.settings WHERE changed AND value != default ORDER BY name", "TSV")
	if err != nil {
		return fmt.Errorf("asking the engine for its settings: %w", err)
	}
	// The library compiles mutations_sync = 1 in, where a server has 0, and
	// does not show it as changed. JSON goes out as text in the Native format
	// because its object form cannot be re-framed without a full decoder.
	sets := []string{"mutations_sync = '0'", "output_format_native_write_json_as_string = '1'"}
	for line := range strings.Lines(string(res.Data)) {
		name, value, ok := strings.Cut(strings.TrimSuffix(line, "\n"), "\t")
		if ok && settingName.MatchString(name) {
			// TSV escapes exactly what a string literal needs escaped.
			sets = append(sets, fmt.Sprintf("%s = '%s'", name, strings.ReplaceAll(value, "'", `\'`)))
		}
	}
	e.resets = "SET " + strings.Join(sets, ", ")
	return nil
}

// Version is the ClickHouse version, for example "26.7.2.1".
func (e *Engine) Version() string { return e.version }

// Timezone is the engine's time zone, for example "UTC".
func (e *Engine) Timezone() string { return e.zone }

// Authenticate compares credentials in constant time. The error is what a
// server answers and names only the user.
func (e *Engine) Authenticate(user, password string) error {
	if user == "" {
		user = "default"
	}
	if equal(user, e.cfg.user())&equal(password, e.cfg.Password) == 1 {
		return nil
	}
	return &chdb.Exception{
		Code: 516, Name: "AUTHENTICATION_FAILED",
		Message: user + ": Authentication failed: password is incorrect, or there is no user with such name.",
	}
}

func equal(a, b string) int {
	x, y := sha256.Sum256([]byte(a)), sha256.Sum256([]byte(b))
	return subtle.ConstantTimeCompare(x[:], y[:])
}

// Close ends the running statements, closes all sessions and stops the engine.
// When ctx ends first the statements that still run are left to the end of the
// process and the error says so.
func (e *Engine) Close(ctx context.Context) error {
	e.mu.Lock()
	if e.closed {
		e.mu.Unlock()
		return nil
	}
	e.closed = true
	open := make([]*Session, 0, len(e.sessions))
	for s := range e.sessions {
		open = append(open, s)
	}
	e.mu.Unlock()

	done := make(chan struct{})
	go func() {
		defer close(done)
		if _, err := e.anchor.Query("KILL QUERY WHERE 1 ASYNC", "Null"); err != nil {
			e.cfg.logf("ending the running statements: %v", err)
		}
		for _, s := range open {
			s.Close()
		}
		e.anchor.Close()
	}()
	select {
	case <-done:
		return nil
	case <-ctx.Done():
		return fmt.Errorf("stopping the engine: statements are still running: %w", context.Cause(ctx))
	}
}

// kill ends the statements marked with comment.
func (e *Engine) kill(comment string) {
	conn, err := e.cfg.Library.Connect(e.args...)
	if err != nil {
		e.cfg.logf("cancelling a statement: %v", err)
		return
	}
	defer conn.Close()
	sql := "KILL QUERY WHERE Settings['log_comment'] = {c:String} ASYNC"
	if _, err := conn.Query(sql, "Null", chdb.Param{Name: "c", Value: comment}); err != nil {
		e.cfg.logf("cancelling a statement: %v", err)
	}
}
