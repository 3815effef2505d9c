package probe_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/moose-migrate/moose-migrate/pkg/probe"
)

// silent are servers that never answer.
type silent struct{}

func (silent) Streams(ctx context.Context, _ []probe.StreamQuestion) (map[string]probe.Stream, error) {
	<-ctx.Done()
	return nil, context.Cause(ctx)
}

func (silent) Executions(ctx context.Context, _ []string, _ time.Time) (map[string]probe.Executions, error) {
	<-ctx.Done()
	return nil, context.Cause(ctx)
}

func TestServersThatDoNotAnswerAreNotKnownAfterAWhile(t *testing.T) {
	r := probe.Request{
		Streams: []probe.StreamQuestion{{Topic: "T"}}, Workflows: []string{"w"},
		Outside: probe.Outside{Broker: silent{}, Scheduler: silent{}}, Limits: probe.Limits{Seconds: 1},
	}
	began := time.Now()
	f, err := probe.Gather(t.Context(), nil, r)
	if err != nil {
		t.Fatalf("the review fails: %v", err)
	}
	if took := time.Since(began); took > 10*time.Second {
		t.Errorf("it took %s", took)
	}
	if _, exists, err := f.Stream("T"); exists || !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("the topic: %v, %v", exists, err)
	}
	if _, err := f.Workflow("w"); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("the workflow: %v", err)
	}
}

func TestServersThatNobodyMayAsk(t *testing.T) {
	f, err := probe.Gather(t.Context(), nil, probe.Request{Streams: []probe.StreamQuestion{{Topic: "T"}}, Workflows: []string{"w"}})
	if err != nil {
		t.Fatal(err)
	}
	if _, _, err := f.Stream("T"); !errors.Is(err, probe.ErrNoBroker) || !strings.Contains(err.Error(), "streaming_engine") {
		t.Errorf("the topic: %v", err)
	}
	if _, err := f.Workflow("w"); !errors.Is(err, probe.ErrNoScheduler) || !strings.Contains(err.Error(), "workflows is off") {
		t.Errorf("the workflow: %v", err)
	}
	var nobody *probe.Facts
	if _, _, err := nobody.Stream("T"); !errors.Is(err, probe.ErrNotAsked) {
		t.Errorf("no facts: %v", err)
	}
	if _, err := nobody.Workflow("w"); !errors.Is(err, probe.ErrNotAsked) {
		t.Errorf("no facts: %v", err)
	}
}

// Without topics and workflows nobody is asked, whoever could be.
func TestNothingToAskIsNotAsked(t *testing.T) {
	f, err := probe.Gather(t.Context(), nil, probe.Request{Outside: probe.Outside{Broker: silent{}, Scheduler: silent{}}})
	if err != nil {
		t.Fatal(err)
	}
	if _, _, err := f.Stream("T"); !errors.Is(err, probe.ErrNotAsked) {
		t.Errorf("%v", err)
	}
}
