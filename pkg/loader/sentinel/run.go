package sentinel

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/moose-migrate/moose-migrate/pkg/loader/fault"
	"github.com/moose-migrate/moose-migrate/pkg/loader/isolate"
)

// grace is how long the main file may keep its process alive once its
// declarations are printed.
const grace = 5 * time.Second

// Run runs a serializer and finds its output: nil when it printed none, which the
// returned isolate.Output explains. Warnings are for the reader.
func Run(ctx context.Context, c isolate.Command, sections []string) (*Found, *isolate.Output, error) {
	c.Mark, c.Grace = End, grace
	c.Settled = func(stdout []byte) bool { _, ok := Extract(stdout, sections); return ok }
	out, err := isolate.Run(ctx, c)
	if err != nil {
		return nil, out, err
	}
	found, ok := Extract(out.Stdout, sections)
	if !ok {
		return nil, out, nil
	}
	if found.Others > 0 {
		found.warn("the main file printed %d more blocks that look like moose-lib's own output; the last one counts", found.Others)
	}
	switch {
	case out.Stopped:
		found.warn("the main file keeps its process alive, with a timer or a connection; it was stopped after its declarations were read")
	case out.ExitCode != 0:
		tail := fault.Tail(out.Stderr)
		found.warn("the main file's process ended with exit code %d after its declarations were read: %s",
			out.ExitCode, tail[strings.LastIndexByte(tail, '\n')+1:])
	}
	return &found, out, nil
}

func (f *Found) warn(format string, args ...any) {
	f.Warnings = append(f.Warnings, fmt.Sprintf(format, args...))
}
