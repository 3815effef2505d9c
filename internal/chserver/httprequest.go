package chserver

import (
	"context"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/google/uuid"

	"github.com/moose-migrate/moose-migrate/internal/chdb"
)

// reservedParams are the URL parameters that are not settings.
var reservedParams = map[string]bool{
	"query": true, "database": true, "default_format": true, "query_id": true, "user": true, "password": true,
	"quota_key": true, "compress": true, "decompress": true, "stacktrace": true, "client_protocol_version": true,
	"session_id": true, "session_timeout": true, "session_check": true, "close_session": true,
}

// httpRequest is a request for one statement.
type httpRequest struct {
	values    url.Values
	header    http.Header
	settings  map[string]string
	params    []chdb.Param
	queryID   string
	database  string
	query     string
	body      io.Reader
	framedOut bool // compress=1
	readOnly  bool // GET
}

func readHTTPRequest(r *http.Request) (*httpRequest, error) {
	values := r.URL.Query()
	q := &httpRequest{
		values: values, header: r.Header, settings: map[string]string{},
		queryID: values.Get("query_id"), query: values.Get("query"),
		database:  first(values.Get("database"), r.Header.Get("X-ClickHouse-Database")),
		framedOut: truthy(values.Get("compress")),
	}
	if q.queryID == "" {
		q.queryID = uuid.NewString()
	}
	for name, list := range values {
		if param, ok := strings.CutPrefix(name, "param_"); ok {
			q.params = append(q.params, chdb.Param{Name: param, Value: list[len(list)-1]})
		} else if !reservedParams[name] {
			q.settings[name] = list[len(list)-1]
		}
	}
	q.readOnly = r.Method == http.MethodGet || r.Method == http.MethodHead
	if v, set := q.settings["readonly"]; q.readOnly && values.Get("session_id") == "" && (!set || v == "0") {
		// As on a server, a GET must not change anything; it may still change
		// settings, which is what 2 stands for.
		q.settings["readonly"] = "2"
	}
	if strings.HasPrefix(r.Header.Get("Content-Type"), "multipart/") {
		return nil, &chdb.Exception{Code: 48, Name: "NOT_IMPLEMENTED", Message: "External tables in a multipart request are not supported; insert into a temporary table"}
	}
	var err error
	q.body, err = decodeBody(r.Body, r.Header.Get("Content-Encoding"), truthy(values.Get("decompress")))
	return q, err
}

// statement parses the request's text. The query parameter and the body are
// one text; only an INSERT that takes data leaves the body unread.
func (q *httpRequest) statement() (statement, error) {
	if q.query != "" {
		st, err := parseStatement(q.query)
		if err != nil || st.insert != nil {
			return st, err
		}
	}
	rest, err := io.ReadAll(q.body)
	if err != nil {
		return statement{}, &chdb.Exception{Code: 210, Name: "NETWORK_ERROR", Message: "reading the request body: " + err.Error()}
	}
	q.body = nil
	text := string(rest)
	if q.query != "" && len(rest) > 0 {
		text = q.query + "\n" + text
	} else if q.query != "" {
		text = q.query
	}
	return parseStatement(text)
}

// format is the output or input format of st.
func (q *httpRequest) format(st statement) string {
	return first(st.format, q.header.Get("X-ClickHouse-Format"), q.values.Get("default_format"), "TabSeparated")
}

// credentials returns who asks. The three ways of a server are headers, basic
// authentication and URL parameters.
func credentials(r *http.Request) (user, password string) {
	if user = r.Header.Get("X-ClickHouse-User"); user != "" {
		return user, r.Header.Get("X-ClickHouse-Key")
	}
	if user, password, ok := r.BasicAuth(); ok {
		return user, password
	}
	values := r.URL.Query()
	return values.Get("user"), values.Get("password")
}

// context ends with the client's connection only if the request asks for it,
// as on a server, and never for statements that change something.
func (q *httpRequest) context(r *http.Request, st statement) context.Context {
	if truthy(q.settings["cancel_http_readonly_queries_on_client_close"]) && formatVerbs[st.verb] {
		return r.Context()
	}
	return context.WithoutCancel(r.Context())
}

// sessionTimeout is how long a named session outlives its latest request; 60 s
// is the server's default.
func (q *httpRequest) sessionTimeout() time.Duration {
	d, err := time.ParseDuration(first(q.values.Get("session_timeout"), "60") + "s")
	if err != nil || d <= 0 || d > time.Hour {
		return time.Minute
	}
	return d
}

func truthy(v string) bool { return v == "1" || strings.EqualFold(v, "true") }

func first(values ...string) string {
	for _, v := range values {
		if v != "" {
			return v
		}
	}
	return ""
}
