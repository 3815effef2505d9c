package redpanda_test

import (
	"context"
	"crypto/x509"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kfake"
	"github.com/twmb/franz-go/pkg/kmsg"

	"github.com/moose-migrate/moose-migrate/internal/testparts"
	"github.com/moose-migrate/moose-migrate/pkg/redpanda"
)

func secured(t *testing.T) *kfake.Cluster {
	t.Helper()
	return testparts.Kafka(t, kfake.EnableSASL(), kfake.Superuser("PLAIN", "app", password),
		kfake.Superuser("SCRAM-SHA-256", "app", password), kfake.Superuser("SCRAM-SHA-512", "app", password))
}

func TestSASL(t *testing.T) {
	cluster := secured(t)
	o := redpanda.Options{Brokers: brokers(cluster), SecurityProtocol: "sasl_plaintext", Username: "app", Password: password}
	for _, mechanism := range []string{"PLAIN", "scram-sha-256", "SCRAM-SHA-512"} {
		o.SASLMechanism = mechanism
		if got := open(t, o).Describe(); strings.Contains(got, password) || !strings.Contains(got, "SASL_PLAINTEXT") {
			t.Errorf("it describes itself as %q", got)
		}
		wrong := o
		wrong.Password = "wrong-" + password
		_, err := redpanda.Open(t.Context(), wrong)
		says(t, err, cluster.ListenAddrs()[0], "refused the user or the password", "sasl_password")
	}
	_, err := redpanda.Open(t.Context(), redpanda.Options{Brokers: brokers(cluster)})
	says(t, err, "closed the connection", "SASL_PLAINTEXT")
}

// As Kafka and Redpanda answer a wrong password.
func TestTheBrokersOwnWordsDoNotShowThePassword(t *testing.T) {
	cluster := secured(t)
	cluster.ControlKey(int16(kmsg.SASLAuthenticate), func(request kmsg.Request) (kmsg.Response, error, bool) {
		cluster.KeepControl()
		response := request.ResponseKind().(*kmsg.SASLAuthenticateResponse)
		text := "no user app with " + password
		response.ErrorCode, response.ErrorMessage = kerr.SaslAuthenticationFailed.Code, &text
		return response, nil, true
	})
	_, err := redpanda.Open(t.Context(), redpanda.Options{Brokers: brokers(cluster), SecurityProtocol: "SASL_PLAINTEXT", SASLMechanism: "PLAIN", Username: "app", Password: password})
	says(t, err, "it refused the user or the password; check sasl_username and sasl_password")
	if !errors.Is(err, kerr.SaslAuthenticationFailed) {
		t.Errorf("the cause is lost: %#v", err)
	}
}

func TestTLS(t *testing.T) {
	server := httptest.NewTLSServer(nil)
	server.Close()
	cluster := testparts.Kafka(t, kfake.TLS(server.TLS))
	o := redpanda.Options{Brokers: brokers(cluster), SecurityProtocol: "SSL", RootCAs: x509.NewCertPool()}
	_, err := redpanda.Open(t.Context(), o)
	says(t, err, "certificate cannot be trusted")

	o.RootCAs.AddCert(server.Certificate())
	open(t, o)

	o.SecurityProtocol = ""
	_, err = redpanda.Open(t.Context(), o)
	says(t, err, "security_protocol is PLAINTEXT", "or SSL")

	_, err = redpanda.Open(t.Context(), redpanda.Options{Brokers: brokers(testparts.Kafka(t)), SecurityProtocol: "SSL", Timeout: 300 * time.Millisecond})
	says(t, err, "does security_protocol (SSL) fit it?")

	web := httptest.NewServer(nil)
	defer web.Close()
	_, err = redpanda.Open(t.Context(), redpanda.Options{Brokers: web.Listener.Addr().String(), SecurityProtocol: "SSL"})
	says(t, err, "does not speak TLS there; security_protocol is SSL, is it PLAINTEXT?")
}

func TestUnreachable(t *testing.T) {
	gone, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	gone.Close()
	_, err = redpanda.Open(t.Context(), redpanda.Options{Brokers: gone.Addr().String()})
	says(t, err, "cannot reach Redpanda at "+gone.Addr().String(), "connection refused")

	_, err = redpanda.Open(t.Context(), redpanda.Options{Brokers: "no-such-host.invalid:9092"})
	says(t, err, `the host name "no-such-host.invalid" is not known`)

	cluster := testparts.Kafka(t)
	open(t, redpanda.Options{Brokers: "PLAINTEXT://" + gone.Addr().String() + " , " + brokers(cluster)})

	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := redpanda.Open(ctx, redpanda.Options{Brokers: brokers(cluster)}); !errors.Is(err, context.Canceled) {
		t.Errorf("after a cancellation: %v", err)
	}
}

func TestASilentServerDoesNotHoldUsUp(t *testing.T) {
	silent, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer silent.Close()
	done := make(chan error, 1)
	go func() {
		_, err := redpanda.Open(context.Background(), redpanda.Options{Brokers: silent.Addr().String(), Timeout: 300 * time.Millisecond})
		done <- err
	}()
	select {
	case err := <-done:
		says(t, err, "no answer within 300ms", "PLAINTEXT")
	case <-time.After(30 * time.Second):
		t.Fatal("Open still waits after 30 s")
	}
}

func TestOptionsThatCannotWork(t *testing.T) {
	sasl := redpanda.Options{Brokers: "h:1", SecurityProtocol: "SASL_SSL", SASLMechanism: "PLAIN", Username: "u", Password: password}
	for words, change := range map[string]func(*redpanda.Options){
		`write broker = "HOST:PORT"`:            func(o *redpanda.Options) { o.Brokers = " , " },
		`security_protocol "TLS" is not known`:  func(o *redpanda.Options) { o.SecurityProtocol = "TLS" },
		`sasl_mechanism "GSSAPI" is not suppor`: func(o *redpanda.Options) { o.SASLMechanism = "GSSAPI" },
		"sasl_username is empty":                func(o *redpanda.Options) { o.Username = "" },
		"write sasl_username and sasl_password": func(o *redpanda.Options) { o.Brokers = "kafka://u:" + password + "@h:9092" },
		`"h:99999" has no port from 1 to 65535`: func(o *redpanda.Options) { o.Brokers = "h:99999" },
	} {
		o := sasl
		change(&o)
		_, err := redpanda.Open(t.Context(), o)
		says(t, err, words)
	}
}

func TestNothingPrintedHasThePassword(t *testing.T) {
	o := redpanda.Options{Brokers: "h:1", SecurityProtocol: "SASL_SSL", Username: "u", Password: password}
	var log strings.Builder
	slog.New(slog.NewJSONHandler(&log, nil)).Info("opening", "options", o)
	encoded, err := json.Marshal(o)
	if err != nil {
		t.Fatal(err)
	}
	for _, text := range []string{fmt.Sprintf("%v", o), fmt.Sprintf("%+v", &o), fmt.Sprintf("%#v", o), log.String(), string(encoded)} {
		if strings.Contains(text, password) {
			t.Errorf("printed as %s", text)
		}
	}
	if got := o.String(); got != "h:1 (SASL_SSL)" {
		t.Errorf("String() = %s", got)
	}
}
