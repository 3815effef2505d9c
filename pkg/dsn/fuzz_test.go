package dsn

import (
	"fmt"
	"net/url"
	"strings"
	"testing"
)

// marked reports whether a password can be told from the rest of an output:
// long enough, and not a piece of the fixed texts or of the other inputs.
func marked(password string, others ...string) bool {
	if len(password) < 4 {
		return false
	}
	for _, other := range others {
		if strings.Contains(other, password) {
			return false
		}
	}
	return true
}

func FuzzParseClickHouse(f *testing.F) {
	for _, seed := range [][2]string{
		{"clickhouse://u:%s@h:9000/d?secure=true", "pandapass"},
		{"https://h:8443/d?password=%s", "p@s/s#w?rd"},
		{"http://u:%s@h/d", "12/x@y"},
		{"tcp://h?token=%s&secure", "a&b=c%"},
		{"clickhouse://%s", "h1,[::1]"},
		{"native://u:%s@h:8443", "%41bcd"},
	} {
		f.Add(seed[0], seed[1])
	}
	f.Fuzz(func(t *testing.T, format, password string) {
		check(t, format, password, func(raw string) (fmt.Stringer, []string, error) {
			c, err := ParseClickHouse(raw)
			if err == nil && c.Options().Addr == nil {
				t.Errorf("%q: options without address", raw)
			}
			return c, c.Warnings, err
		})
	})
}

func FuzzParseRedis(f *testing.F) {
	for _, seed := range [][2]string{
		{"redis://u:%s@h:6379/1", "pandapass"}, {"rediss://:%s@h?db=2", "p@s/s#w?rd"}, {"unix://u:%s@/s?db=1", "abcd"},
	} {
		f.Add(seed[0], seed[1])
	}
	f.Fuzz(func(t *testing.T, format, password string) {
		check(t, format, password, func(raw string) (fmt.Stringer, []string, error) {
			r, err := ParseRedis(raw)
			return r, nil, err
		})
	})
}

// check builds URLs whose password is the given one, encoded and not, and looks
// for it in everything printable.
func check(t *testing.T, format, password string, parse func(string) (fmt.Stringer, []string, error)) {
	// As is: nothing may panic, whatever the text.
	_, _, _ = parse(format)
	// The password stands in the userinfo; the rest comes from the format.
	before, after, ok := strings.Cut(format, ":%s@")
	scheme, user, okScheme := strings.Cut(before, "://")
	if !ok || !okScheme || strings.ContainsAny(user+after, "@:/?#%") && !plainTail(after) || strings.ContainsAny(user, "@:/?#%,") {
		return
	}
	fixed := (&Error{Kind: "ClickHouse Redis", Reason: allTexts, Remedy: encodeRemedy}).Error()
	if !marked(password, scheme, user, after, fixed, strings.ToLower(after), url.PathEscape(user), url.PathEscape(after)) {
		return
	}
	for _, written := range []string{password, url.QueryEscape(password), strings.TrimPrefix(url.UserPassword("", password).String(), ":")} {
		v, warnings, err := parse(scheme + "://" + user + ":" + written + "@" + after)
		out := v.String() + strings.Join(warnings, " ")
		if err != nil {
			out += err.Error()
		}
		if strings.Contains(out, password) {
			t.Errorf("%q is shown in %q", password, out)
		}
	}
}

// plainTail accepts host:port/path?query without signs that move the boundary
// of the password.
func plainTail(s string) bool { return !strings.ContainsAny(s, "@#%") }

// allTexts are words of messages that a random password may happen to equal.
const allTexts = "is given more than once keep one of them cannot be read as a URL its part after the host or port write host:port with a from 1 to 65535 scheme://user:password@host:port/database https://user:password@host:8443/database clickhouse, tcp, native, http, https default localhost secure=true false 9000 9440 8123 8443 6379 443 ClickHouse's listens on unless configured otherwise *** redis rediss unix:// ?db= using instead of the protocol"
