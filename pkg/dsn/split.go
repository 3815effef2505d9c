package dsn

import (
	"net/url"
	"regexp"
	"strings"

	"github.com/ClickHouse/clickhouse-go/v2/lib/churl"
)

// paramName is the shape of a query parameter's name: an option of the client
// or a server setting. Anything else is a piece of an unencoded value.
var paramName = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]*$`)

// split parses raw with the rules that make it safe to name parts of the
// result: an "@" or "#" outside the user and password, or a parameter without a
// plain name, means that an unencoded credential was cut in pieces, so the whole
// URL is refused. The scheme is returned in lower case.
func split(kind, raw string) (*url.URL, url.Values, error) {
	example := exampleClickHouse
	if kind == "Redis" {
		example = exampleRedis
	}
	refuse := func(reason, remedy string) error {
		return &Error{Kind: kind, Reason: reason, Remedy: remedy}
	}
	raw = strings.TrimSpace(raw)
	if raw == "" {
		return nil, nil, refuse("it is empty", "write for example "+example)
	}
	scheme, rest, ok := strings.Cut(raw, "://")
	if !ok || !schemeShape.MatchString(scheme) {
		return nil, nil, refuse("it does not start with a scheme and ://", "write for example "+example)
	}
	authority := rest
	if i := strings.IndexAny(rest, "/?#"); i >= 0 {
		authority = rest[:i]
	}
	tail := rest[len(authority):]
	if strings.ContainsAny(tail, "@#") {
		return nil, nil, refuse("it has an @ or # after the host, so the password cannot be told from the rest", encodeRemedy)
	}
	for host := range strings.SplitSeq(authority[strings.LastIndexByte(authority, '@')+1:], ",") {
		if _, _, problem := hostPort(strings.TrimPrefix(strings.TrimSpace(host), ":")); problem == badPort {
			return nil, nil, refuse(badPort, "write for example "+example)
		}
	}
	u, err := churl.Parse(raw)
	if err != nil {
		return nil, nil, refuse("it cannot be read as a URL", encodeRemedy)
	}
	params, err := url.ParseQuery(u.RawQuery)
	if err != nil {
		return nil, nil, refuse("its part after ? cannot be read", encodeRemedy)
	}
	for name, values := range params {
		if !paramName.MatchString(name) {
			return nil, nil, refuse("a parameter after ? has no plain name", encodeRemedy)
		}
		if len(values) > 1 {
			return nil, nil, refuse("a parameter after ? is given more than once", "keep one of them")
		}
	}
	return u, params, nil
}

var schemeShape = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9+.-]*$`)

// secretParam reports whether a query parameter of that name carries a
// credential.
func secretParam(name string) bool {
	name = strings.ToLower(name)
	for _, part := range []string{"password", "passwd", "token", "secret", "jwt", "api_key", "apikey", "access_key", "private_key"} {
		if strings.Contains(name, part) {
			return true
		}
	}
	return false
}
