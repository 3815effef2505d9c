// Package clilog reads and writes Moose's local command line log,
// <home>/.moose/<YYYY-MM-DD>-cli.log, one file a day in local time, which
// `moose logs` shows. Lines written here appear there beside Moose's own.
package clilog

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"
)

// nameLayout is Moose's default log file name (logger.log_file_date_format in
// ~/.moose/config.toml).
const nameLayout = "2006-01-02-cli.log"

// ErrNoLog says that there is no log file yet.
var ErrNoLog = errors.New("no log yet: it appears after the first moose command")

// Dir returns the log folder inside a home directory.
func Dir(home string) string { return filepath.Join(home, ".moose") }

// Name returns the file name of the day of t, in t's time zone.
func Name(t time.Time) string { return t.Format(nameLayout) }

// Newest returns the path of the most recent log file in dir by the date in its
// name, or an error that wraps [ErrNoLog] and names dir.
func Newest(dir string) (string, error) {
	entries, err := os.ReadDir(dir)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return "", fmt.Errorf("looking for logs: %w", err)
	}
	newest := ""
	for _, e := range entries {
		if !e.Type().IsRegular() {
			continue
		}
		if day, err := time.Parse(nameLayout, e.Name()); err != nil || Name(day) != e.Name() {
			continue
		}
		newest = max(newest, e.Name()) // the date sorts as text
	}
	if newest == "" {
		return "", fmt.Errorf("%s: %w", dir, ErrNoLog)
	}
	return filepath.Join(dir, newest), nil
}

// OpenNewest opens the file [Newest] finds. The caller closes it.
func OpenNewest(dir string) (*os.File, error) {
	path, err := Newest(dir)
	if err != nil {
		return nil, err
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("opening the log: %w", err)
	}
	return f, nil
}
