package redpanda

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"strconv"
	"strings"
	"time"

	"github.com/twmb/franz-go/pkg/kgo"
	"github.com/twmb/franz-go/pkg/sasl"
	"github.com/twmb/franz-go/pkg/sasl/plain"
	"github.com/twmb/franz-go/pkg/sasl/scram"
)

// Options say how to reach the brokers, in the terms of [redpanda_config] of
// moose.config.toml.
type Options struct {
	// Brokers is host:port, several separated by commas; without a port it is 9092.
	Brokers string
	// SecurityProtocol is PLAINTEXT (also when empty), SSL, SASL_PLAINTEXT or
	// SASL_SSL. As in librdkafka, which Moose uses, user and password count
	// only when it names SASL.
	SecurityProtocol string
	// SASLMechanism is PLAIN, SCRAM-SHA-256 or SCRAM-SHA-512.
	SASLMechanism string
	Username      string
	Password      string `json:"-"`
	// Namespace is what stands before the names of all topics; empty for nothing.
	Namespace string
	// RootCAs verify the brokers' certificates; nil means those of the system.
	RootCAs *x509.CertPool
	// Timeout bounds each call of the client, connecting included; 0 means 15 s.
	Timeout time.Duration
}

// String is the address without user and password.
func (o Options) String() string {
	return strings.Join(o.seeds(), ", ") + " (" + o.protocol() + ")"
}

// GoString is String: a %#v shows no password either.
func (o Options) GoString() string { return o.String() }

// LogValue is String, for log/slog.
func (o Options) LogValue() slog.Value { return slog.StringValue(o.String()) }

const defaultTimeout = 15 * time.Second

func (o Options) timeout() time.Duration {
	if o.Timeout <= 0 {
		return defaultTimeout
	}
	return o.Timeout
}

// seeds are the addresses in Brokers; librdkafka takes them with a protocol in
// front, too. A user and password, which do not belong there, are left out.
func (o Options) seeds() []string {
	var out []string
	for part := range strings.SplitSeq(o.Brokers, ",") {
		if _, rest, ok := strings.Cut(part, "://"); ok {
			part = rest
		}
		part = part[strings.LastIndexByte(part, '@')+1:]
		if part = strings.TrimSpace(part); part != "" {
			out = append(out, part)
		}
	}
	return out
}

func (o Options) protocol() string {
	if o.SecurityProtocol == "" {
		return "PLAINTEXT"
	}
	return strings.ToUpper(o.SecurityProtocol)
}

func (o Options) usesTLS() bool  { return strings.HasSuffix(o.protocol(), "SSL") }
func (o Options) usesSASL() bool { return strings.HasPrefix(o.protocol(), "SASL_") }

// client are the options of the Kafka client.
func (o Options) client() ([]kgo.Opt, error) {
	seeds := o.seeds()
	if len(seeds) == 0 {
		return nil, errors.New(`no broker is given; write broker = "HOST:PORT" under [redpanda_config]`)
	}
	if strings.Contains(o.Brokers, "@") {
		return nil, errors.New("broker holds a user or password; write sasl_username and sasl_password under [redpanda_config] instead")
	}
	for _, seed := range seeds {
		if _, port, err := net.SplitHostPort(seed); err == nil {
			if n, err := strconv.ParseUint(port, 10, 16); err != nil || n == 0 {
				return nil, fmt.Errorf("broker %q has no port from 1 to 65535; write HOST:PORT", seed)
			}
		}
	}
	options := []kgo.Opt{
		kgo.SeedBrokers(seeds...), kgo.ClientID("moose-migrate"), kgo.DisableClientMetrics(),
		kgo.DialTimeout(o.timeout()), kgo.RequestTimeoutOverhead(o.timeout()), kgo.RequestRetries(3),
	}
	switch o.protocol() {
	case "PLAINTEXT", "SASL_PLAINTEXT":
	case "SSL", "SASL_SSL":
		options = append(options, kgo.DialTLSConfig(&tls.Config{RootCAs: o.RootCAs, MinVersion: tls.VersionTLS12}))
	default:
		return nil, fmt.Errorf("security_protocol %q is not known; use PLAINTEXT, SSL, SASL_PLAINTEXT or SASL_SSL", o.SecurityProtocol)
	}
	if o.usesSASL() {
		mechanism, err := o.mechanism()
		if err != nil {
			return nil, err
		}
		options = append(options, kgo.SASL(mechanism))
	}
	return options, nil
}

func (o Options) mechanism() (sasl.Mechanism, error) {
	if o.Username == "" {
		return nil, fmt.Errorf("security_protocol is %s, but sasl_username is empty; set it, and sasl_password, under [redpanda_config]", o.protocol())
	}
	switch strings.ToUpper(o.SASLMechanism) {
	case "PLAIN":
		return plain.Auth{User: o.Username, Pass: o.Password}.AsMechanism(), nil
	case "SCRAM-SHA-256":
		return scram.Auth{User: o.Username, Pass: o.Password}.AsSha256Mechanism(), nil
	case "SCRAM-SHA-512":
		return scram.Auth{User: o.Username, Pass: o.Password}.AsSha512Mechanism(), nil
	}
	return nil, fmt.Errorf("sasl_mechanism %q is not supported; use PLAIN, SCRAM-SHA-256 or SCRAM-SHA-512", o.SASLMechanism)
}
