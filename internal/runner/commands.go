package runner

import (
	"slices"
	"strings"
	"sync"
)

// Command is a workflow command, as ::error file=main.go,line=3::message.
type Command struct {
	Name       string
	Properties map[string]string
	Message    string
}

// console reads what a step prints as the runner does: commands are obeyed,
// masked values are hidden.
type console struct {
	mu       sync.Mutex
	raw, log strings.Builder
	commands []Command
	masks    []string
	stopped  string // token that ends ::stop-commands::
	outputs  map[string]string
	onLine   func(string)
}

func newConsole(masks []string, onLine func(string)) *console {
	c := &console{outputs: map[string]string{}, onLine: onLine}
	for _, m := range masks {
		c.mask(m)
	}
	return c
}

// stream is one of the two streams of a step.
type stream struct {
	console *console
	partial string // of a line
}

// Write treats each whole line.
func (s *stream) Write(p []byte) (int, error) {
	s.console.mu.Lock()
	defer s.console.mu.Unlock()
	s.console.raw.Write(p)
	s.partial += string(p)
	for {
		line, rest, found := strings.Cut(s.partial, "\n")
		if !found {
			return len(p), nil
		}
		s.partial = rest
		s.console.line(strings.TrimSuffix(line, "\r"))
	}
}

// flush treats what follows the last newline as a line.
func (s *stream) flush() {
	s.console.mu.Lock()
	defer s.console.mu.Unlock()
	if s.partial != "" {
		s.console.line(s.partial)
		s.partial = ""
	}
}

func (c *console) line(line string) {
	if c.onLine != nil {
		defer c.onLine(line)
	}
	cmd, ok := parseCommand(line)
	switch {
	case c.stopped != "":
		if ok && cmd.Name == c.stopped {
			c.stopped = ""
		}
	case ok:
		c.obey(cmd)
		if cmd.Name == "add-mask" {
			return
		}
	}
	for _, m := range c.masks {
		line = strings.ReplaceAll(line, m, "***")
	}
	c.log.WriteString(line + "\n")
}

func (c *console) obey(cmd Command) {
	c.commands = append(c.commands, cmd)
	switch cmd.Name {
	case "add-mask":
		c.mask(cmd.Message)
	case "stop-commands":
		c.stopped = cmd.Message
	case "set-output":
		c.outputs[cmd.Properties["name"]] = cmd.Message
	}
}

// mask hides a value and each of its lines.
func (c *console) mask(value string) {
	for _, v := range append(strings.Split(value, "\n"), value) {
		if v = strings.TrimRight(v, "\r"); strings.TrimSpace(v) != "" && !slices.Contains(c.masks, v) {
			c.masks = append(c.masks, v)
		}
	}
	// The longest first, so that no part of a value stays behind.
	slices.SortStableFunc(c.masks, func(a, b string) int { return len(b) - len(a) })
}

var (
	unescapeMessage  = strings.NewReplacer("%0D", "\r", "%0A", "\n", "%25", "%")
	unescapeProperty = strings.NewReplacer("%0D", "\r", "%0A", "\n", "%3A", ":", "%2C", ",", "%25", "%")
)

// parseCommand reads ::name key=value,key=value::message, which may be indented
// (actions/runner, ActionCommand.cs).
func parseCommand(line string) (Command, bool) {
	rest, ok := strings.CutPrefix(strings.TrimLeft(line, " \t"), "::")
	if !ok {
		return Command{}, false
	}
	head, message, ok := strings.Cut(rest, "::")
	if !ok || head == "" {
		return Command{}, false
	}
	name, properties, _ := strings.Cut(head, " ")
	cmd := Command{Name: name, Properties: map[string]string{}, Message: unescapeMessage.Replace(message)}
	for _, pair := range strings.Split(properties, ",") {
		if key, value, ok := strings.Cut(strings.TrimSpace(pair), "="); ok && key != "" && value != "" {
			cmd.Properties[key] = unescapeProperty.Replace(value)
		}
	}
	return cmd, true
}
