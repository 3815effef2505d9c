package cli

import (
	"fmt"
	"io"
	"sync"
	"time"
)

const (
	redrawEvery = 100 * time.Millisecond // on a terminal
	patience    = time.Second            // before a running step is announced elsewhere
)

// Progress tells on standard error which step is running and how long each
// took. On a terminal the line of the running step is updated in place;
// elsewhere only a step that takes longer than a second is told, when it is one and again
// when it ends. It is safe for concurrent use.
type Progress struct {
	w     io.Writer
	tty   bool
	quiet bool
	now   func() time.Time
	log   func(step, outcome string, took time.Duration)

	mu    sync.Mutex
	step  string // running; empty for none
	began time.Time
	timer *time.Timer
	run   int // number of the running step, which stale timers lack
}

// Progress returns a reporter without a step. With Quiet it only logs.
func (f *Factory) Progress() *Progress {
	return &Progress{
		w: f.Err, tty: f.fullTerminal(f.Err), quiet: f.Quiet, now: f.Now,
		log: func(step, outcome string, took time.Duration) {
			f.Log().Info(step, "outcome", outcome, "took", took.String())
		},
	}
}

// Step begins a step, such as "Compiling TypeScript", and ends the one before
// it as done.
func (p *Progress) Step(name string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.end("done")
	p.step, p.began = name, p.now()
	p.run++
	if p.quiet {
		return
	}
	run := p.run
	delay := patience
	if p.tty {
		delay = redrawEvery
		p.draw()
	}
	p.timer = time.AfterFunc(delay, func() { p.tick(run) })
}

// Done ends the running step. Without one it does nothing.
func (p *Progress) Done() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.end("done")
}

// Failed ends the running step as failed. Without one it does nothing.
func (p *Progress) Failed() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.end("failed")
}

// Close ends the running step by the outcome of the work: Failed for an error,
// else Done.
func (p *Progress) Close(err error) {
	if err != nil {
		p.Failed()
		return
	}
	p.Done()
}

func (p *Progress) tick(run int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.step == "" || p.run != run {
		return
	}
	if !p.tty {
		fmt.Fprintf(p.w, "%s …\n", p.step)
		return
	}
	p.draw()
	p.timer = time.AfterFunc(redrawEvery, func() { p.tick(run) })
}

// draw rewrites the terminal's line: carriage return, erase to its end.
func (p *Progress) draw() {
	fmt.Fprintf(p.w, "\r\x1b[K%s … %s", p.step, seconds(p.now().Sub(p.began)))
}

func (p *Progress) end(outcome string) {
	if p.step == "" {
		return
	}
	took := p.now().Sub(p.began)
	if p.timer != nil {
		p.timer.Stop()
	}
	p.log(p.step, outcome, took)
	if !p.quiet && (p.tty || took >= patience || outcome == "failed") {
		text := fmt.Sprintf("%s … %s\n", p.step, seconds(took))
		if outcome == "failed" {
			text = fmt.Sprintf("%s … failed after %s\n", p.step, seconds(took))
		}
		if p.tty {
			text = "\r\x1b[K" + text
		}
		_, _ = io.WriteString(p.w, text)
	}
	p.step = ""
}

// seconds is a duration as people read it: "3.2s", "1m05s".
func seconds(d time.Duration) string {
	if d < time.Minute {
		return fmt.Sprintf("%.1fs", max(d, 0).Seconds())
	}
	d = d.Round(time.Second)
	return fmt.Sprintf("%dm%02ds", d/time.Minute, d%time.Minute/time.Second)
}
