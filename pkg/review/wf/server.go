package wf

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/google/uuid"
	"go.temporal.io/api/common/v1"
	"go.temporal.io/api/enums/v1"
	"go.temporal.io/api/taskqueue/v1"
	"go.temporal.io/api/workflowservice/v1"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/protobuf/types/known/durationpb"

	"github.com/moose-migrate/moose-migrate/pkg/embedded"
	"github.com/moose-migrate/moose-migrate/pkg/embedded/parts"
)

// server is a Temporal of its own, for demonstrations. The first error ends everything
// after it.
type server struct {
	ctx     context.Context
	service workflowservice.WorkflowServiceClient
	said    []string
	err     error
}

// The names that Moose uses (framework-cli, utilities/constants.rs), and the namespace
// of an embedded Temporal.
const (
	namespace    = "default"
	workflowType = "ScriptWorkflow"
	queue        = "typescript-script-queue"
)

// play runs a demonstration on a Temporal of its own, which is fetched when there is
// none yet, and returns what it says.
func play(ctx context.Context, scene func(*server)) (text string, err error) {
	store, err := parts.New(parts.Options{Environ: os.Environ()})
	if err != nil {
		return "", err
	}
	program, err := store.Temporal(ctx)
	if err != nil {
		return "", err
	}
	dir, err := os.MkdirTemp("", "moose-temporal-")
	if err != nil {
		return "", fmt.Errorf("making a folder for Temporal: %w", err)
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	running, err := embedded.StartTemporal(ctx, embedded.TemporalOptions{Program: program, DataDir: dir, Environ: os.Environ()})
	if err != nil {
		return "", err
	}
	defer func() { err = errors.Join(err, running.Close()) }()
	conn, err := grpc.NewClient(running.Addr, grpc.WithTransportCredentials(insecure.NewCredentials()))
	if err != nil {
		return "", fmt.Errorf("connecting to Temporal: %w", err)
	}
	defer func() { err = errors.Join(err, conn.Close()) }()
	t := &server{ctx: ctx, service: workflowservice.NewWorkflowServiceClient(conn)}
	scene(t)
	return strings.Join(t.said, "\n"), t.err
}

func (t *server) say(format string, args ...any) {
	t.said = append(t.said, fmt.Sprintf(format, args...))
}

func (t *server) keep(err error) {
	if t.err == nil {
		t.err = err
	}
}

// start starts a run as Moose does; a timeout of 0 is none.
func (t *server) start(id, cron string, timeout time.Duration) {
	r := &workflowservice.StartWorkflowExecutionRequest{
		Namespace: namespace, WorkflowId: id, RequestId: uuid.NewString(), CronSchedule: cron,
		WorkflowType: &common.WorkflowType{Name: workflowType}, TaskQueue: &taskqueue.TaskQueue{Name: queue},
	}
	if timeout > 0 {
		r.WorkflowRunTimeout = durationpb.New(timeout)
	}
	_, err := t.service.StartWorkflowExecution(t.ctx, r)
	t.keep(err)
}

func (t *server) terminate(id string) {
	_, err := t.service.TerminateWorkflowExecution(t.ctx, &workflowservice.TerminateWorkflowExecutionRequest{
		Namespace: namespace, WorkflowExecution: &common.WorkflowExecution{WorkflowId: id}, Reason: "the workflow is removed",
	})
	t.keep(err)
}

func (t *server) status(id string) string {
	described, err := t.service.DescribeWorkflowExecution(t.ctx, &workflowservice.DescribeWorkflowExecutionRequest{
		Namespace: namespace, Execution: &common.WorkflowExecution{WorkflowId: id},
	})
	t.keep(err)
	return described.GetWorkflowExecutionInfo().GetStatus().String()
}

// workers is how many ask for work.
func (t *server) workers() int {
	described, err := t.service.DescribeTaskQueue(t.ctx, &workflowservice.DescribeTaskQueueRequest{
		Namespace: namespace, TaskQueue: &taskqueue.TaskQueue{Name: queue}, TaskQueueType: enums.TASK_QUEUE_TYPE_WORKFLOW,
	})
	t.keep(err)
	return len(described.GetPollers())
}

// events is the number of events in the history of the latest run.
func (t *server) events(id string) int {
	history, err := t.service.GetWorkflowExecutionHistory(t.ctx, &workflowservice.GetWorkflowExecutionHistoryRequest{
		Namespace: namespace, Execution: &common.WorkflowExecution{WorkflowId: id},
	})
	t.keep(err)
	return len(history.GetHistory().GetEvents())
}

// ended waits until the latest run is over.
func (t *server) ended(id string) {
	_, err := t.service.GetWorkflowExecutionHistory(t.ctx, &workflowservice.GetWorkflowExecutionHistoryRequest{
		Namespace: namespace, Execution: &common.WorkflowExecution{WorkflowId: id}, WaitNewEvent: true,
		HistoryEventFilterType: enums.HISTORY_EVENT_FILTER_TYPE_CLOSE_EVENT,
	})
	t.keep(err)
}

// settling is how long a run is given to come to an end by itself.
const settling = 2 * time.Second

func (t *server) wait() {
	select {
	case <-t.ctx.Done():
		t.keep(context.Cause(t.ctx))
	case <-time.After(settling):
	}
}
