package parts

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os/exec"
	"regexp"
	"strings"
	"syscall"
	"time"
)

// client is one call of a package client.
type client struct {
	part    string // what it is for, as in Unavailable.Part
	program string // name on PATH or absolute path
	args    []string
	dir     string
	env     []string // added to the store's environment
	remedy  string   // of a failure
}

// run calls the client and returns its standard output. A client that is
// missing or fails gives *Unavailable with the end of what it printed.
func (s *Store) run(ctx context.Context, c client) (string, error) {
	path := c.program
	if !strings.Contains(path, "/") {
		var err error
		if path, err = s.env.lookPath(c.program); err != nil {
			return "", &Unavailable{Part: c.part, Why: c.program + " is not on PATH", Remedy: "Install " + c.program + ", then try again.", Err: err}
		}
	}
	cmd := exec.CommandContext(ctx, path, c.args...)
	cmd.Dir = c.dir
	cmd.Env = s.env.with(c.env...)
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	// Package clients start children: a cancelled run ends all of them.
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) }
	cmd.WaitDelay = 5 * time.Second
	err := cmd.Run()
	if ctx.Err() != nil {
		return "", fmt.Errorf("running %s: %w", c.program, ctx.Err())
	}
	if err != nil {
		said := stderr.String()
		if strings.TrimSpace(said) == "" {
			said = stdout.String()
		}
		why := fmt.Sprintf("`%s` failed (%v): %s", mask(strings.Join(append([]string{c.program}, c.args...), " ")), exitText(err), tail(mask(said)))
		return "", &Unavailable{Part: c.part, Why: why, Remedy: c.remedy, Err: err}
	}
	return stdout.String(), nil
}

func exitText(err error) string {
	var exit *exec.ExitError
	if errors.As(err, &exit) {
		return exit.ProcessState.String()
	}
	return err.Error()
}

// tail keeps the last lines of text, in one line.
func tail(text string) string {
	var lines []string
	for line := range strings.Lines(text) {
		if line = strings.TrimSpace(line); line != "" && !strings.HasPrefix(line, "npm warn") {
			lines = append(lines, line)
		}
	}
	lines = lines[max(0, len(lines)-8):]
	joined := strings.Join(lines, " | ")
	if len(joined) > 1500 {
		joined = "..." + strings.ToValidUTF8(joined[len(joined)-1500:], "")
	}
	if joined == "" {
		return "it printed nothing"
	}
	return joined
}

var secrets = []*regexp.Regexp{
	regexp.MustCompile(`(://)[^/\s@]+(@)`),
	regexp.MustCompile(`((?i:_authToken|_auth|_password|token|password)["']?\s*[=:]\s*["']?)[^\s"'&]+()`),
	regexp.MustCompile(`((?i:authorization):\s*(?:\w+\s+)?)\S+()`),
	regexp.MustCompile(`()\b(?:npm|pypi)[_-][A-Za-z0-9_-]{16,}()`),
}

// mask hides what package clients may print of a registry's credentials.
func mask(text string) string {
	for _, re := range secrets {
		text = re.ReplaceAllString(text, "${1}***${2}")
	}
	return text
}
