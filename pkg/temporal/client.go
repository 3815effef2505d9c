package temporal

import (
	"context"
	"errors"
	"fmt"

	"go.temporal.io/api/workflowservice/v1"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

// Client reads from one namespace of a Temporal server. It may be used by
// several goroutines at once.
type Client struct {
	conn    *grpc.ClientConn
	service workflowservice.WorkflowServiceClient
	options Options
}

// Open connects and asks for the namespace. An error says which address was
// tried and what to check, never a credential.
func Open(ctx context.Context, o Options) (*Client, error) {
	if err := o.check(); err != nil {
		return nil, fmt.Errorf("connecting to Temporal: %w", err)
	}
	transport, err := o.transport()
	if err != nil {
		return nil, fmt.Errorf("connecting to Temporal: %w", err)
	}
	dial := []grpc.DialOption{grpc.WithTransportCredentials(transport), grpc.WithUserAgent("moose-migrate")}
	if o.APIKey != "" {
		dial = append(dial, grpc.WithPerRPCCredentials(apiKey{key: o.APIKey, namespace: o.Namespace}))
	}
	// Without the scheme, gRPC would resolve the name itself and not say which one it does not know.
	conn, err := grpc.NewClient("passthrough:///"+o.address(), dial...)
	if err != nil {
		return nil, fmt.Errorf("connecting to Temporal at %s: %s", o, o.redact(err.Error()))
	}
	c := &Client{conn: conn, service: workflowservice.NewWorkflowServiceClient(conn), options: o}
	ctx, cancel := context.WithTimeout(ctx, o.timeout())
	defer cancel()
	_, err = c.service.DescribeNamespace(ctx, &workflowservice.DescribeNamespaceRequest{Namespace: o.Namespace})
	switch {
	case status.Code(err) == codes.NotFound:
		err = fmt.Errorf("Temporal at %s has no namespace %q; create it, or correct namespace under [temporal_config]", o, o.Namespace)
	case err != nil:
		err = c.failure("cannot reach Temporal at "+c.Describe(), err)
	}
	if err != nil {
		return nil, errors.Join(err, conn.Close())
	}
	return c, nil
}

// Describe is where the server is and which namespace is read, without credentials.
func (c *Client) Describe() string { return c.options.String() }

// Close ends the connection.
func (c *Client) Close() error { return c.conn.Close() }

// apiKey sends the key with every call, in the headers that Temporal Cloud asks for.
type apiKey struct{ key, namespace string }

func (a apiKey) GetRequestMetadata(context.Context, ...string) (map[string]string, error) {
	return map[string]string{"authorization": "Bearer " + a.key, "temporal-namespace": a.namespace}, nil
}

func (apiKey) RequireTransportSecurity() bool { return true }
