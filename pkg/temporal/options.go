package temporal

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"os"
	"strconv"
	"strings"
	"time"

	"google.golang.org/grpc/credentials"
	"google.golang.org/grpc/credentials/insecure"
)

// Options say how to reach the server, in the terms of [temporal_config] of
// moose.config.toml.
type Options struct {
	Host string
	Port uint16
	// Scheme is http or https, in any case. Empty means http for localhost and
	// without credentials, else https.
	Scheme    string
	Namespace string
	// ClientCert, ClientKey and CACert are paths of PEM files. Without CACert the
	// certificates of the system count.
	ClientCert, ClientKey, CACert string
	// APIKey is sent over TLS only.
	APIKey string `json:"-"`
	// Timeout bounds each call of the client, connecting included; 0 means 15 s.
	Timeout time.Duration
}

// String is the address and the namespace, without credentials.
func (o Options) String() string {
	return fmt.Sprintf("%s://%s (namespace %s)", o.scheme(), o.address(), o.Namespace)
}

// GoString is String: a %#v shows no API key either.
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

func (o Options) address() string { return net.JoinHostPort(o.Host, strconv.Itoa(int(o.Port))) }

func (o Options) scheme() string {
	switch {
	case o.Scheme != "":
		return strings.ToLower(o.Scheme)
	case o.Host == "localhost" && o.APIKey == "" && o.ClientCert == "":
		return "http"
	}
	return "https"
}

// check finds what can never work.
func (o Options) check() error {
	scheme := o.scheme()
	switch {
	case o.Host == "" || o.Port == 0:
		return errors.New("no address is given; write temporal_host and temporal_port under [temporal_config]")
	case o.Namespace == "":
		return errors.New("no namespace is given; write namespace under [temporal_config]")
	case scheme != "http" && scheme != "https":
		return fmt.Errorf("temporal_scheme %q is not known; use http or https", o.Scheme)
	case scheme == "http" && o.APIKey != "":
		return errors.New("an API key is not sent without TLS; set temporal_scheme to https, or take api_key out of [temporal_config]")
	case (o.ClientCert == "") != (o.ClientKey == ""):
		return errors.New("client_cert and client_key belong together; set both under [temporal_config], or none")
	}
	return nil
}

// transport is TLS with the configured certificates, or none.
func (o Options) transport() (credentials.TransportCredentials, error) {
	if o.scheme() == "http" {
		return insecure.NewCredentials(), nil
	}
	config := &tls.Config{ServerName: o.Host, MinVersion: tls.VersionTLS12}
	if o.CACert != "" {
		pem, err := os.ReadFile(o.CACert)
		if err != nil {
			return nil, fmt.Errorf("reading ca_cert: %w", err)
		}
		config.RootCAs = x509.NewCertPool()
		if !config.RootCAs.AppendCertsFromPEM(pem) {
			return nil, fmt.Errorf("ca_cert %s holds no certificate in PEM form", o.CACert)
		}
	}
	if o.ClientCert != "" {
		pair, err := tls.LoadX509KeyPair(o.ClientCert, o.ClientKey)
		if err != nil {
			return nil, fmt.Errorf("reading client_cert %s and client_key %s: %w", o.ClientCert, o.ClientKey, err)
		}
		config.Certificates = []tls.Certificate{pair}
	}
	return credentials.NewTLS(config), nil
}
