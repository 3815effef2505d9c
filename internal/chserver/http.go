package chserver

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"

	"github.com/moose-migrate/moose-migrate/internal/chdb"
)

// httpHandler serves ClickHouse's HTTP interface.
type httpHandler struct {
	engine   *Engine
	sessions *namedSessions
}

// NewHTTPHandler serves ClickHouse's HTTP interface on engine: /ping,
// /replicas_status, and statements at /.
func NewHTTPHandler(engine *Engine) http.Handler {
	return &httpHandler{engine: engine, sessions: &namedSessions{engine: engine, open: map[string]*namedSession{}}}
}

// ServeHTTP answers one request.
func (h *httpHandler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	switch r.URL.Path {
	case "/ping", "/replicas_status":
		plain(w, http.StatusOK, "Ok.\n")
		return
	case "/":
	default:
		plain(w, http.StatusNotFound, fmt.Sprintf("There is no handle %s\n\nUse / for queries and /ping for a health check.\n", r.URL.Path))
		return
	}
	switch r.Method {
	case http.MethodGet, http.MethodHead:
		if !r.URL.Query().Has("query") {
			plain(w, http.StatusOK, "Ok.\n")
			return
		}
	case http.MethodPost:
	default:
		plain(w, http.StatusMethodNotAllowed, "Use GET or POST.\n")
		return
	}
	h.statement(w, r)
}

func plain(w http.ResponseWriter, status int, text string) {
	w.Header().Set("Content-Type", "text/plain; charset=UTF-8")
	w.WriteHeader(status)
	_, _ = io.WriteString(w, text)
}

func (h *httpHandler) statement(w http.ResponseWriter, r *http.Request) {
	out := &httpResponse{w: w, engine: h.engine}
	if err := h.engine.Authenticate(credentials(r)); err != nil {
		out.fail(err)
		return
	}
	q, err := readHTTPRequest(r)
	if err != nil {
		out.fail(err)
		return
	}
	out.request = q
	st, err := q.statement()
	if err != nil {
		out.fail(err)
		return
	}
	session, release, err := h.session(q)
	if err != nil {
		out.fail(err)
		return
	}
	defer release()
	if err := session.Apply(q.settings); err != nil {
		out.fail(err)
		return
	}
	if q.readOnly && session.applied["readonly"] == "" {
		// A named session cannot take the setting readonly back.
		if a, err := session.conn.Classify(st.sql); err != nil || a.Class != chdb.ReadOnly {
			out.fail(errReadOnly)
			return
		}
	}
	out.format = q.format(st)
	res, err := runHTTP(q.context(r, st), session, q, st, out.format)
	if err != nil {
		out.fail(err)
		return
	}
	out.succeed(res)
}

// session opens a session for the request or finds the one it names.
func (h *httpHandler) session(q *httpRequest) (*Session, func(), error) {
	if id := q.values.Get("session_id"); id != "" {
		return h.sessions.acquire(id, q)
	}
	s, err := h.engine.NewSession(q.database)
	if err != nil {
		return nil, nil, err
	}
	return s, s.Close, nil
}

// runHTTP runs st and returns its output in format.
func runHTTP(ctx context.Context, s *Session, q *httpRequest, st statement, format string) (chdb.Result, error) {
	if st.insert != nil {
		return runHTTPInsert(ctx, s, q, st)
	}
	if strings.EqualFold(format, "Native") && q.values.Get("client_protocol_version") != "" {
		res, err := s.runNative(ctx, st, q.params)
		if err != nil {
			return chdb.Result{}, err
		}
		if len(res.blocks) == 0 && len(res.header.columns) > 0 {
			res.blocks = []block{res.header}
		}
		for _, b := range res.blocks {
			res.stats.Data = b.append(res.stats.Data, true)
		}
		return res.stats, nil
	}
	return s.Run(ctx, st.sql, format, q.params)
}

// runHTTPInsert feeds the data in the text and in the body to an INSERT. Rows
// of VALUES in the text are left to the engine, which knows expressions in
// them.
func runHTTPInsert(ctx context.Context, s *Session, q *httpRequest, st statement) (chdb.Result, error) {
	in := st.insert
	if q.body == nil {
		q.body = bytes.NewReader(nil)
	}
	if in.values && strings.TrimSpace(in.data) != "" {
		rest, err := io.ReadAll(q.body)
		if err != nil {
			return chdb.Result{}, &chdb.Exception{Code: 210, Name: "NETWORK_ERROR", Message: "reading the request body: " + err.Error()}
		}
		return s.Run(ctx, st.sql+string(rest), "Null", q.params)
	}
	format := st.format
	if format == "" {
		format = first(q.header.Get("X-ClickHouse-Format"), "Values")
	}
	return s.Insert(ctx, in.head, format, io.MultiReader(strings.NewReader(in.data), q.body), q.params)
}

var errReadOnly = &chdb.Exception{Code: 164, Name: "READONLY", Message: "Cannot execute query in readonly mode. For queries over HTTP, method GET implies readonly. You should use method POST for modifying queries"}

// asException makes any error one that can be sent.
func asException(err error) *chdb.Exception {
	var e *chdb.Exception
	if errors.As(err, &e) {
		return e
	}
	return &chdb.Exception{Code: 1002, Name: "UNKNOWN_EXCEPTION", Message: err.Error()}
}
