package clilog

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
)

// maxLine is the number of bytes after which a line without an end is treated
// as complete, so that a broken file cannot fill the memory.
const maxLine = 1 << 20

// Copy writes the lines of r that contain filter to w; an empty filter takes
// all lines. A last line without a line end is written with one.
func Copy(ctx context.Context, w io.Writer, r io.Reader, filter string) error {
	s := lineSplitter{w: w, filter: []byte(filter)}
	if err := s.readAll(ctx, bufio.NewReader(r)); err != nil {
		return err
	}
	return s.flush()
}

// lineSplitter keeps an unfinished line until its rest has been written to the
// file.
type lineSplitter struct {
	w       io.Writer
	filter  []byte
	partial []byte
}

// readAll passes on what r has now, up to its end.
func (s *lineSplitter) readAll(ctx context.Context, r *bufio.Reader) error {
	for {
		if err := ctx.Err(); err != nil {
			return err
		}
		chunk, err := r.ReadSlice('\n')
		s.partial = append(s.partial, chunk...)
		switch {
		case err == nil || errors.Is(err, bufio.ErrBufferFull) && len(s.partial) >= maxLine:
			if err := s.flush(); err != nil {
				return err
			}
		case errors.Is(err, bufio.ErrBufferFull):
		case errors.Is(err, io.EOF):
			return nil
		default:
			return fmt.Errorf("reading the log: %w", err)
		}
	}
}

// flush writes the collected line if it matches.
func (s *lineSplitter) flush() error {
	line := bytes.TrimRight(s.partial, "\r\n")
	if len(s.partial) == 0 {
		return nil
	}
	s.partial = s.partial[:0]
	if !bytes.Contains(line, s.filter) {
		return nil
	}
	if _, err := s.w.Write(append(line, '\n')); err != nil {
		return fmt.Errorf("writing log lines: %w", err)
	}
	return nil
}
