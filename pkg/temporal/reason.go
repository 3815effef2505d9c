package temporal

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

// redact takes the API key out of a text.
func (o Options) redact(text string) string {
	if o.APIKey == "" {
		return text
	}
	return strings.ReplaceAll(text, o.APIKey, "***")
}

// failure is an error for people: what failed, and why in words. The cause can
// be asked for, but its text is not shown.
func (c *Client) failure(what string, cause error) error {
	switch {
	case status.Code(cause) == codes.Canceled, errors.Is(cause, context.Canceled):
		return fmt.Errorf("%s: %w", what, context.Canceled)
	}
	return &failure{what + ": " + c.reason(cause), cause}
}

type failure struct {
	text  string
	cause error
}

func (f *failure) Error() string { return f.text }
func (f *failure) Unwrap() error { return f.cause }

// reason says in words why the server could not be asked. gRPC wraps the cause
// of a failed connection into text, so only the text can tell.
func (c *Client) reason(err error) string {
	text := c.options.redact(status.Convert(err).Message())
	switch code := status.Code(err); {
	case code == codes.Unauthenticated:
		return "it refused the credentials; check api_key, or client_cert and client_key (" + text + ")"
	case code == codes.PermissionDenied:
		return "the credentials do not permit it; they need to read the namespace " + c.options.Namespace + " (" + text + ")"
	case strings.Contains(text, "connection refused"):
		return "connection refused; is Temporal running, and is this its gRPC port?"
	case strings.Contains(text, "dial tcp: lookup "):
		return fmt.Sprintf("the host name %q is not known", c.options.Host)
	case strings.Contains(text, "x509:"), strings.Contains(text, "tls: failed to verify certificate"):
		return "its certificate cannot be trusted; check ca_cert (" + text + ")"
	case strings.Contains(text, "first record does not look like a TLS handshake"):
		return "it does not speak TLS there; set temporal_scheme to http, if the server is meant to have none"
	case code == codes.DeadlineExceeded, errors.Is(err, context.DeadlineExceeded):
		return fmt.Sprintf("no answer within %s; is this its gRPC port, and does temporal_scheme (%s) fit it?", c.options.timeout(), c.options.scheme())
	case strings.Contains(text, "EOF"), strings.Contains(text, "connection reset"), strings.Contains(text, "server preface"):
		return fmt.Sprintf("it closed the connection; is this its gRPC port, and does temporal_scheme (%s) fit it?", c.options.scheme())
	default:
		return fmt.Sprintf("it answered %s: %s", code, text)
	}
}
