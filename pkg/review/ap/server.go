package ap

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"time"

	"github.com/santhosh-tekuri/jsonschema/v6"
)

// call starts a server with the handler, sends it one request, and returns the status
// and the body of its answer.
func call(ctx context.Context, handler http.Handler, method, target, body string) (string, error) {
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return "", fmt.Errorf("starting a server: %w", err)
	}
	server := &http.Server{Handler: handler, ReadHeaderTimeout: time.Second}
	defer func() { _ = server.Close() }()
	go func() { _ = server.Serve(listener) }()
	request, err := http.NewRequestWithContext(ctx, method, "http://"+listener.Addr().String()+target, strings.NewReader(body))
	if err != nil {
		return "", err
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return "", fmt.Errorf("calling the server: %w", err)
	}
	defer func() { _ = response.Body.Close() }()
	text, err := io.ReadAll(response.Body)
	return strings.TrimSpace(fmt.Sprintf("%d %s", response.StatusCode, text)), err
}

// calls sends the same request to two servers, as before and after a deployment.
func calls(before, after http.Handler, method, target, body string) func(context.Context) (string, error) {
	return func(ctx context.Context) (string, error) {
		was, err := call(ctx, before, method, target, body)
		if err != nil {
			return "", err
		}
		is, err := call(ctx, after, method, target, body)
		return "before: " + was + "\nafter: " + is, err
	}
}

// taking is an endpoint that takes bodies which fit a JSON schema.
func taking(schema string) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		value, err := jsonschema.UnmarshalJSON(r.Body)
		if err == nil {
			err = check(schema, value)
		}
		if err != nil {
			http.Error(w, "Missing fields", http.StatusBadRequest)
			return
		}
		w.WriteHeader(http.StatusOK)
	})
}

// check compares a value with a JSON schema.
func check(schema string, value any) error {
	document, err := jsonschema.UnmarshalJSON(strings.NewReader(schema))
	if err != nil {
		return err
	}
	compiler := jsonschema.NewCompiler()
	if err := compiler.AddResource("schema.json", document); err != nil {
		return err
	}
	form, err := compiler.Compile("schema.json")
	if err != nil {
		return err
	}
	return form.Validate(value)
}

// answering is an endpoint that answers with the text, and with 400 when one of the
// demanded parameters is missing.
func answering(text string, demanded ...string) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		for _, name := range demanded {
			if !r.URL.Query().Has(name) {
				http.Error(w, name+" is missing", http.StatusBadRequest)
				return
			}
		}
		_, _ = io.WriteString(w, text)
	})
}

// at serves a handler at one path.
func at(path string, handler http.Handler) http.Handler {
	mux := http.NewServeMux()
	mux.Handle(path, handler)
	return mux
}

// limited is an endpoint that has a parameter for the number of rows.
func limited(name string) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		limit := r.URL.Query().Get(name)
		if limit == "" {
			limit = "all"
		}
		_, _ = io.WriteString(w, limit+" rows")
	})
}
