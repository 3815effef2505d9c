package forge

import (
	"bytes"
	"io"
	"net/http"
	"sync"
)

// etags remembers answers with their ETag. A request with If-None-Match that is answered
// 304 does not count against GitHub's rate limit. Every answer is asked for again, also
// when the host calls it fresh: what another run wrote a second ago must be seen.
type etags struct {
	mu   sync.Mutex
	kept map[string]kept
	size int
}

type kept struct {
	tag    string
	header http.Header
	body   []byte
}

// maxKept bounds what is remembered, in bytes.
const maxKept = 64 << 20

func newETags() *etags { return &etags{kept: map[string]kept{}} }

func key(r *http.Request) string { return r.Header.Get("Accept") + " " + r.URL.String() }

// ask adds If-None-Match.
func (e *etags) ask(r *http.Request) {
	if r.Method != http.MethodGet {
		return
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	if k, ok := e.kept[key(r)]; ok {
		r.Header.Set("If-None-Match", k.tag)
	}
}

// answer remembers a full answer, and puts the remembered one in the place of a 304.
func (e *etags) answer(r *http.Request, response *http.Response, body []byte) *http.Response {
	if r.Method != http.MethodGet {
		return response
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	old, known := e.kept[key(r)]
	switch response.StatusCode {
	case http.StatusNotModified:
		if !known {
			return response
		}
		header := old.header.Clone()
		for name, values := range response.Header {
			header[name] = values
		}
		header.Del("Content-Length")
		header.Set("Content-Type", old.header.Get("Content-Type"))
		response.Header = header
		response.StatusCode, response.Status = http.StatusOK, "200 OK"
		response.ContentLength = int64(len(old.body))
		response.Body = io.NopCloser(bytes.NewReader(old.body))
	case http.StatusOK:
		tag := response.Header.Get("ETag")
		if known {
			e.size -= len(old.body)
			delete(e.kept, key(r))
		}
		if tag != "" && e.size+len(body) <= maxKept {
			e.kept[key(r)] = kept{tag: tag, header: response.Header.Clone(), body: body}
			e.size += len(body)
		}
	}
	return response
}
