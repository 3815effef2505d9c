package clickhouse

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"
	"time"

	"github.com/ClickHouse/clickhouse-go/v2"
	"github.com/ClickHouse/clickhouse-go/v2/lib/driver"

	"github.com/moose-migrate/moose-migrate/pkg/dsn"
)

// Client talks to one ClickHouse server.
type Client struct {
	conn    driver.Conn
	dsn     dsn.ClickHouse
	secrets []string

	inspection inspection
	// queuePatience is how long late answers of a cluster are waited for; 0 stands for the usual.
	queuePatience time.Duration
	// Version is the server's version, such as "26.7.2.1".
	Version string
}

// sessionSettings are those that Moose sets on every connection: they decide how
// Nested and JSON columns come to be.
var sessionSettings = clickhouse.Settings{"flatten_nested": 0}

// pingTimeout bounds the first answer of a server.
const pingTimeout = 15 * time.Second

// Open connects and asks for the server's version. An error says which host and
// port were tried over which protocol, never the password.
func Open(ctx context.Context, target dsn.ClickHouse) (*Client, error) {
	options := target.Options()
	if options.Settings == nil {
		options.Settings = clickhouse.Settings{}
	}
	for k, v := range sessionSettings {
		options.Settings[k] = v
	}
	if options.DialTimeout == 0 { // the driver's own 30 s also bound the native handshake
		options.DialTimeout = pingTimeout
	}
	conn, err := clickhouse.Open(options)
	if err != nil {
		return nil, unreachable(target, err)
	}
	c := &Client{conn: conn, dsn: target}
	pingCtx, cancel := context.WithTimeout(ctx, pingTimeout)
	defer cancel()
	if err := conn.QueryRow(pingCtx, "SELECT version()").Scan(&c.Version); err != nil {
		_ = conn.Close()
		return nil, unreachable(target, err)
	}
	return c, nil
}

// Hide takes further credentials, such as those of S3 tables, out of every error
// that the client returns from now on.
func (c *Client) Hide(secrets ...string) { c.secrets = append(c.secrets, secrets...) }

func (c *Client) redact(text string) string {
	return dsn.Redact(text, append(c.dsn.Secrets(), c.secrets...)...)
}

// Conn is the underlying connection pool, for the state store.
func (c *Client) Conn() driver.Conn { return c.conn }

// Database is the database that the connection names.
func (c *Client) Database() string { return c.dsn.Database }

// Describe is the server's address, without credentials.
func (c *Client) Describe() string { return c.dsn.Masked() }

// ServerVersion is the server's version, such as "26.7.2.1".
func (c *Client) ServerVersion() string { return c.Version }

// Close ends all connections.
func (c *Client) Close() error { return c.conn.Close() }

func unreachable(target dsn.ClickHouse, err error) error {
	var exception *clickhouse.Exception
	if errors.As(err, &exception) {
		return explain(target, exception)
	}
	reason := target.Redact(err.Error())
	var dns *net.DNSError
	var network net.Error
	switch {
	case errors.As(err, &dns):
		reason = fmt.Sprintf("the host name %q is not known", dns.Name)
	case strings.Contains(reason, "connection refused"):
		reason = "connection refused; is the server running, and is this its port?"
	case errors.Is(err, context.DeadlineExceeded), errors.As(err, &network) && network.Timeout():
		reason = fmt.Sprintf("no answer within %s", pingTimeout)
		if target.Protocol == dsn.Native {
			reason += "; is this the port of the native protocol (9000, with TLS 9440)? For HTTP write http:// or https://"
		}
	case errors.Is(err, io.EOF), strings.Contains(reason, "EOF"):
		reason = "the server closed the connection; does this port speak that protocol, and does it want TLS (secure=true)?"
	}
	return fmt.Errorf("cannot reach ClickHouse at %s (%s): %s", target.Masked(), target.Protocol, reason)
}

func explain(target dsn.ClickHouse, e *clickhouse.Exception) error {
	message := target.Redact(e.Message)
	switch e.Code {
	case 516, 192, 193, 194:
		return fmt.Errorf("ClickHouse at %s refused the user or the password; check the URL (code %d)", target.Masked(), e.Code)
	case 81:
		return fmt.Errorf("ClickHouse at %s has no database %q; create it with: CREATE DATABASE %s", target.Masked(), target.Database, target.Database)
	}
	return fmt.Errorf("ClickHouse at %s answered with code %d: %s", target.Masked(), e.Code, message)
}

// query runs a query and hands every row to scan.
func (c *Client) query(ctx context.Context, sql string, scan func(driver.Rows) error) error {
	rows, err := c.conn.Query(ctx, sql)
	if err != nil {
		return c.wrap(err)
	}
	for rows.Next() {
		if err := scan(rows); err != nil {
			_ = rows.Close()
			return err
		}
	}
	if err := errors.Join(rows.Err(), rows.Close()); err != nil {
		return c.wrap(err)
	}
	return nil
}

// ServerError is an error that ClickHouse itself answered.
type ServerError struct {
	// Code is ClickHouse's number of the error, such as 60 for an unknown table.
	Code    int32
	Message string
}

// Error is the message with its code, without the stack that the server may add.
func (e *ServerError) Error() string {
	return fmt.Sprintf("%s (ClickHouse code %d)", e.Message, e.Code)
}

func (c *Client) wrap(err error) error {
	var exception *clickhouse.Exception
	if errors.As(err, &exception) {
		message, _, _ := strings.Cut(exception.Message, "Stack trace:")
		return &ServerError{Code: exception.Code, Message: c.redact(strings.TrimSpace(message))}
	}
	return errors.New(c.redact(err.Error()))
}
