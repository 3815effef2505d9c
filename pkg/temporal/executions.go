package temporal

import (
	"context"
	"strings"
	"time"

	"go.temporal.io/api/enums/v1"
	"go.temporal.io/api/workflow/v1"
	"go.temporal.io/api/workflowservice/v1"

	"github.com/moose-migrate/moose-migrate/pkg/probe"
)

// The executions that are looked at are bounded: pages of so many, and so many pages.
const (
	pageSize = 1000
	maxPages = 20
)

// Executions counts the open executions of workflows at the time now. Moose names an
// execution after its workflow; one that was started with input has a hyphen and 16
// hexadecimal digits after it (framework-cli, scripts/executor.rs). It only reads.
func (c *Client) Executions(ctx context.Context, names []string, now time.Time) (map[string]probe.Executions, error) {
	ctx, cancel := context.WithTimeout(ctx, c.options.timeout())
	defer cancel()
	out := map[string]probe.Executions{}
	wanted := map[string]bool{}
	for _, name := range names {
		wanted[name] = true
	}
	var page []byte
	for n := 0; ; n++ {
		if n == maxPages {
			for name := range wanted {
				e := out[name]
				e.More = true
				out[name] = e
			}
			return out, nil
		}
		// A condition on names would carry them into a query language.
		response, err := c.service.ListWorkflowExecutions(ctx, &workflowservice.ListWorkflowExecutionsRequest{
			Namespace: c.options.Namespace, PageSize: pageSize, NextPageToken: page, Query: "ExecutionStatus = 'Running'",
		})
		if err != nil {
			return nil, c.failure("listing the running workflows of Temporal at "+c.Describe(), err)
		}
		for _, info := range response.GetExecutions() {
			if name := workflowOf(info.GetExecution().GetWorkflowId(), wanted); name != "" {
				out[name] = with(out[name], info, now)
			}
		}
		if page = response.GetNextPageToken(); len(page) == 0 {
			return out, nil
		}
	}
}

// hashDigits is the length of what stands after the name for an input.
const hashDigits = 16

// workflowOf is the wanted workflow that an execution belongs to, "" for none.
func workflowOf(id string, wanted map[string]bool) string {
	if wanted[id] {
		return id
	}
	i := strings.LastIndexByte(id, '-')
	if i < 0 || len(id)-i-1 != hashDigits || strings.Trim(id[i+1:], "0123456789abcdef") != "" || !wanted[id[:i]] {
		return ""
	}
	return id[:i]
}

// with adds an execution. Between two times of its schedule, a workflow's next
// execution is open already, and begins in the future.
func with(e probe.Executions, info *workflow.WorkflowExecutionInfo, now time.Time) probe.Executions {
	switch {
	case info.GetStatus() != enums.WORKFLOW_EXECUTION_STATUS_RUNNING:
		return e
	case begins(info).After(now) && begins(info).After(info.GetStartTime().AsTime()):
		e.Waiting++
		return e
	}
	e.Running++
	if at := info.GetStartTime().AsTime(); info.GetStartTime() != nil && (e.Oldest.IsZero() || at.Before(e.Oldest)) {
		e.Oldest = at
	}
	return e
}

// begins is when an execution begins to work, which is when it was started unless it
// waits for a time.
func begins(info *workflow.WorkflowExecutionInfo) time.Time {
	if info.GetExecutionTime() == nil {
		return info.GetStartTime().AsTime()
	}
	return info.GetExecutionTime().AsTime()
}
