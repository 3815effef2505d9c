package redpanda

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/twmb/franz-go/pkg/kgo"
)

// Client reads from one cluster of brokers. It may be used by several
// goroutines at once.
type Client struct {
	kafka   *kgo.Client
	options Options
}

// Open connects and waits for one broker's answer. An error says which
// addresses were tried and what to check, never a password.
func Open(ctx context.Context, o Options) (*Client, error) {
	options, err := o.client()
	if err != nil {
		return nil, fmt.Errorf("connecting to Redpanda: %w", err)
	}
	kafka, err := kgo.NewClient(options...)
	if err != nil {
		return nil, fmt.Errorf("connecting to Redpanda: %s; correct broker under [redpanda_config]", o.redact(err.Error()))
	}
	c := &Client{kafka: kafka, options: o}
	ctx, cancel := context.WithTimeout(ctx, o.timeout())
	defer cancel()
	if err := kafka.Ping(ctx); err != nil {
		kafka.Close()
		return nil, c.failure("cannot reach Redpanda at "+c.Describe(), err)
	}
	return c, nil
}

// Describe is where the brokers are and how they are spoken to, without credentials.
func (c *Client) Describe() string { return c.options.String() }

// Close ends all connections. It never fails.
func (c *Client) Close() error {
	c.kafka.Close()
	return nil
}

// redact takes the password out of a text.
func (o Options) redact(text string) string {
	if o.Password == "" {
		return text
	}
	return strings.ReplaceAll(text, o.Password, "***")
}

// failure is an error for people: what failed, and why in words. The cause can
// be asked for, but its text is not shown.
func (c *Client) failure(what string, cause error) error {
	if errors.Is(cause, context.Canceled) {
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
