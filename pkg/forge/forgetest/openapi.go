package forgetest

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers"
)

// checker compares requests and answers with GitHub's published description.
type checker struct{ doc *openapi3.T }

var documents sync.Map // path → func() (*checker, error)

// newChecker reads a description once in a process.
func newChecker(path string) (*checker, error) {
	load, _ := documents.LoadOrStore(path, sync.OnceValues(func() (*checker, error) {
		doc, err := openapi3.NewLoader().LoadFromFile(path)
		if err != nil {
			return nil, fmt.Errorf("reading the description of GitHub's API %s: %w", path, err)
		}
		return &checker{doc: doc}, nil
	}))
	return load.(func() (*checker, error))()
}

// input is what the library wants to know of a request. A description without the path is a
// problem, so that no request goes unchecked; GraphQL is not part of it.
func (c *checker) input(r *route, a *ask) (*openapi3filter.RequestValidationInput, error) {
	if strings.HasSuffix(r.template, "/graphql") {
		return nil, nil
	}
	item := c.doc.Paths.Value(r.template)
	if item == nil || item.GetOperation(r.method) == nil {
		return nil, fmt.Errorf("it has no %s %s", r.method, r.template)
	}
	request := a.Clone(context.Background())
	request.Body = io.NopCloser(bytes.NewReader(a.body))
	request.ContentLength = int64(len(a.body))
	return &openapi3filter.RequestValidationInput{
		Request: request, PathParams: a.params, QueryParams: a.URL.Query(),
		Route:   &routers.Route{Spec: c.doc, Path: r.template, PathItem: item, Method: r.method, Operation: item.GetOperation(r.method)},
		Options: &openapi3filter.Options{IncludeResponseStatus: false, MultiError: true, AuthenticationFunc: openapi3filter.NoopAuthenticationFunc},
	}, nil
}

func (c *checker) request(r *route, a *ask) error {
	input, err := c.input(r, a)
	if err != nil || input == nil {
		return err
	}
	return brief(openapi3filter.ValidateRequest(context.Background(), input))
}

func (c *checker) response(r *route, a *ask, rec record) error {
	input, err := c.input(r, a)
	if err != nil || input == nil || rec.status == http.StatusUnauthorized {
		return err
	}
	return brief(openapi3filter.ValidateResponse(context.Background(), &openapi3filter.ResponseValidationInput{
		RequestValidationInput: input, Status: rec.status, Header: rec.header,
		Body: io.NopCloser(bytes.NewReader(rec.body)), Options: input.Options,
	}))
}

// brief leaves out the schema and the value, which go over pages.
func brief(err error) error {
	if err == nil {
		return nil
	}
	var lines []string
	for line := range strings.Lines(err.Error()) {
		line = strings.TrimSpace(line)
		if line == "" || line == "Schema:" || line == "Value:" || strings.HasPrefix(line, "{") || strings.HasPrefix(line, "}") || strings.HasPrefix(line, `"`) || strings.HasPrefix(line, "]") || strings.HasPrefix(line, "[") {
			continue
		}
		lines = append(lines, line)
	}
	if len(lines) > 12 {
		lines = lines[:12]
	}
	return fmt.Errorf("%s", strings.Join(lines, "; "))
}
