package temporal_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"go.temporal.io/api/workflowservice/v1"

	"github.com/moose-migrate/moose-migrate/internal/testparts"
	"github.com/moose-migrate/moose-migrate/pkg/probe"
)

// listed waits until so many open executions are listed.
func (m moose) listed(n int64) {
	m.t.Helper()
	for range 100 {
		got, err := m.CountWorkflowExecutions(m.t.Context(), &workflowservice.CountWorkflowExecutionsRequest{Namespace: "default", Query: "ExecutionStatus = 'Running'"})
		if err != nil {
			m.t.Fatal(err)
		}
		if got.GetCount() == n {
			return
		}
		time.Sleep(50 * time.Millisecond)
	}
	m.t.Fatalf("there are not %d open executions", n)
}

func TestOpenExecutions(t *testing.T) {
	server := testparts.Temporal(t)
	m := newMoose(t, server.Addr)
	began := time.Now().Add(-time.Second)
	m.start("nightly", "0 3 1 1 *")
	m.start("nightly-0123456789abcdef", "")
	m.start("nightly-0123456789abcde", "")  // another workflow: the hash is too short
	m.start("nightly-0123456789ABCDEF", "") // and here it is none
	m.start("nightly-2-0123456789abcdef", "")
	m.start("it's \\ \" odd", "")
	m.start("gone", "")
	m.terminate("gone")
	m.listed(6)
	client := open(t, at(t, server.Addr))
	got, err := client.Executions(t.Context(), []string{"nightly", "it's \\ \" odd", "gone", "never"}, time.Now())
	if err != nil {
		t.Fatal(err)
	}
	for name, e := range got {
		if e.Running > 0 && (e.Oldest.Before(began) || e.Oldest.After(time.Now().Add(time.Second))) {
			t.Errorf("%s: the oldest was started at %s", name, e.Oldest)
		}
	}
	want := map[string]probe.Executions{"nightly": {Running: 1, Waiting: 1}, "it's \\ \" odd": {Running: 1}}
	if d := cmp.Diff(want, got, cmpopts.IgnoreFields(probe.Executions{}, "Oldest")); d != "" {
		t.Error(d)
	}
	// Once its time has come, the schedule is at work.
	later, err := client.Executions(t.Context(), []string{"nightly"}, time.Now().AddDate(2, 0, 0))
	if err != nil || later["nightly"].Running != 2 {
		t.Errorf("%+v, %v", later, err)
	}
	if _, err := client.Executions(canceled(t), []string{"nightly"}, time.Now()); err == nil {
		t.Error("no error after the end of its context")
	}
}
