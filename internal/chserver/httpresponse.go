package chserver

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"

	"github.com/moose-migrate/moose-migrate/internal/chdb"
)

// httpResponse writes the answer to one statement. The body is complete before
// the first byte goes out, so that a failure always has its status.
type httpResponse struct {
	w       http.ResponseWriter
	engine  *Engine
	request *httpRequest // nil until the request could be read
	format  string
}

// set keeps the spelling of ClickHouse's headers, which http.Header.Set would
// change.
func (o *httpResponse) set(name, value string) { o.w.Header()[name] = []string{value} }

func (o *httpResponse) common() {
	o.set("X-ClickHouse-Server-Display-Name", "moose-clickhouse")
	o.set("X-ClickHouse-Timezone", o.engine.zone)
	if o.request != nil {
		o.set("X-ClickHouse-Query-Id", o.request.queryID)
	}
}

func (o *httpResponse) succeed(res chdb.Result) {
	o.common()
	o.set("X-ClickHouse-Format", o.format)
	o.set("X-ClickHouse-Summary", fmt.Sprintf(
		`{"read_rows":"%d","read_bytes":"%d","written_rows":"%d","written_bytes":"%d","total_rows_to_read":"0","result_rows":"%d","result_bytes":"%d","elapsed_ns":"%d"}`,
		res.ScannedRows, res.ScannedBytes, res.RowsWritten, res.BytesWritten, res.RowsRead, len(res.Data), res.Elapsed.Nanoseconds()))
	o.w.Header().Set("Content-Type", contentType(o.format))
	o.write(http.StatusOK, res.Data)
}

func (o *httpResponse) fail(err error) {
	e := asException(err)
	o.common()
	o.set("X-ClickHouse-Exception-Code", strconv.Itoa(e.Code))
	o.w.Header().Set("Content-Type", "text/plain; charset=UTF-8")
	if e.Code == 516 && o.request == nil {
		o.w.Header().Set("WWW-Authenticate", `Basic realm="ClickHouse server HTTP API"`)
	}
	text := fmt.Sprintf("%s (version %s (official build))\n", e.Error(), o.engine.version)
	o.write(statusOf(e.Code), []byte(text))
}

// write compresses body as the request asked and sends it.
func (o *httpResponse) write(status int, body []byte) {
	var err error
	if q := o.request; q != nil && len(body) > 0 {
		switch {
		case q.framedOut:
			body, err = frames(nil, body, methodOf(q.settings["network_compression_method"]))
		case acceptsGzip(q.header.Get("Accept-Encoding")) && q.settings["enable_http_compression"] != "0":
			o.w.Header().Set("Content-Encoding", "gzip")
			body, err = gzipped(body)
		}
	}
	if err != nil {
		o.w.Header().Del("Content-Encoding")
		status, body = http.StatusInternalServerError, []byte(err.Error()+"\n")
	}
	o.w.Header().Set("Content-Length", strconv.Itoa(len(body)))
	o.w.WriteHeader(status)
	_, _ = o.w.Write(body) // a client that went away is no error of ours
}

// statuses maps error codes to HTTP statuses as the server's
// exceptionCodeToHTTPStatus does (src/Server/HTTP/exceptionCodeToHTTPStatus.cpp).
var statuses = map[int]int{
	194: 401, 192: 403, 193: 403, 516: 403, 291: 403, 497: 403,
	16: 404, 46: 404, 47: 404, 50: 404, 56: 404, 60: 404, 73: 404, 78: 404, 81: 404, 115: 404, 123: 404, 141: 404,
	6: 400, 8: 400, 25: 400, 26: 400, 27: 400, 36: 400, 38: 400, 41: 400, 42: 400, 43: 400, 53: 400, 62: 400,
	69: 400, 70: 400, 72: 400, 117: 400, 427: 400, 441: 400, 456: 400, 457: 400, 467: 400,
	159: 408, 381: 411, 37: 413, 48: 501, 76: 503, 209: 503, 210: 500, 394: 500,
}

func statusOf(code int) int {
	if s, ok := statuses[code]; ok {
		return s
	}
	return http.StatusInternalServerError
}

// contentType is the Content-Type a server gives to a format.
func contentType(format string) string {
	f := strings.ToLower(format)
	switch {
	case strings.Contains(f, "eachrow") && strings.HasPrefix(f, "json"), f == "ndjson", f == "jsonlines":
		return "application/x-ndjson; charset=UTF-8"
	case strings.HasPrefix(f, "json"):
		return "application/json; charset=UTF-8"
	case strings.HasPrefix(f, "tabseparated"), strings.HasPrefix(f, "tsv"):
		return "text/tab-separated-values; charset=UTF-8"
	case strings.HasPrefix(f, "csv"):
		return "text/csv; charset=UTF-8; header=absent"
	case strings.HasPrefix(f, "rowbinary"), f == "native", f == "parquet", f == "arrow", f == "orc":
		return "application/octet-stream"
	}
	return "text/plain; charset=UTF-8"
}
