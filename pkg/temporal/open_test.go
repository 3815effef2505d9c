package temporal_test

import (
	"context"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"

	"github.com/moose-migrate/moose-migrate/pkg/temporal"
)

func TestUnreachable(t *testing.T) {
	gone, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	gone.Close()
	_, err = temporal.Open(t.Context(), at(t, gone.Addr().String()))
	says(t, err, "cannot reach Temporal at http://"+gone.Addr().String()+" (namespace default)", "connection refused")

	o := at(t, gone.Addr().String())
	o.Host = "no-such-host.invalid"
	_, err = temporal.Open(t.Context(), o)
	says(t, err, `the host name "no-such-host.invalid" is not known`)

	if _, err := temporal.Open(canceled(t), at(t, gone.Addr().String())); !errors.Is(err, context.Canceled) {
		t.Errorf("after a cancellation: %v", err)
	}
	web := httptest.NewServer(nil)
	defer web.Close()
	o = at(t, web.Listener.Addr().String())
	o.Scheme = ""
	_, err = temporal.Open(t.Context(), o)
	says(t, err, "does not speak TLS there; set temporal_scheme to http")
}

func TestASilentServerDoesNotHoldUsUp(t *testing.T) {
	silent, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer silent.Close()
	o := at(t, silent.Addr().String())
	o.Timeout = 300 * time.Millisecond
	done := make(chan error, 1)
	go func() {
		_, err := temporal.Open(context.Background(), o)
		done <- err
	}()
	select {
	case err := <-done:
		says(t, err, "no answer within 300ms", "temporal_scheme (http)")
	case <-time.After(30 * time.Second):
		t.Fatal("Open still waits after 30 s")
	}
}

// certificate writes the certificate of a test server, and returns its path.
func certificate(t *testing.T, server *httptest.Server) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "ca.pem")
	text := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: server.Certificate().Raw})
	if err := os.WriteFile(path, text, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestCredentialsGoOverTLSAndAreNotShown(t *testing.T) {
	web := httptest.NewTLSServer(nil)
	web.Close()
	sent := make(chan metadata.MD, 1)
	for answer, words := range map[codes.Code]string{codes.Unauthenticated: "it refused the credentials; check api_key", codes.PermissionDenied: "do not permit it"} {
		note := func(_ any, stream grpc.ServerStream) error {
			headers, _ := metadata.FromIncomingContext(stream.Context())
			sent <- headers
			return status.Error(answer, "no rights for "+apiKey)
		}
		o := at(t, serve(t, note, grpc.Creds(credentials.NewTLS(web.TLS))))
		o.Scheme, o.APIKey = "https", apiKey
		_, err := temporal.Open(t.Context(), o)
		says(t, err, "certificate cannot be trusted; check ca_cert")

		o.CACert = certificate(t, web)
		_, err = temporal.Open(t.Context(), o)
		says(t, err, words, "https://")
		var headers metadata.MD
		select {
		case headers = <-sent:
		default:
			t.Fatal("the server was not asked")
		}
		if got := headers.Get("authorization"); len(got) != 1 || got[0] != "Bearer "+apiKey {
			t.Errorf("the header authorization has %d values, not the key", len(got))
		}
		if got := headers.Get("temporal-namespace"); len(got) != 1 || got[0] != "default" {
			t.Errorf("temporal-namespace: %v", got)
		}
	}
}

func TestOptionsThatCannotWork(t *testing.T) {
	noCertificate := filepath.Join(t.TempDir(), "empty.pem")
	if err := os.WriteFile(noCertificate, []byte("-"), 0o600); err != nil {
		t.Fatal(err)
	}
	for words, change := range map[string]func(*temporal.Options){
		"no address is given":                      func(o *temporal.Options) { o.Host = "" },
		"no namespace is given":                    func(o *temporal.Options) { o.Namespace = "" },
		`temporal_scheme "grpc" is not known`:      func(o *temporal.Options) { o.Scheme = "grpc" },
		"an API key is not sent without TLS":       func(o *temporal.Options) { o.Scheme, o.APIKey = "HTTP", apiKey },
		"client_cert and client_key belong togeth": func(o *temporal.Options) { o.ClientCert = noCertificate },
		"reading client_cert":                      func(o *temporal.Options) { o.ClientCert, o.ClientKey = noCertificate, noCertificate },
		"holds no certificate":                     func(o *temporal.Options) { o.CACert = noCertificate },
		"reading ca_cert":                          func(o *temporal.Options) { o.CACert = noCertificate + ".gone" },
	} {
		o := temporal.Options{Host: "h", Port: 1, Namespace: "default"}
		change(&o)
		_, err := temporal.Open(t.Context(), o)
		says(t, err, "connecting to Temporal", words)
	}
}

func TestSchemeWhenNoneIsGiven(t *testing.T) {
	for want, o := range map[string]temporal.Options{
		"http://localhost:7233 (namespace n)":    {Host: "localhost"},
		"https://example.com:7233 (namespace n)": {Host: "example.com"},
		"https://localhost:7233 (namespace n)":   {Host: "localhost", APIKey: apiKey},
	} {
		o.Port, o.Namespace = 7233, "n"
		if got := o.String(); got != want {
			t.Errorf("%s, want %s", got, want)
		}
	}
}

func TestNothingPrintedHasTheAPIKey(t *testing.T) {
	o := temporal.Options{Host: "h", Port: 1, Namespace: "n", APIKey: apiKey}
	var log strings.Builder
	slog.New(slog.NewJSONHandler(&log, nil)).Info("opening", "options", o)
	encoded, err := json.Marshal(o)
	if err != nil {
		t.Fatal(err)
	}
	for _, text := range []string{fmt.Sprintf("%v", o), fmt.Sprintf("%+v", &o), fmt.Sprintf("%#v", o), log.String(), string(encoded)} {
		if strings.Contains(text, apiKey) {
			t.Errorf("printed as %s", text)
		}
	}
}
