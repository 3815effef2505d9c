package config

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"path/filepath"

	"github.com/joho/godotenv"
)

// dotenvFiles lists the .env files of a mode, the weakest first. The order is
// Moose's: .env, then .env.dev or .env.prod, then .env.local in development.
func dotenvFiles(mode Mode) []string {
	if mode == Production {
		return []string{".env", ".env.prod"}
	}
	return []string{".env", ".env.dev", ".env.local"}
}

// mergeDotenv returns environ over the .env files of dir. A variable that
// environ has, even with an empty value, is never changed by a file.
func mergeDotenv(dir string, mode Mode, environ map[string]string) (map[string]string, error) {
	merged := map[string]string{}
	for _, name := range dotenvFiles(mode) {
		src, err := readFile(filepath.Join(dir, name))
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return nil, fmt.Errorf("reading %s: %w", name, err)
		}
		values, err := parseDotenv(name, src)
		if err != nil {
			return nil, err
		}
		maps.Copy(merged, values)
	}
	maps.Copy(merged, environ)
	return merged, nil
}

// parseDotenv reads one .env file. The parser's own errors quote the line, which
// may hold a password, so only the line's number is passed on.
func parseDotenv(name string, src []byte) (map[string]string, error) {
	src = bytes.TrimPrefix(src, []byte("\ufeff"))
	values, err := godotenv.UnmarshalBytes(src)
	if _, nameless := values[""]; err == nil && !nameless {
		return values, nil
	}
	return nil, fmt.Errorf("%s:%d: not of the form NAME=value; put values with spaces, quotes or # in quotes and close each quote", name, badLine(src))
}

// badLine finds the first line that makes the file unreadable: the one after the
// longest readable beginning. Past 2000 lines it gives up and says 1.
func badLine(src []byte) int {
	lines := bytes.SplitAfter(src, []byte("\n"))
	if len(lines) > 2000 {
		return 1
	}
	end := len(src)
	for i := len(lines) - 1; i > 0; i-- {
		end -= len(lines[i])
		values, err := godotenv.UnmarshalBytes(src[:end])
		if _, nameless := values[""]; err == nil && !nameless {
			return i + 1
		}
	}
	return 1
}
