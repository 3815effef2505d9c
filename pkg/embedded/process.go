package embedded

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"sync"
	"syscall"
	"time"
)

// process is a child with its own process group. It is killed when this
// process dies, where the system can do that.
type process struct {
	name    string
	logFile string
	cmd     *exec.Cmd
	exited  chan struct{} // closed when the child has been waited for
	err     error         // how it ended; read after exited
	grace   time.Duration // between asking it to stop and killing it
	secrets []string      // never shown from its log

	stop    sync.Once
	stopErr error
}

// spec says what to start.
type spec struct {
	name    string
	path    string
	args    []string
	env     []string
	dir     string
	logFile string
	grace   time.Duration
	secrets []string
}

// launch starts the child. The kernel ties the parent-death signal to the
// thread that forked, so one thread is kept for as long as the child lives.
func launch(s spec) (*process, error) {
	log, err := os.OpenFile(s.logFile, os.O_CREATE|os.O_WRONLY|os.O_APPEND, 0o600)
	if err != nil {
		return nil, fmt.Errorf("starting %s: opening its log: %w", s.name, err)
	}
	cmd := exec.Command(s.path, s.args...)
	cmd.Dir, cmd.Env = s.dir, s.env
	cmd.Stdout, cmd.Stderr = log, log
	cmd.SysProcAttr = childAttributes()
	p := &process{name: s.name, logFile: s.logFile, cmd: cmd, exited: make(chan struct{}), grace: s.grace, secrets: s.secrets}
	if p.grace == 0 {
		p.grace = 10 * time.Second
	}
	started := make(chan error)
	go func() {
		runtime.LockOSThread()
		defer runtime.UnlockOSThread()
		err := cmd.Start()
		log.Close()
		started <- err
		if err == nil {
			p.err = cmd.Wait()
			close(p.exited)
		}
	}()
	if err := <-started; err != nil {
		return nil, fmt.Errorf("starting %s: %w", s.name, err)
	}
	return p, nil
}

// close asks the child to stop, kills it after the grace time and waits for
// its end. Later calls return the same result.
func (p *process) close() error {
	p.stop.Do(func() {
		select {
		case <-p.exited:
			if p.err != nil {
				p.stopErr = fmt.Errorf("%s had ended before it was stopped: %w\n%s", p.name, p.err, p.logTail())
			}
			return
		default:
		}
		_ = p.cmd.Process.Signal(syscall.SIGTERM)
		select {
		case <-p.exited:
		case <-time.After(p.grace):
			_ = syscall.Kill(-p.cmd.Process.Pid, syscall.SIGKILL)
			<-p.exited
			p.stopErr = fmt.Errorf("%s did not stop within %s and was killed", p.name, p.grace)
		}
	})
	return p.stopErr
}

// failed stops the child and returns why its start did not work out, with the
// end of its log.
func (p *process) failed(why error) error {
	select {
	case <-p.exited:
		why = errors.Join(why, fmt.Errorf("it ended: %w", orNil(p.err)))
	default:
	}
	_ = p.close()
	return fmt.Errorf("starting %s: %w\nthe end of its log %s:\n%s", p.name, why, p.logFile, p.logTail())
}

func orNil(err error) error {
	if err == nil {
		return errors.New("exit status 0")
	}
	return err
}

// tailBytes bounds how much of a log is shown.
const tailBytes = 4096

// logTail is the end of the child's log without its secrets.
func (p *process) logTail() string {
	f, err := os.Open(p.logFile)
	if err != nil {
		return fmt.Sprintf("(no log: %v)", err)
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return fmt.Sprintf("(no log: %v)", err)
	}
	from := max(0, info.Size()-tailBytes)
	data := make([]byte, info.Size()-from)
	n, _ := f.ReadAt(data, from)
	text := strings.ToValidUTF8(string(data[:n]), "?")
	for _, secret := range p.secrets {
		if secret != "" {
			text = strings.ReplaceAll(text, secret, "***")
		}
	}
	if from > 0 {
		text = "..." + text[strings.IndexByte(text, '\n')+1:]
	}
	if text == "" {
		return "(empty)"
	}
	return strings.TrimRight(text, "\n")
}

// startFailed is failed, which recognises by words in the log that the port
// was taken in the meantime.
func (p *process) startFailed(why error, portTaken ...string) error {
	err := p.failed(why)
	text := p.logTail()
	for _, words := range portTaken {
		if strings.Contains(text, words) {
			return fmt.Errorf("%w (%w)", err, errPortTaken)
		}
	}
	return err
}
