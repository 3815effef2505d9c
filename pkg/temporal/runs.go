package temporal

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"

	"go.temporal.io/api/common/v1"
	"go.temporal.io/api/enums/v1"
	"go.temporal.io/api/workflowservice/v1"
	"golang.org/x/sync/errgroup"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

// Run is the latest run of a workflow.
type Run struct {
	// Status is Temporal's status in words: running, completed, failed,
	// canceled, terminated, timed out, continued as new, paused. A cron workflow
	// that waits for its next time is running.
	Status string
	// Cron is the cron schedule that the run was started with; empty for none.
	Cron string
}

// Running is the status of a workflow that runs or waits for its next time.
const Running = "running"

// atOnce is how many workflows are asked for at the same time.
const atOnce = 8

// Runs reads the latest run of each of the workflows, by workflow id. A workflow
// that was never started, or whose last run ended so long ago that the namespace
// no longer keeps it, is absent from the result. It takes two round trips for
// each workflow, of which several are asked for at once.
func (c *Client) Runs(ctx context.Context, ids []string) (map[string]Run, error) {
	ctx, cancel := context.WithTimeout(ctx, c.options.timeout())
	defer cancel()
	runs := map[string]Run{}
	var lock sync.Mutex
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(atOnce)
	for _, id := range slices.Compact(slices.Sorted(slices.Values(ids))) {
		group.Go(func() error {
			run, err := c.run(ctx, id)
			if status.Code(err) == codes.NotFound {
				return nil
			}
			if err != nil {
				return c.failure(fmt.Sprintf("reading the workflow %s from Temporal at %s", id, c.Describe()), err)
			}
			lock.Lock()
			defer lock.Unlock()
			runs[id] = run
			return nil
		})
	}
	if err := group.Wait(); err != nil {
		return nil, err
	}
	return runs, nil
}

// run asks for the status, and for the first event of the same run.
func (c *Client) run(ctx context.Context, id string) (Run, error) {
	described, err := c.service.DescribeWorkflowExecution(ctx, &workflowservice.DescribeWorkflowExecutionRequest{
		Namespace: c.options.Namespace, Execution: &common.WorkflowExecution{WorkflowId: id},
	})
	if err != nil {
		return Run{}, err
	}
	info := described.GetWorkflowExecutionInfo()
	history, err := c.service.GetWorkflowExecutionHistory(ctx, &workflowservice.GetWorkflowExecutionHistoryRequest{
		Namespace: c.options.Namespace, Execution: info.GetExecution(), MaximumPageSize: 1,
	})
	if err != nil {
		return Run{}, err
	}
	run := Run{Status: words(info.GetStatus())}
	if events := history.GetHistory().GetEvents(); len(events) > 0 {
		run.Cron = events[0].GetWorkflowExecutionStartedEventAttributes().GetCronSchedule()
	}
	return run, nil
}

// words writes a status such as "TimedOut" as "timed out".
func words(s enums.WorkflowExecutionStatus) string {
	var b strings.Builder
	for i, r := range s.String() {
		if i > 0 && r >= 'A' && r <= 'Z' {
			b.WriteByte(' ')
		}
		b.WriteRune(r)
	}
	return strings.ToLower(b.String())
}
