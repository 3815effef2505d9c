package clilog

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"time"
)

// Tail follows the log of a folder as it grows.
type Tail struct {
	// Dir is the log folder, see [Dir].
	Dir string
	// Filter keeps only lines that contain it; empty keeps all.
	Filter string
	// FromEnd skips the lines that are in the newest file at the start.
	FromEnd bool
	// Wait returns after one polling interval, or with the context's error
	// earlier. Nil waits 250 ms of real time.
	Wait func(context.Context) error
}

// Run writes matching lines to w until ctx ends, and then returns nil. It moves
// on to the next day's file once that exists and the old one is read to its end,
// waits for a first file if there is none, and starts again at the top of a file
// that was truncated or replaced.
func (t Tail) Run(ctx context.Context, w io.Writer) error {
	wait := t.Wait
	if wait == nil {
		wait = waitReal
	}
	f := follower{s: lineSplitter{w: w, filter: []byte(t.Filter)}, skip: t.FromEnd}
	defer f.close()
	for {
		err := f.poll(ctx, t.Dir)
		if ctx.Err() != nil {
			return nil
		}
		if err != nil {
			return err
		}
		if err := wait(ctx); err != nil {
			if ctx.Err() != nil {
				return nil
			}
			return err
		}
	}
}

func waitReal(ctx context.Context) error {
	timer := time.NewTimer(250 * time.Millisecond)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-timer.C:
		return nil
	}
}

type follower struct {
	s    lineSplitter
	file *os.File
	r    *bufio.Reader
	skip bool // start at the end of the first file
}

func (f *follower) close() {
	if f.file != nil {
		_ = f.file.Close()
		f.file = nil
	}
}

// poll reads what is new, moving to a newer file when there is one.
func (f *follower) poll(ctx context.Context, dir string) error {
	for {
		newest, err := Newest(dir)
		if err != nil && !errors.Is(err, ErrNoLog) {
			return err
		}
		if f.file != nil {
			if err := f.s.readAll(ctx, f.r); err != nil {
				return err
			}
		}
		if newest == "" {
			f.skip = false // whatever comes is new
			return nil
		}
		again, err := f.moveTo(newest)
		if err != nil || !again {
			return err
		}
	}
}

// moveTo opens path unless it is the file in hand. It reports whether there is
// something new to read.
func (f *follower) moveTo(path string) (bool, error) {
	if f.file != nil {
		same, err := f.holds(path)
		if err != nil || same {
			return false, err
		}
		if filepath.Base(path) < filepath.Base(f.file.Name()) {
			return false, nil // the file in hand was removed: wait for its successor
		}
		if err := f.s.flush(); err != nil { // the old file's last line
			return false, err
		}
		f.close()
	}
	file, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("opening the log: %w", err)
	}
	if f.skip {
		f.skip = false
		if _, err := file.Seek(0, io.SeekEnd); err != nil {
			_ = file.Close()
			return false, fmt.Errorf("going to the end of the log: %w", err)
		}
	}
	f.file, f.r = file, bufio.NewReader(file)
	return true, nil
}

// holds reports whether the open file is the one at path and has not shrunk.
func (f *follower) holds(path string) (bool, error) {
	now, err := os.Stat(path)
	if errors.Is(err, fs.ErrNotExist) {
		return true, nil
	}
	if err != nil {
		return false, fmt.Errorf("looking at the log: %w", err)
	}
	open, err := f.file.Stat()
	if err != nil {
		return false, fmt.Errorf("looking at the log: %w", err)
	}
	position, err := f.file.Seek(0, io.SeekCurrent)
	if err != nil {
		return false, fmt.Errorf("looking at the log: %w", err)
	}
	return os.SameFile(now, open) && now.Size() >= position, nil
}
