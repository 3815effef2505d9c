package redpanda

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"

	"github.com/twmb/franz-go/pkg/kerr"
)

// reason says in words why a broker could not be asked.
func (c *Client) reason(err error) string {
	text := c.options.redact(err.Error())
	var dns *net.DNSError
	var network net.Error
	var broker *kerr.Error
	var record tls.RecordHeaderError
	var certificate *tls.CertificateVerificationError
	var authority x509.UnknownAuthorityError
	switch {
	case errors.Is(err, kerr.SaslAuthenticationFailed):
		return "it refused the user or the password; check sasl_username and sasl_password"
	case errors.Is(err, kerr.UnsupportedSaslMechanism):
		return fmt.Sprintf("it does not take the SASL mechanism %s; check sasl_mechanism", c.options.SASLMechanism)
	case errors.As(err, &broker):
		return fmt.Sprintf("it answered %s: %s", broker.Message, broker.Description)
	case errors.As(err, &dns):
		return fmt.Sprintf("the host name %q is not known", dns.Name)
	case strings.Contains(text, "connection refused"):
		return "connection refused; is the broker running, and is this its port?"
	case errors.As(err, &certificate), errors.As(err, &authority):
		return "its certificate cannot be trusted (" + text + "); is this its host name?"
	case errors.As(err, &record):
		return fmt.Sprintf("it does not speak TLS there; security_protocol is %s, is it %s?", c.options.protocol(), c.otherTLS())
	case errors.Is(err, context.DeadlineExceeded), errors.As(err, &network) && network.Timeout():
		return fmt.Sprintf("no answer within %s; is this the port of the Kafka API, and does security_protocol (%s) fit it?", c.options.timeout(), c.options.protocol())
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return c.closed()
	}
	return text
}

// closed guesses why a broker closes a connection without a word.
func (c *Client) closed() string {
	if c.options.usesSASL() {
		return "it closed the connection; it may have refused the user or the password (sasl_username, sasl_password, sasl_mechanism), " +
			"or security_protocol does not fit this port: it is " + c.options.protocol()
	}
	return fmt.Sprintf("it closed the connection; it may want TLS or a user and password: security_protocol is %s, is it SASL_SSL, SASL_PLAINTEXT or %s?",
		c.options.protocol(), c.otherTLS())
}

// otherTLS is the protocol that differs from the configured one in TLS alone.
func (c *Client) otherTLS() string {
	plain := strings.TrimSuffix(strings.TrimSuffix(c.options.protocol(), "PLAINTEXT"), "SSL")
	if c.options.usesTLS() {
		return plain + "PLAINTEXT"
	}
	return plain + "SSL"
}
