package session

import (
	"strings"
	"testing"
	"time"

	"github.com/moose-migrate/moose-migrate/pkg/config"
	"github.com/moose-migrate/moose-migrate/pkg/probe"
)

// gathered is what a review knows of the topic Orders and the workflow nightly.
func gathered(t *testing.T, outside probe.Outside, now time.Time) *probe.Facts {
	t.Helper()
	f, err := probe.Gather(t.Context(), nil, probe.Request{
		Streams: []probe.StreamQuestion{{Topic: "Orders"}}, Workflows: []string{"nightly"}, Outside: outside, Now: now,
	})
	if err != nil {
		t.Fatalf("the review fails: %v", err)
	}
	return f
}

func TestAReviewAsksTheBrokersOfTheProject(t *testing.T) {
	b := newBroker(t)
	b.settings.Namespace = "shop"
	b.deploy()
	settings := config.Defaults()
	settings.Redpanda = b.settings
	f := gathered(t, newSession(t, settings).outside(), time.Now())
	if s, exists, err := f.Stream("Orders"); err != nil || !exists || s.Partitions != 3 {
		t.Errorf("%+v, %v, %v", s, exists, err)
	}
}

func TestAReviewAsksTheTemporalOfTheProject(t *testing.T) {
	s := newScheduler(t)
	s.start("nightly", "", 0)
	session := newSession(t, s.settings)
	for range 100 {
		if e, err := gathered(t, session.outside(), time.Now()).Workflow("nightly"); err != nil || e.Running == 1 {
			if err != nil {
				t.Error(err)
			}
			return
		}
		time.Sleep(50 * time.Millisecond)
	}
	t.Error("the run is never seen")
}

func TestServersOutOfReachAreNotKnown(t *testing.T) {
	settings := config.Defaults()
	settings.Features.Workflows = true
	settings.Redpanda.Broker, settings.Redpanda.SASLPassword = "127.0.0.1:1", config.NewSecret("kafka-s3cr3t")
	settings.Temporal.Host, settings.Temporal.Port, settings.Temporal.Scheme = "127.0.0.1", 1, "http"
	began := time.Now()
	f := gathered(t, newSession(t, settings).outside(), began)
	if took := time.Since(began); took > 4*outsideTimeout {
		t.Errorf("it took %s", took)
	}
	_, _, topic := f.Stream("Orders")
	_, workflow := f.Workflow("nightly")
	if topic == nil || !strings.Contains(topic.Error(), "127.0.0.1:1") || strings.Contains(topic.Error(), "s3cr3t") {
		t.Errorf("the topic: %v", topic)
	}
	if workflow == nil || !strings.Contains(workflow.Error(), "cannot reach Temporal") {
		t.Errorf("the workflow: %v", workflow)
	}
}

func TestFeaturesThatAreOffAreNotAsked(t *testing.T) {
	settings := config.Defaults()
	settings.Features.StreamingEngine, settings.Features.Workflows = false, false
	if o := newSession(t, settings).outside(); o.Broker != nil || o.Scheduler != nil {
		t.Errorf("%+v", o)
	}
}
