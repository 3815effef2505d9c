package temporal_test

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"
	"go.temporal.io/api/common/v1"
	"go.temporal.io/api/workflowservice/v1"

	"github.com/moose-migrate/moose-migrate/internal/testparts"
	"github.com/moose-migrate/moose-migrate/pkg/temporal"
)

func TestRunsAsTheServerHasThem(t *testing.T) {
	server := testparts.Temporal(t)
	m := newMoose(t, server.Addr)
	m.start("nightly", "0 3 * * *")
	m.start("manual", "")
	m.start("stopped", "0 4 * * *")
	m.terminate("stopped")
	m.start("again", "0 5 * * *")
	m.terminate("again")
	m.start("again", "0 6 * * *")
	m.start("cancelled", "@every 24h")
	if _, err := m.RequestCancelWorkflowExecution(t.Context(), &workflowservice.RequestCancelWorkflowExecutionRequest{
		Namespace: "default", WorkflowExecution: &common.WorkflowExecution{WorkflowId: "cancelled"},
	}); err != nil {
		t.Fatal(err)
	}
	ids := []string{"nightly", "manual", "stopped", "again", "cancelled", "never"}
	want := map[string]temporal.Run{
		"nightly":   {Status: temporal.Running, Cron: "0 3 * * *"},
		"manual":    {Status: temporal.Running},
		"stopped":   {Status: "terminated", Cron: "0 4 * * *"},
		"again":     {Status: temporal.Running, Cron: "0 6 * * *"},
		"cancelled": {Status: temporal.Running, Cron: "@every 24h"}, // until its worker agrees
	}
	for i := range 30 {
		id := fmt.Sprintf("w%d", i)
		m.start(id, "0 1 * * *")
		ids, want[id] = append(ids, id), temporal.Run{Status: temporal.Running, Cron: "0 1 * * *"}
	}
	client := open(t, at(t, server.Addr))
	got, err := client.Runs(t.Context(), ids)
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
	if got, err := client.Runs(t.Context(), nil); err != nil || len(got) != 0 {
		t.Errorf("no ids: %v, %v", got, err)
	}
	if err := server.Close(); err != nil {
		t.Fatal(err)
	}
	_, err = client.Runs(t.Context(), []string{"nightly"})
	says(t, err, "reading the workflow nightly from Temporal at http://"+server.Addr)
}

func TestANamespaceThatIsNotThere(t *testing.T) {
	o := at(t, testparts.Temporal(t).Addr)
	o.Namespace = "shop"
	_, err := temporal.Open(t.Context(), o)
	says(t, err, `has no namespace "shop"`, "[temporal_config]")
}
