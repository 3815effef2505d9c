package session

import (
	"fmt"
	"io"
	"net"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/moose-migrate/moose-migrate/internal/cli"
	"github.com/moose-migrate/moose-migrate/pkg/config"
	"github.com/moose-migrate/moose-migrate/pkg/diff"
	"github.com/moose-migrate/moose-migrate/pkg/inframap"
)

// newSession is one of a project with the settings, without ClickHouse.
func newSession(t *testing.T, settings config.Settings) *Session {
	t.Helper()
	return &Session{
		Project: &config.Project{Settings: settings, Dir: t.TempDir()},
		factory: &cli.Factory{Out: io.Discard, Err: io.Discard, Now: time.Now, Getwd: os.Getwd, IsTerminal: func(any) bool { return false }},
	}
}

// lines writes changes as "update topic T: a 1 → 2, b 3 → 4".
func lines(changes []diff.Change) []string {
	var out []string
	for _, c := range changes {
		var why []string
		for _, a := range c.Why {
			why = append(why, strings.TrimSpace(fmt.Sprintf("%s %s → %s", a.Name, a.Before, a.After)))
		}
		line := fmt.Sprintf("%s %s %s", c.Action, c.Kind, c.Name)
		if len(why) > 0 {
			line += ": " + strings.Join(why, ", ")
		}
		out = append(out, line)
	}
	return out
}

// expect compares the drift with what is wanted.
func expect(t *testing.T, s *Session, recorded *inframap.Map, want ...string) {
	t.Helper()
	changes, err := s.StreamDrift(t.Context(), recorded)
	if err != nil {
		t.Fatal(err)
	}
	if got := lines(changes); !slices.Equal(got, want) {
		t.Errorf("drift:\n%s\nwant:\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	for _, c := range changes {
		topic, workflow := c.Topic != nil && c.Topic.Before != nil, c.Workflow != nil && c.Workflow.Before != nil
		if (c.Kind == diff.Topic) != topic || (c.Kind == diff.Workflow) != workflow {
			t.Errorf("%s %s does not carry what was recorded", c.Kind, c.Name)
		}
		if c.Kind == diff.Topic && (c.Topic.After == nil) != (c.Action == diff.Remove) || c.Kind == diff.Workflow && (c.Workflow.After == nil) != (c.Action == diff.Remove) {
			t.Errorf("%s %s does not carry what is there now", c.Kind, c.Name)
		}
	}
}

// closedPort is an address of this machine where nothing listens.
func closedPort(t *testing.T) (string, uint16) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String(), uint16(l.Addr().(*net.TCPAddr).Port)
}

// nowhere are settings whose servers cannot be reached.
func nowhere(t *testing.T) (config.Settings, string) {
	t.Helper()
	settings := config.Defaults()
	settings.Features.Workflows = true
	addr, port := closedPort(t)
	settings.Redpanda.Broker = addr
	settings.Redpanda.SASLPassword = config.NewSecret("s3cr3t")
	settings.Temporal.Host, settings.Temporal.Port, settings.Temporal.Scheme = "127.0.0.1", port, "http"
	return settings, addr
}

func TestUnreachableServersAreToldWithTheRemedy(t *testing.T) {
	settings, addr := nowhere(t)
	topics, workflows := inframap.New("db"), inframap.New("db")
	topics.Topics["T"] = &inframap.Topic{Name: "T"}
	workflows.Workflows["w"] = &inframap.Workflow{Name: "w", Config: inframap.WorkflowConfig{Schedule: "1h"}}
	for feature, recorded := range map[string]*inframap.Map{"streaming_engine": topics, "workflows": workflows} {
		_, err := newSession(t, settings).StreamDrift(t.Context(), recorded)
		if err == nil {
			t.Errorf("%s: no error", feature)
			continue
		}
		for _, words := range []string{addr, "connection refused", feature + " = false under [features] of moose.config.toml", "--skip-streams"} {
			if !strings.Contains(err.Error(), words) {
				t.Errorf("%s: the error lacks %q: %v", feature, words, err)
			}
		}
		if strings.Contains(err.Error(), "s3cr3t") {
			t.Errorf("%s: the error has the password: %v", feature, err)
		}
	}
}

// Servers that cannot be reached show that nobody is asked.
func TestOnlyWhatIsOnAndRecordedIsAskedFor(t *testing.T) {
	both := inframap.New("db")
	both.Topics["T"] = &inframap.Topic{Name: "T"}
	both.Workflows["w"] = &inframap.Workflow{Name: "w", Config: inframap.WorkflowConfig{Schedule: "1h"}}
	manual := inframap.New("db")
	manual.Workflows["w"] = &inframap.Workflow{Name: "w"}
	for what, c := range map[string]struct {
		recorded *inframap.Map
		off      bool
	}{
		"both features off": {both, true},
		"nothing recorded":  {inframap.New("db"), false},
		"no schedule":       {manual, false},
	} {
		t.Run(what, func(t *testing.T) {
			settings, _ := nowhere(t)
			settings.Features.StreamingEngine, settings.Features.Workflows = !c.off, !c.off
			expect(t, newSession(t, settings), c.recorded)
		})
	}
}
