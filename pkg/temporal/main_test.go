package temporal_test

import (
	"context"
	"net"
	"strconv"
	"strings"
	"testing"

	"go.temporal.io/api/common/v1"
	"go.temporal.io/api/taskqueue/v1"
	"go.temporal.io/api/workflowservice/v1"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"

	"github.com/moose-migrate/moose-migrate/pkg/temporal"
)

const apiKey = "temporal-s3cr3t"

// at are the options for a server without TLS.
func at(t *testing.T, addr string) temporal.Options {
	t.Helper()
	host, port, err := net.SplitHostPort(addr)
	if err != nil {
		t.Fatal(err)
	}
	n, err := strconv.ParseUint(port, 10, 16)
	if err != nil {
		t.Fatal(err)
	}
	return temporal.Options{Host: host, Port: uint16(n), Scheme: "http", Namespace: "default"}
}

func open(t *testing.T, o temporal.Options) *temporal.Client {
	t.Helper()
	client, err := temporal.Open(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { client.Close() })
	return client
}

// moose starts and stops workflows as Moose does.
type moose struct {
	workflowservice.WorkflowServiceClient
	t *testing.T
}

func newMoose(t *testing.T, addr string) moose {
	t.Helper()
	conn, err := grpc.NewClient(addr, grpc.WithTransportCredentials(insecure.NewCredentials()))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	return moose{workflowservice.NewWorkflowServiceClient(conn), t}
}

func (m moose) start(id, cron string) {
	m.t.Helper()
	_, err := m.StartWorkflowExecution(m.t.Context(), &workflowservice.StartWorkflowExecutionRequest{
		Namespace: "default", WorkflowId: id, RequestId: id + cron, Identity: "moose-cli", CronSchedule: cron,
		WorkflowType: &common.WorkflowType{Name: "ScriptWorkflow"},
		TaskQueue:    &taskqueue.TaskQueue{Name: "typescript-script-queue"},
	})
	if err != nil {
		m.t.Fatalf("starting %s: %v", id, err)
	}
}

func (m moose) terminate(id string) {
	m.t.Helper()
	_, err := m.TerminateWorkflowExecution(m.t.Context(), &workflowservice.TerminateWorkflowExecutionRequest{
		Namespace: "default", WorkflowExecution: &common.WorkflowExecution{WorkflowId: id}, Reason: "test",
	})
	if err != nil {
		m.t.Fatalf("terminating %s: %v", id, err)
	}
}

// says asserts that an error has the words and no API key.
func says(t *testing.T, err error, words ...string) {
	t.Helper()
	if err == nil {
		t.Errorf("no error, want one with %q", words)
		return
	}
	for _, w := range words {
		if !strings.Contains(err.Error(), w) {
			t.Errorf("the error lacks %q: %v", w, err)
		}
	}
	if strings.Contains(err.Error(), apiKey) {
		t.Errorf("the error has the API key: %v", err)
	}
}

// serve starts a gRPC server whose every call goes to the handler.
func serve(t *testing.T, handler grpc.StreamHandler, options ...grpc.ServerOption) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	server := grpc.NewServer(append(options, grpc.UnknownServiceHandler(handler))...)
	go server.Serve(l)
	t.Cleanup(server.Stop)
	return l.Addr().String()
}

func canceled(t *testing.T) context.Context {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	return ctx
}
