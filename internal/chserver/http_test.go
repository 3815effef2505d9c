package chserver_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/ClickHouse/ch-go/compress"
	"github.com/google/go-cmp/cmp"
)

// reply is an HTTP answer with its body as it came.
type reply struct {
	status int
	header http.Header
	body   string
}

// do sends one request. A header "-user" of "none" sends no credentials.
func (s *testServer) do(t *testing.T, method, query, body string, header map[string]string) reply {
	t.Helper()
	req, err := http.NewRequestWithContext(context.Background(), method, fmt.Sprintf("http://127.0.0.1:%d/%s", s.http, query), strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	req.SetBasicAuth(testUser, testPassword)
	for k, v := range header {
		if v == "" {
			req.Header.Del(k)
		} else {
			req.Header.Set(k, v)
		}
	}
	client := &http.Client{Transport: &http.Transport{DisableCompression: true}}
	defer client.CloseIdleConnections()
	res, err := client.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	out, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return reply{res.StatusCode, res.Header, string(out)}
}

func (s *testServer) post(t *testing.T, query, body string) string {
	t.Helper()
	r := s.do(t, http.MethodPost, query, body, nil)
	if r.status != http.StatusOK {
		t.Fatalf("%s %q: %d %s", query, body, r.status, r.body)
	}
	return r.body
}

func TestHTTPStatusesAndCodes(t *testing.T) {
	s := sharedServer(t)
	for _, c := range []struct {
		method, query, body string
		header              map[string]string
		status              int
		code, contains      string
	}{
		{"GET", "ping", "", map[string]string{"Authorization": ""}, 200, "", "Ok.\n"},
		{"GET", "", "", map[string]string{"Authorization": ""}, 200, "", "Ok.\n"},
		{"GET", "replicas_status", "", nil, 200, "", "Ok.\n"},
		{"GET", "nowhere", "", nil, 404, "", "no handle /nowhere"},
		{"PUT", "", "", nil, 405, "", "GET or POST"},
		{"GET", "?query=SELECT+1", "", nil, 200, "", "1\n"},
		{"POST", "", "SELECT 1 FORMAT CSV", nil, 200, "", "1\n"},
		{"POST", "?query=SELECT", "2", nil, 200, "", "2\n"},
		{"GET", "?query=CREATE+TABLE+x(a+Int8)ENGINE=Memory", "", nil, 500, "164", "readonly"},
		{"GET", "?query=SELECT+1&readonly=1&max_threads=2", "", nil, 200, "", "1\n"},
		{"POST", "", "SELECT * FROM nope", nil, 404, "60", "UNKNOWN_TABLE"},
		{"POST", "", "SELEC", nil, 400, "62", "SYNTAX_ERROR"},
		{"POST", "", "SELECT 1; SELECT 2", nil, 400, "62", "Multi-statements"},
		{"POST", "?database=nope", "SELECT 1", nil, 404, "81", "UNKNOWN_DATABASE"},
		{"POST", "?no_such_setting=1", "SELECT 1", nil, 404, "115", "UNKNOWN_SETTING"},
		{"POST", "?a%60b=1", "SELECT 1", nil, 404, "115", "UNKNOWN_SETTING"},
		{"POST", "?max_execution_time=1", "SELECT count() FROM numbers(1e13) WHERE NOT ignore(sipHash64(number))", nil, 408, "159", "TIMEOUT_EXCEEDED"},
		{"POST", "", "SELECT 1", map[string]string{"Authorization": ""}, 403, "516", "AUTHENTICATION_FAILED"},
		{"POST", "?user=moose&password=nope", "SELECT 1", map[string]string{"Authorization": ""}, 403, "516", "AUTHENTICATION_FAILED"},
		{"POST", "?user=moose&password=" + url.QueryEscape(testPassword), "SELECT 1", map[string]string{"Authorization": ""}, 200, "", "1\n"},
		{"POST", "", "SELECT 1", map[string]string{"Authorization": "", "X-ClickHouse-User": testUser, "X-ClickHouse-Key": testPassword}, 200, "", "1\n"},
		{"POST", "", "SELECT currentDatabase()", map[string]string{"X-ClickHouse-Database": "system"}, 200, "", "system\n"},
		{"POST", "", "SELECT 1 AS a", map[string]string{"X-ClickHouse-Format": "JSONEachRow"}, 200, "", `{"a":1}`},
		{"POST", "?default_format=CSVWithNames", "SELECT 1 AS a", nil, 200, "", "\"a\"\n1\n"},
		{"POST", "", "x", map[string]string{"Content-Encoding": "br"}, 501, "48", "Content-Encoding"},
		{"POST", "", "x", map[string]string{"Content-Encoding": "gzip"}, 500, "354", "ZLIB"},
		{"POST", "?decompress=1", "not a frame at all, but long enough", nil, 500, "210", "NETWORK_ERROR"},
		{"POST", "", "x", map[string]string{"Content-Type": "multipart/form-data; boundary=x"}, 501, "48", "External tables"},
	} {
		r := s.do(t, c.method, c.query, c.body, c.header)
		if r.status != c.status || r.header.Get("X-ClickHouse-Exception-Code") != c.code || !strings.Contains(r.body, c.contains) {
			t.Errorf("%s %s %q: %d, code %q: %s", c.method, c.query, c.body, r.status, r.header.Get("X-ClickHouse-Exception-Code"), r.body)
		}
		if strings.Contains(r.body, testPassword) {
			t.Errorf("%s %s: the answer holds the password", c.method, c.query)
		}
	}
}

func TestHTTPHeaders(t *testing.T) {
	s := sharedServer(t)
	r := s.do(t, "POST", "?query_id=mine&default_format=JSONEachRow", "SELECT 1", nil)
	got := map[string]string{}
	for _, name := range []string{"X-ClickHouse-Query-Id", "X-ClickHouse-Format", "Content-Type"} {
		got[name] = r.header.Get(name)
	}
	want := map[string]string{"X-ClickHouse-Query-Id": "mine", "X-ClickHouse-Format": "JSONEachRow", "Content-Type": "application/x-ndjson; charset=UTF-8"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if !strings.Contains(r.header.Get("X-ClickHouse-Summary"), `"read_rows":"1"`) {
		t.Errorf("summary %q", r.header.Get("X-ClickHouse-Summary"))
	}
}

func TestHTTPParameters(t *testing.T) {
	s := sharedServer(t)
	q := url.Values{"param_s": {`a\nb'\\`}, "param_n": {"7"}, "param_t": {"odd `name\nx"}}
	got := s.post(t, "?"+q.Encode()+"&default_format=JSONCompactEachRow", "SELECT {s:String}, {n:Int32} + 1")
	if want := `["a\nb'\\", 8]` + "\n"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	s.post(t, "?"+q.Encode(), "CREATE TABLE {t:Identifier} (a Int8) ENGINE = Memory")
	if got := s.post(t, "?param_x="+url.QueryEscape(`odd `+"`"+`name\nx`), "SELECT count() FROM system.tables WHERE name = {x:String}"); got != "1\n" {
		t.Errorf("found %q tables", got)
	}
	s.post(t, "?"+q.Encode(), "DROP TABLE {t:Identifier}")
}

// TestHTTPInsertForms sends data in the text, in the body, and in both.
func TestHTTPInsertForms(t *testing.T) {
	s := sharedServer(t)
	s.post(t, "", "CREATE DATABASE forms")
	s.post(t, "?database=forms", "CREATE TABLE t (a Int32, b String) ENGINE = MergeTree ORDER BY a")
	s.post(t, "?database=forms", "INSERT INTO t FORMAT CSV\n1,\"x\n\ny\"\n")
	s.post(t, "?database=forms&query="+url.QueryEscape("INSERT INTO t FORMAT TSV"), "2\tin the body\n")
	s.post(t, "?database=forms&query="+url.QueryEscape("INSERT INTO t FORMAT TSV\n3\tin the text\n"), "4\tand the body\n")
	s.post(t, "?database=forms&query="+url.QueryEscape("INSERT INTO t VALUES"), "(5, 'values')")
	s.post(t, "?database=forms&param_n=6", "INSERT INTO t VALUES ({n:Int32}, 'param')")
	s.post(t, "?database=forms&query="+url.QueryEscape("INSERT INTO t (b, a) FORMAT JSONEachRow"), `{"a": 7, "b": "json"}`)
	s.post(t, "?database=forms", "INSERT INTO FUNCTION null('a Int8') FORMAT TSV\n1\n")
	s.post(t, "?database=forms&query="+url.QueryEscape("INSERT INTO t FORMAT TSV"), "")
	want := "1,\"x\n\ny\"\n2,\"in the body\"\n3,\"in the text\"\n4,\"and the body\"\n5,\"values\"\n6,\"param\"\n7,\"json\"\n"
	if diff := cmp.Diff(want, s.post(t, "?database=forms", "SELECT * FROM t ORDER BY a FORMAT CSV")); diff != "" {
		t.Error(diff)
	}
	r := s.do(t, "POST", "?database=forms&query="+url.QueryEscape("INSERT INTO t FORMAT TSV"), "8\tx\nnine\tx\n", nil)
	if r.status != 400 || r.header.Get("X-ClickHouse-Exception-Code") != "27" {
		t.Errorf("bad data: %d %s", r.status, r.body)
	}
}

func unframe(t *testing.T, data string) string {
	t.Helper()
	r := compress.NewReader(strings.NewReader(data))
	var out bytes.Buffer
	if _, err := io.Copy(&out, r); err != nil && !errors.Is(err, io.EOF) {
		t.Fatal(err)
	}
	return out.String()
}

// TestHTTPAsTheMooseCLIAsks uses the request line of Moose's own client.
func TestHTTPAsTheMooseCLIAsks(t *testing.T) {
	s := sharedServer(t)
	line := "?default_format=RowBinaryWithNamesAndTypes&readonly=1&compress=1&enable_json_type=1&flatten_nested=0&database=default"
	header := map[string]string{"Authorization": "", "X-ClickHouse-User": testUser, "X-ClickHouse-Key": testPassword}
	r := s.do(t, "POST", line, "SELECT 'x' AS a, toUInt8(7) AS b", header)
	if got, want := unframe(t, r.body), "\x02\x01a\x01b\x06String\x05UInt8\x01x\x07"; r.status != 200 || got != want {
		t.Errorf("%d: got %q, want %q", r.status, got, want)
	}
	r = s.do(t, "POST", line, "SELECT name FROM system.tables WHERE 0", header)
	if got, want := unframe(t, r.body), "\x01\x04name\x06String"; r.status != 200 || got != want {
		t.Errorf("no rows: %d: got %q, want %q", r.status, got, want)
	}
	// Read by the CLI in every run; a user without the right ends the run.
	r = s.do(t, "POST", line, "SELECT count() FROM system.row_policies WHERE has(apply_to_list, 'moose_rls_role')", header)
	if r.status != 200 {
		t.Errorf("row policies: %d: %q", r.status, unframe(t, r.body))
	}
	r = s.do(t, "POST", line, "SELECT nope", header)
	if got := unframe(t, r.body); r.status != 404 || !strings.Contains(got, "Code: 47. DB::Exception:") {
		t.Errorf("an error: %d: %q", r.status, got)
	}
	r = s.do(t, "POST", line, "CREATE TABLE x (a Int8) ENGINE = Memory", header)
	if got := unframe(t, r.body); r.header.Get("X-ClickHouse-Exception-Code") != "164" || !strings.Contains(got, "READONLY") {
		t.Errorf("readonly: %d: %q", r.status, got)
	}
	var frame bytes.Buffer
	w := compress.NewWriter(compress.LevelZero, compress.LZ4)
	for _, part := range []string{"\x01\x00\x00\x00\x01a", "\x02\x00\x00\x00\x01b"} {
		if err := w.Compress([]byte(part)); err != nil {
			t.Fatal(err)
		}
		frame.Write(w.Data)
	}
	s.post(t, "", "CREATE TABLE rust (a Int32, b String) ENGINE = MergeTree ORDER BY a")
	insert := "?decompress=1&query=" + url.QueryEscape("INSERT INTO rust(a,b) FORMAT RowBinary")
	s.post(t, insert, frame.String())
	if got := s.post(t, "", "SELECT groupArray((a, b)) FROM rust"); got != "[(1,'a'),(2,'b')]\n" {
		t.Errorf("got %q", got)
	}
	cut := s.do(t, "POST", insert, frame.String()[:frame.Len()-3], nil)
	if cut.status == 200 {
		t.Error("a frame that is cut off was taken")
	}
}

func TestHTTPGzip(t *testing.T) {
	s := sharedServer(t)
	r := s.do(t, "POST", "", "SELECT repeat('x', 10000)", map[string]string{"Accept-Encoding": "deflate, gzip;q=0.5"})
	if r.header.Get("Content-Encoding") != "gzip" || len(r.body) > 1000 {
		t.Fatalf("encoding %q, %d bytes", r.header.Get("Content-Encoding"), len(r.body))
	}
	zr, err := gzip.NewReader(strings.NewReader(r.body))
	if err != nil {
		t.Fatal(err)
	}
	if body, err := io.ReadAll(zr); err != nil || len(body) != 10001 {
		t.Fatalf("%d bytes, %v", len(body), err)
	}
	for _, c := range []struct{ query, accept string }{{"?enable_http_compression=0", "gzip"}, {"", "gzip;q=0"}, {"", "br"}} {
		if r := s.do(t, "POST", c.query, "SELECT 1", map[string]string{"Accept-Encoding": c.accept}); r.body != "1\n" {
			t.Errorf("%v: %q", c, r.body)
		}
	}
	var packed bytes.Buffer
	zw := gzip.NewWriter(&packed)
	_, _ = zw.Write([]byte("SELECT 'packed'"))
	_ = zw.Close()
	if r := s.do(t, "POST", "", packed.String(), map[string]string{"Content-Encoding": "gzip"}); r.body != "packed\n" {
		t.Errorf("%d %q", r.status, r.body)
	}
}

func TestHTTPNamedSessions(t *testing.T) {
	s := sharedServer(t)
	s.post(t, "?session_id=a", "CREATE TEMPORARY TABLE tmp (x Int8)")
	s.post(t, "?session_id=a", "INSERT INTO tmp VALUES (1)")
	if r := s.do(t, "GET", "?session_id=a&query=SELECT+*+FROM+tmp", "", nil); r.body != "1\n" {
		t.Errorf("%d %q", r.status, r.body)
	}
	if r := s.do(t, "GET", "?session_id=a&query=DROP+TABLE+tmp", "", nil); r.header.Get("X-ClickHouse-Exception-Code") != "164" {
		t.Errorf("%d %q", r.status, r.body)
	}
	if got := s.post(t, "?session_id=a&close_session=1", "SELECT count() FROM tmp"); got != "1\n" {
		t.Errorf("%q", got)
	}
	if r := s.do(t, "POST", "?session_id=a&session_check=1", "SELECT 1", nil); r.header.Get("X-ClickHouse-Exception-Code") != "372" {
		t.Errorf("%d %q", r.status, r.body)
	}
	var wg sync.WaitGroup
	wg.Go(func() { s.post(t, "?session_id=busy", "SELECT sleep(1)") })
	time.Sleep(300 * time.Millisecond)
	if r := s.do(t, "POST", "?session_id=busy", "SELECT 1", nil); r.header.Get("X-ClickHouse-Exception-Code") != "373" {
		t.Errorf("%d %q", r.status, r.body)
	}
	wg.Wait()
}

// The engine itself keeps a failed statement, and the locks on its tables, until the
// next statement of the connection.
func TestAFailedStatementHoldsNoLock(t *testing.T) {
	s := sharedServer(t)
	s.post(t, "", "CREATE TABLE locked (a Int32) ENGINE = MergeTree ORDER BY a")
	s.post(t, "?session_id=failing&session_timeout=3600", "INSERT INTO locked VALUES (1)")
	if r := s.do(t, "POST", "?session_id=failing&session_timeout=3600", "SELECT throwIf(a = 1) FROM locked", nil); r.header.Get("X-ClickHouse-Exception-Code") != "395" {
		t.Fatalf("%d %q", r.status, r.body)
	}
	// Without SYNC the table goes in the background, whoever holds it.
	s.post(t, "", "DROP TABLE locked SYNC")
	if got := s.post(t, "", "SELECT count() FROM system.tables WHERE name = 'locked'"); got != "0\n" {
		t.Errorf("%q", got)
	}
}
