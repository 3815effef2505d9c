package session

import (
	"net"
	"strconv"
	"testing"
	"time"

	"github.com/google/uuid"
	"go.temporal.io/api/common/v1"
	"go.temporal.io/api/taskqueue/v1"
	"go.temporal.io/api/workflowservice/v1"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/protobuf/types/known/durationpb"

	"github.com/moose-migrate/moose-migrate/internal/testparts"
	"github.com/moose-migrate/moose-migrate/pkg/config"
	"github.com/moose-migrate/moose-migrate/pkg/inframap"
)

// scheduler is a Temporal and the project that uses it.
type scheduler struct {
	workflowservice.WorkflowServiceClient
	t        *testing.T
	settings config.Settings
	recorded *inframap.Map
}

func newScheduler(t *testing.T) *scheduler {
	t.Helper()
	server := testparts.Temporal(t)
	conn, err := grpc.NewClient(server.Addr, grpc.WithTransportCredentials(insecure.NewCredentials()))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	host, port, err := net.SplitHostPort(server.Addr)
	if err != nil {
		t.Fatal(err)
	}
	n, err := strconv.ParseUint(port, 10, 16)
	if err != nil {
		t.Fatal(err)
	}
	settings := config.Defaults()
	settings.Features.Workflows = true
	settings.Temporal.Host, settings.Temporal.Port, settings.Temporal.Scheme = host, uint16(n), "http"
	return &scheduler{WorkflowServiceClient: workflowservice.NewWorkflowServiceClient(conn), t: t, settings: settings}
}

// start is what Moose does with a workflow; lasting bounds a run of a cron
// workflow, and the whole of another; 0 does not.
func (s *scheduler) start(id, cron string, lasting time.Duration) {
	s.t.Helper()
	request := &workflowservice.StartWorkflowExecutionRequest{
		Namespace: "default", WorkflowId: id, RequestId: uuid.NewString(), CronSchedule: cron,
		WorkflowType: &common.WorkflowType{Name: "ScriptWorkflow"}, TaskQueue: &taskqueue.TaskQueue{Name: "python-script-queue"},
	}
	switch {
	case lasting > 0 && cron != "":
		request.WorkflowRunTimeout = durationpb.New(lasting)
	case lasting > 0:
		request.WorkflowExecutionTimeout = durationpb.New(lasting)
	}
	if _, err := s.StartWorkflowExecution(s.t.Context(), request); err != nil {
		s.t.Fatalf("starting %s: %v", id, err)
	}
}

func (s *scheduler) terminate(id string) {
	s.t.Helper()
	_, err := s.TerminateWorkflowExecution(s.t.Context(), &workflowservice.TerminateWorkflowExecutionRequest{
		Namespace: "default", WorkflowExecution: &common.WorkflowExecution{WorkflowId: id},
	})
	if err != nil {
		s.t.Fatalf("terminating %s: %v", id, err)
	}
}

// ended waits until the latest run of a workflow is over.
func (s *scheduler) ended(id string) {
	s.t.Helper()
	_, err := s.GetWorkflowExecutionHistory(s.t.Context(), &workflowservice.GetWorkflowExecutionHistoryRequest{
		Namespace: "default", Execution: &common.WorkflowExecution{WorkflowId: id}, WaitNewEvent: true,
		HistoryEventFilterType: 2, // the event that closes it
	})
	if err != nil {
		s.t.Fatalf("waiting for the end of %s: %v", id, err)
	}
}

func TestScheduleDrift(t *testing.T) {
	s := newScheduler(t)
	const nightly = "0 3 * * *"
	seen := map[string]struct {
		schedule string
		done     func(id string)
		want     string
	}{
		"other-cron":       {nightly, func(id string) { s.start(id, "0 4 * * *", 0) }, "update workflow other-cron: config.schedule 0 3 * * * → 0 4 * * *"},
		"other-than-short": {"5m", func(id string) { s.start(id, "*/6 * * * *", 0) }, "update workflow other-than-short: config.schedule 5m → */6 * * * *"},
		"terminated":       {nightly, func(id string) { s.start(id, nightly, 0); s.terminate(id) }, "update workflow terminated: status running → terminated"},
		"never-started":    {nightly, func(string) {}, "remove workflow never-started"},
		"by-hand":          {nightly, func(id string) { s.start(id, "", 0) }, "update workflow by-hand: config.schedule 0 3 * * * →"},
		"timed-out":        {nightly, func(id string) { s.start(id, "", time.Second); s.ended(id) }, "update workflow timed-out: status running → timed out"},
		"restarted-otherwise": {nightly, func(id string) {
			s.start(id, nightly, 0)
			s.terminate(id)
			s.start(id, "@hourly", 0)
		}, "update workflow restarted-otherwise: config.schedule 0 3 * * * → @hourly"},
		"terminated-twice": {nightly, func(id string) {
			for range 2 {
				s.start(id, "0 5 * * *", 0)
				s.terminate(id)
			}
		}, "update workflow terminated-twice: status running → terminated"},
	}
	silent := map[string]struct {
		schedule string
		done     func(id string)
	}{
		"as-recorded":            {nightly, func(id string) { s.start(id, nightly, 0) }},
		"minutes":                {"5m", func(id string) { s.start(id, "*/5 * * * *", 0) }},
		"hours":                  {"2h", func(id string) { s.start(id, "0 */2 * * *", 0) }},
		"every":                  {"@every 12h", func(id string) { s.start(id, "@every 12h", 0) }},
		"restarted":              {nightly, func(id string) { s.start(id, nightly, 0); s.terminate(id); s.start(id, nightly, 0) }},
		"manual-never-started":   {"", func(string) {}},
		"manual-running":         {"", func(id string) { s.start(id, "", 0) }},
		"manual-terminated":      {"", func(id string) { s.start(id, "", 0); s.terminate(id) }},
		"manual-on-a-schedule":   {"", func(id string) { s.start(id, nightly, 0) }},
		"with-input-beside-it":   {nightly, func(id string) { s.start(id, nightly, 0); s.start(id+"-0f1e2d3c", "", 0) }},
		"several-runs":           {"@every 1s", func(id string) { s.start(id, "@every 1s", time.Second); s.ended(id) }},
		"with-a-name in ümlauts": {nightly, func(id string) { s.start(id, nightly, 0) }},
	}
	one := func(id, schedule string, done func(string), want ...string) {
		t.Run(id, func(t *testing.T) {
			s.t, s.recorded = t, inframap.New("db")
			s.recorded.Workflows[id] = &inframap.Workflow{Name: id, Config: inframap.WorkflowConfig{Name: id, Schedule: schedule}}
			done(id)
			expect(t, newSession(t, s.settings), s.recorded, want...)
		})
	}
	all := inframap.New("db")
	for id, c := range seen {
		one(id, c.schedule, c.done, c.want)
		all.Workflows[id] = &inframap.Workflow{Name: id, Config: inframap.WorkflowConfig{Schedule: c.schedule}}
	}
	for id, c := range silent {
		one(id, c.schedule, c.done)
		all.Workflows[id] = &inframap.Workflow{Name: id, Config: inframap.WorkflowConfig{Schedule: c.schedule}}
	}
	t.Run("all at once", func(t *testing.T) {
		var want []string
		for _, id := range inframap.Keys(seen) {
			want = append(want, seen[id].want)
		}
		expect(t, newSession(t, s.settings), all, want...)
	})
}
