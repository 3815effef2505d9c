package forgetest

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"testing"

	"github.com/moose-migrate/moose-migrate/pkg/embedded/parts"
)

// Event is an example of an event as GitHub publishes it, such as that of "pull_request"
// with the action "opened"; an empty action takes the first one. The test is skipped on a
// machine that cannot have the examples, or fails when MOOSE_TEST_STRICT=1.
func Event(t testing.TB, name, action string) []byte {
	t.Helper()
	path := part(t, func(s *parts.Store, ctx context.Context) (string, error) { return s.WebhookExamples(ctx) })
	if path == "" {
		t.Skip("there are no examples of events")
	}
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	event, err := pickEvent(data, name, action)
	if err != nil {
		t.Fatal(err)
	}
	return event
}

// pickEvent finds an example in the published file.
func pickEvent(data []byte, name, action string) ([]byte, error) {
	var all []struct {
		Name     string            `json:"name"`
		Actions  []string          `json:"actions"`
		Examples []json.RawMessage `json:"examples"`
	}
	if err := json.Unmarshal(data, &all); err != nil {
		return nil, fmt.Errorf("reading the examples of events: %w", err)
	}
	for _, kind := range all {
		if kind.Name != name {
			continue
		}
		for _, example := range kind.Examples {
			var has struct {
				Action string `json:"action"`
			}
			if json.Unmarshal(example, &has) == nil && (action == "" || has.Action == action) {
				return slices.Clone(example), nil
			}
		}
		return nil, fmt.Errorf("there is no example of %s with the action %q; there are %q", name, action, kind.Actions)
	}
	return nil, fmt.Errorf("there are no examples of the event %q", name)
}
