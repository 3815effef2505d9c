package forge

import (
	"net/http"
	"testing"
	"time"
	"unicode/utf8"
)

func FuzzDecodeViewer(f *testing.F) {
	f.Add([]byte(`{"data":{"viewer":{"login":"github-actions"}}}`))
	f.Add([]byte(`{"data":null,"errors":[{"message":"no"}]}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		if login, err := decodeViewer(data); (login == "") == (err == nil) {
			t.Errorf("%q, %v", login, err)
		}
	})
}

func FuzzRetryAfter(f *testing.F) {
	f.Add("5")
	f.Add("-1")
	f.Add("99999999999999999999")
	f.Add("Fri, 01 May 2026 12:00:09 GMT")
	f.Fuzz(func(t *testing.T, value string) {
		now := time.Unix(1_800_000_000, 0)
		if d, ok := retryAfter(http.Header{"Retry-After": {value}}, now); d < 0 || !ok && d != 0 {
			t.Errorf("%q: %s, %t", value, d, ok)
		}
	})
}

func FuzzShorten(f *testing.F) {
	f.Add("ääää", 3)
	f.Fuzz(func(t *testing.T, text string, n int) {
		n = 1 + n&0xff
		got := shorten(text, n)
		if utf8.RuneCountInString(got) > n || utf8.RuneCountInString(text) <= n && got != text {
			t.Errorf("%q cut to %d is %q", text, n, got)
		}
	})
}
