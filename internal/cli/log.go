package cli

import (
	"log/slog"

	"github.com/moose-migrate/moose-migrate/pkg/clilog"
)

// Log returns the log of this run: ~/.moose/<date>-cli.log once OpenLog was
// called, nothing before. Known credentials do not get into it; do not give it
// a token all the same.
func (f *Factory) Log() *slog.Logger {
	if f.log == nil {
		return slog.New(slog.DiscardHandler)
	}
	return f.log
}

// OpenLog starts the log in the user's home folder; without one there is none.
// With debug, everything goes to standard error too. A log that cannot be
// written never fails a command.
func (f *Factory) OpenLog(debug bool) {
	var handlers []slog.Handler
	level := slog.LevelInfo
	if debug {
		level = slog.LevelDebug
		handlers = append(handlers, slog.NewTextHandler(redacting{f}, &slog.HandlerOptions{Level: level}))
	}
	if home := f.Home(); home != "" {
		w := clilog.NewWriter(clilog.Dir(home), f.Now, &f.redactor)
		f.closeLog = w.Close
		handlers = append(handlers, w.Handler(level))
	}
	f.log = slog.New(slog.NewMultiHandler(handlers...))
}

// CloseLog closes what OpenLog opened.
func (f *Factory) CloseLog() {
	if f.closeLog != nil {
		_ = f.closeLog()
	}
	f.log, f.closeLog = nil, nil
}

// redacting writes to standard error.
type redacting struct{ f *Factory }

func (r redacting) Write(p []byte) (int, error) {
	_, err := r.f.Err.Write([]byte(r.f.safe(string(p)) + "\n"))
	return len(p), err
}
