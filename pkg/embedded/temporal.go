package embedded

import (
	"context"
	"fmt"
	"net"
	"path/filepath"
	"strconv"
	"time"

	"github.com/google/uuid"
	"go.temporal.io/api/workflowservice/v1"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/status"
)

// TemporalOptions say how to run a Temporal.
type TemporalOptions struct {
	Program      string // path of temporal; from parts.Store.Temporal
	DataDir      string // made if missing; holds the database and the log
	Port         int    // 0 chooses a free one
	Environ      []string
	StartTimeout time.Duration // 0 means 30 s
}

// Temporal is a running Temporal development server. It has the namespace
// "default", asks for no credentials and speaks no TLS.
type Temporal struct {
	Addr    string // host:port of its gRPC interface
	LogFile string
	process *process
}

// StartTemporal starts a Temporal server without its web interface and waits
// until it answers.
func StartTemporal(ctx context.Context, o TemporalOptions) (*Temporal, error) {
	dir, err := dataDir(o.DataDir, "Temporal")
	if err != nil {
		return nil, err
	}
	o.DataDir = dir
	ctx, cancel := context.WithTimeout(ctx, orDefault(o.StartTimeout, 30*time.Second))
	defer cancel()
	if o.Port != 0 {
		return startTemporal(ctx, o, o.Port)
	}
	return onFreePort(ctx, func(ctx context.Context, port int) (*Temporal, error) { return startTemporal(ctx, o, port) })
}

func startTemporal(ctx context.Context, o TemporalOptions, port int) (*Temporal, error) {
	// A namespace that no other server has tells that it is ours that answers.
	mark := "moose-" + uuid.NewString()
	logFile := filepath.Join(o.DataDir, "temporal.log")
	p, err := launch(spec{
		name: "Temporal", path: o.Program, dir: o.DataDir, env: o.Environ, logFile: logFile,
		args: []string{
			"server", "start-dev", "--headless", "--ip", loopback, "--port", strconv.Itoa(port),
			"--db-filename", filepath.Join(o.DataDir, "temporal.sqlite"), "--namespace", mark,
			"--log-level", "warn", "--disable-config-file", "--disable-config-env",
		},
	})
	if err != nil {
		return nil, err
	}
	addr := net.JoinHostPort(loopback, strconv.Itoa(port))
	conn, err := grpc.NewClient("passthrough:///"+addr, grpc.WithTransportCredentials(insecure.NewCredentials()), grpc.WithNoProxy())
	if err != nil {
		return nil, p.failed(err)
	}
	defer conn.Close()
	service := workflowservice.NewWorkflowServiceClient(conn)
	check := func(ctx context.Context) error { return hasNamespaces(ctx, service, mark, "default") }
	if err := p.await(ctx, check); err != nil {
		return nil, p.startFailed(err, "address already in use")
	}
	return &Temporal{Addr: addr, LogFile: logFile, process: p}, nil
}

// hasNamespaces asks for each namespace; a server without one is not the one
// that was started, or has not made it yet.
func hasNamespaces(ctx context.Context, service workflowservice.WorkflowServiceClient, names ...string) error {
	for _, name := range names {
		_, err := service.DescribeNamespace(ctx, &workflowservice.DescribeNamespaceRequest{Namespace: name}, grpc.WaitForReady(true))
		if status.Code(err) == codes.NotFound {
			return fmt.Errorf("%w, or it has not made its namespaces yet: %w", errPortTaken, err)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// Close stops the server and waits for its end.
func (s *Temporal) Close() error { return s.process.close() }
