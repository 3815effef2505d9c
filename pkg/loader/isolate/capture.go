package isolate

import (
	"bytes"
	"slices"
	"sync"
	"time"
)

// stdout keeps everything up to a bound and notices the mark.
type stdout struct {
	mu       sync.Mutex
	buf      []byte
	max      int
	mark     []byte
	marked   chan struct{}
	exceeded func()
}

func (w *stdout) Write(p []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if len(w.buf)+len(p) > w.max {
		w.exceeded()
		return 0, ErrOutputLimit
	}
	from := max(0, len(w.buf)-len(w.mark))
	w.buf = append(w.buf, p...)
	if w.marked != nil && bytes.Contains(w.buf[from:], w.mark) {
		select {
		case w.marked <- struct{}{}:
		default:
		}
	}
	return len(p), nil
}

func (w *stdout) bytes() []byte {
	w.mu.Lock()
	defer w.mu.Unlock()
	return slices.Clone(w.buf)
}

// watch calls settle when the mark was printed, c.Settled agreed, and c.Grace
// went by without another mark. The returned function ends the watch.
func (w *stdout) watch(c Command, settle func()) (stop func()) {
	if c.Mark == "" || c.Settled == nil {
		return func() {}
	}
	w.marked = make(chan struct{}, 1)
	done := make(chan struct{})
	go func() {
		timer := time.NewTimer(time.Hour)
		timer.Stop()
		for {
			select {
			case <-w.marked:
				timer.Reset(c.Grace)
			case <-timer.C:
				if c.Settled(w.bytes()) {
					settle()
					return
				}
			case <-done:
				timer.Stop()
				return
			}
		}
	}()
	return func() { close(done) }
}

// tail keeps the last part of what is written.
type tail struct {
	mu  sync.Mutex
	buf []byte
	max int
}

func (w *tail) Write(p []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.buf = append(w.buf, p...)
	if len(w.buf) > 2*w.max {
		w.buf = slices.Clone(w.buf[len(w.buf)-w.max:])
	}
	return len(p), nil
}

func (w *tail) bytes() []byte {
	w.mu.Lock()
	defer w.mu.Unlock()
	return slices.Clone(w.buf[max(0, len(w.buf)-w.max):])
}
