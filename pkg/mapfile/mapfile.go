package mapfile

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"

	"github.com/google/renameio/v2"

	"github.com/moose-migrate/moose-migrate/pkg/inframap"
	"github.com/moose-migrate/moose-migrate/pkg/secretsql"
)

// Read reads a map that may come from a stranger. maxBytes bounds the file; 0 means
// DefaultMaxBytes. Links and whatever else is no regular file are refused. Give the
// result to Adopt before it is planned.
func Read(name string, maxBytes int64) (*inframap.Map, error) {
	if maxBytes <= 0 {
		maxBytes = DefaultMaxBytes
	}
	data, err := readRegular(name, maxBytes)
	if err != nil {
		return nil, fmt.Errorf("read the map %s: %w", name, err)
	}
	m, err := Decode(data)
	if err != nil {
		return nil, fmt.Errorf("read the map %s: %w", name, err)
	}
	return m, nil
}

func readRegular(name string, maxBytes int64) ([]byte, error) {
	// Without O_NONBLOCK a named pipe would keep this waiting.
	file, err := os.OpenFile(name, os.O_RDONLY|syscall.O_NOFOLLOW|syscall.O_NONBLOCK, 0)
	switch {
	case errors.Is(err, syscall.ELOOP):
		return nil, errors.New("it is a symbolic link, which could lead to any file. Pass the file itself")
	case errors.Is(err, fs.ErrNotExist):
		return nil, errors.New("there is no such file. Was the job that makes it successful, and was its artifact downloaded?")
	case err != nil:
		return nil, err
	}
	defer file.Close()
	info, err := file.Stat()
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() {
		return nil, errors.New("it is no regular file")
	}
	data, err := io.ReadAll(io.LimitReader(file, maxBytes+1))
	if err != nil {
		return nil, err
	}
	if int64(len(data)) > maxBytes {
		return nil, fmt.Errorf("it has more than %d bytes, the most that is read. A map of hundreds of tables has a few megabytes: is it one?", maxBytes)
	}
	return data, nil
}

// Decode is Read of a file's content; the caller bounds its size.
func Decode(data []byte) (*inframap.Map, error) {
	if err := checkShape(data); err != nil {
		return nil, err
	}
	m, err := inframap.Decode(data)
	if err != nil {
		return nil, err
	}
	if err := checkNames(m); err != nil {
		return nil, err
	}
	return m, nil
}

// Write writes a map for another job, without any credential, and atomically. It
// refuses a map that Read would refuse.
func Write(name string, m *inframap.Map) error {
	data, err := inframap.Encode(secretsql.Map(m))
	if err != nil {
		return err
	}
	if len(data) > DefaultMaxBytes {
		return fmt.Errorf("write the map %s: it has %d bytes, and at most %d are read", name, len(data), DefaultMaxBytes)
	}
	if _, err := Decode(data); err != nil {
		return fmt.Errorf("write the map %s: %w", name, err)
	}
	if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
		return fmt.Errorf("write the map: %w", err)
	}
	if err := renameio.WriteFile(name, append(data, '\n'), 0o644); err != nil {
		return fmt.Errorf("write the map: %w", err)
	}
	return nil
}
