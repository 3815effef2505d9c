package chserver

import (
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/moose-migrate/moose-migrate/internal/chdb"
)

// killInterval is how often a cancelled statement is looked for again: it may
// not have been registered yet when the first KILL QUERY ran.
const killInterval = 50 * time.Millisecond

var (
	settingName  = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_.]*$`)
	errShutdown  = &chdb.Exception{Code: 236, Name: "ABORTED", Message: "The server is shutting down"}
	errCancelled = &chdb.Exception{Code: 394, Name: "QUERY_WAS_CANCELLED", Message: "Query was cancelled"}
)

// Session is one client's session: current database, settings and temporary
// tables. It runs one statement at a time.
type Session struct {
	engine  *Engine
	conn    *chdb.Conn
	comment string            // log_comment, by which its statement is killed
	applied map[string]string // settings of the latest query, see Apply
}

// NewSession opens a session in database ("" is the default one). An unknown
// database is error 81.
func (e *Engine) NewSession(database string) (*Session, error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.closed {
		return nil, errShutdown
	}
	conn, err := e.cfg.Library.Connect(e.args...)
	if err != nil {
		return nil, fmt.Errorf("opening a session: %w", err)
	}
	s := &Session{engine: e, conn: conn, applied: map[string]string{}, comment: fmt.Sprintf("moose-clickhouse-%d", e.nextID.Add(1))}
	if err := s.begin(database); err != nil {
		conn.Close()
		return nil, err
	}
	e.sessions[s] = struct{}{}
	return s, nil
}

func (s *Session) begin(database string) error {
	if _, err := s.conn.Query(s.engine.resets+", log_comment = '"+s.comment+"'", "Null"); err != nil {
		return fmt.Errorf("preparing a session: %w", err)
	}
	if database == "" {
		return nil
	}
	return s.Use(database)
}

// Use makes database the current one.
func (s *Session) Use(database string) error {
	_, err := s.conn.Query("USE "+quoteName(database), "Null")
	return err
}

// Close ends the session and waits for its statement.
func (s *Session) Close() {
	s.conn.Close()
	s.engine.mu.Lock()
	delete(s.engine.sessions, s)
	s.engine.mu.Unlock()
}

// Apply makes settings the ones in effect for the next statements and undoes
// those of the previous call that are not among them. readonly is set last,
// since nothing can be set after it; a session in which it was set once cannot
// be used for other settings.
func (s *Session) Apply(settings map[string]string) error {
	if maps.Equal(settings, s.applied) {
		return nil
	}
	if err := s.undo(settings); err != nil {
		return err
	}
	names := slices.Sorted(maps.Keys(settings))
	if i, ok := slices.BinarySearch(names, "readonly"); ok {
		names = append(slices.Delete(names, i, i+1), "readonly")
	}
	for _, name := range names {
		if name == "log_comment" { // marks the session's statements
			continue
		}
		if !settingName.MatchString(name) {
			return &chdb.Exception{Code: 115, Name: "UNKNOWN_SETTING", Message: fmt.Sprintf("Unknown setting '%s'", name)}
		}
		if _, err := s.conn.Query("SET "+name+" = "+quoteString(settings[name]), "Null"); err != nil {
			return err
		}
		s.applied[name] = settings[name]
	}
	return nil
}

// undo gives the settings that are in effect and not in keep their defaults
// back. DEFAULT is the library's default, so the resets follow it.
func (s *Session) undo(keep map[string]string) error {
	undone := false
	for _, name := range slices.Sorted(maps.Keys(s.applied)) {
		if _, ok := keep[name]; ok {
			continue
		}
		if _, err := s.conn.Query("SET "+name+" = DEFAULT", "Null"); err != nil {
			return err
		}
		delete(s.applied, name)
		undone = true
	}
	if !undone {
		return nil
	}
	_, err := s.conn.Query(s.engine.resets, "Null")
	return err
}

// ReadOnly tells whether the settings in effect forbid further SETs.
func (s *Session) ReadOnly() bool {
	v, ok := s.applied["readonly"]
	return ok && v != "0"
}

// Run runs one statement. When ctx ends the statement is killed and Run
// returns after the engine has given it up.
func (s *Session) Run(ctx context.Context, sql, format string, params []chdb.Param) (chdb.Result, error) {
	return s.watched(ctx, func() (chdb.Result, error) { return s.conn.Query(sql, format, params...) })
}

// Insert runs an INSERT without FORMAT clause and feeds it data.
func (s *Session) Insert(ctx context.Context, head, format string, data io.Reader, params []chdb.Param) (chdb.Result, error) {
	return s.watched(ctx, func() (chdb.Result, error) { return s.conn.Insert(head, format, data, params...) })
}

func (s *Session) watched(ctx context.Context, run func() (chdb.Result, error)) (chdb.Result, error) {
	if ctx.Err() != nil {
		return chdb.Result{}, errCancelled
	}
	finished, killed := make(chan struct{}), make(chan struct{})
	stop := context.AfterFunc(ctx, func() {
		defer close(killed)
		for {
			s.engine.kill(s.comment)
			select {
			case <-finished:
				return
			case <-time.After(killInterval):
			}
		}
	})
	res, err := run()
	close(finished)
	if !stop() {
		<-killed // no late KILL may hit the session's next statement
	}
	if errors.Is(err, chdb.ErrClosed) {
		err = errShutdown
	}
	return res, err
}

// quoteName quotes an identifier.
func quoteName(name string) string {
	return "`" + strings.NewReplacer(`\`, `\\`, "`", "\\`").Replace(name) + "`"
}

// quoteString quotes a string literal.
func quoteString(value string) string {
	return "'" + strings.NewReplacer(`\`, `\\`, `'`, `\'`).Replace(value) + "'"
}
