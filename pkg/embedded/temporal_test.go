package embedded

import (
	"errors"
	"net"
	"os"
	"testing"

	"go.temporal.io/api/workflowservice/v1"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"

	"github.com/moose-migrate/moose-migrate/pkg/embedded/parts"
)

func TestTemporal(t *testing.T) {
	program := realPart(t, (*parts.Store).Temporal)
	server, err := StartTemporal(t.Context(), TemporalOptions{Program: program, DataDir: t.TempDir(), Environ: os.Environ()})
	if err != nil {
		t.Fatal(err)
	}
	conn, err := grpc.NewClient(server.Addr, grpc.WithTransportCredentials(insecure.NewCredentials()))
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	service := workflowservice.NewWorkflowServiceClient(conn)
	if _, err := service.DescribeNamespace(t.Context(), &workflowservice.DescribeNamespaceRequest{Namespace: "default"}); err != nil {
		t.Errorf("the namespace default: %v", err)
	}
	if info, err := os.Stat(server.LogFile); err != nil || info.IsDir() {
		t.Errorf("its log: %v, %v", info, err)
	}
	second := TemporalOptions{Program: program, DataDir: t.TempDir(), Environ: os.Environ()}
	if _, err := startTemporal(t.Context(), second, portOf(t, server.Addr)); !errors.Is(err, errPortTaken) {
		t.Errorf("on a taken port: %v", err)
	}
	for range 2 {
		if err := server.Close(); err != nil {
			t.Errorf("close: %v", err)
		}
	}
	if conn, err := net.Dial("tcp", server.Addr); err == nil {
		conn.Close()
		t.Error("it listens after Close")
	}
}

func TestTemporalThatCannotStart(t *testing.T) {
	if _, err := StartTemporal(t.Context(), TemporalOptions{Program: "/bin/false", DataDir: t.TempDir()}); err == nil {
		t.Error("no error from a program that ends at once")
	}
	if _, err := StartTemporal(t.Context(), TemporalOptions{Program: "/bin/false"}); err == nil {
		t.Error("no error without a folder")
	}
}
