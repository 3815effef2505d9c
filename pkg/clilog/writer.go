package clilog

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"
)

// Redactor removes credentials from text; [dsn.Redactor] is one.
//
// [dsn.Redactor]: https://pkg.go.dev/github.com/moose-migrate/moose-migrate/pkg/dsn#Redactor
type Redactor interface {
	Redact(text string) string
}

// Writer appends to the log file of the current day. Files are readable by
// their owner only (0600). It is safe for concurrent use, also by several
// processes: every line is one append.
type Writer struct {
	dir      string
	now      func() time.Time
	redactor Redactor

	mu   sync.Mutex
	name string
	file *os.File
}

// NewWriter returns a writer for a log folder (see [Dir]), which is made (0700)
// when the first line comes. The clock decides the day; nil means time.Now. A
// nil redactor changes nothing.
func NewWriter(dir string, now func() time.Time, redactor Redactor) *Writer {
	if now == nil {
		now = time.Now
	}
	return &Writer{dir: dir, now: now, redactor: redactor}
}

// Write appends p, redacted and ended with a line end, in a single write. It
// reports len(p) when all was written.
func (w *Writer) Write(p []byte) (int, error) {
	line := string(p)
	if w.redactor != nil {
		line = w.redactor.Redact(line)
	}
	if !strings.HasSuffix(line, "\n") {
		line += "\n"
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	if err := w.rotate(); err != nil {
		return 0, err
	}
	if _, err := io.WriteString(w.file, line); err != nil {
		return 0, fmt.Errorf("writing the log: %w", err)
	}
	return len(p), nil
}

// rotate opens today's file if another is open.
func (w *Writer) rotate() error {
	name := Name(w.now())
	if w.file != nil && w.name == name {
		return nil
	}
	if err := os.MkdirAll(w.dir, 0o700); err != nil {
		return fmt.Errorf("making the log folder: %w", err)
	}
	f, err := os.OpenFile(filepath.Join(w.dir, name), os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		return fmt.Errorf("opening the log: %w", err)
	}
	// A file that Moose made may be open to others; a log can hold names of
	// hosts and tables. On a file of another owner this cannot be changed.
	if info, err := f.Stat(); err == nil && info.Mode().Perm()&0o077 != 0 {
		_ = f.Chmod(0o600)
	}
	if w.file != nil {
		_ = w.file.Close()
	}
	w.file, w.name = f, name
	return nil
}

// Close closes the open file; a later Write opens it again.
func (w *Writer) Close() error {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.file == nil {
		return nil
	}
	err := w.file.Close()
	w.file = nil
	return err
}

// Handler returns a slog handler that writes one JSON object a line, with the
// keys time, level, msg and the attributes, from level up.
func (w *Writer) Handler(level slog.Leveler) slog.Handler {
	return stamped{slog.NewJSONHandler(w, &slog.HandlerOptions{Level: level}), w.now}
}

// stamped gives records the time of the writer's clock, so that a line's day is
// its file's day.
type stamped struct {
	slog.Handler
	now func() time.Time
}

// Handle writes one record.
func (s stamped) Handle(ctx context.Context, r slog.Record) error {
	r.Time = s.now()
	return s.Handler.Handle(ctx, r)
}

// WithAttrs returns a handler that adds attrs to each record.
func (s stamped) WithAttrs(attrs []slog.Attr) slog.Handler {
	return stamped{s.Handler.WithAttrs(attrs), s.now}
}

// WithGroup returns a handler that puts later attributes under name.
func (s stamped) WithGroup(name string) slog.Handler {
	return stamped{s.Handler.WithGroup(name), s.now}
}
