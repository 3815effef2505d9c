package dsn

import (
	"context"
	"maps"
	"net/url"
	"slices"
	"strings"

	"github.com/ClickHouse/clickhouse-go/v2"
)

// identity settles user, password, token and database.
func (p *clickhouseParser) identity() {
	var user, password string
	if p.u.User != nil {
		user = p.u.User.Username()
		password, _ = p.u.User.Password()
	}
	path := strings.Trim(p.u.Path, "/")
	if strings.Contains(path, "/") {
		p.refuse("its path has more than one part", "write only the database after the host; a path of the HTTP interface goes into ?http_path=")
	}
	p.out.User = p.one("user", "default", user, "username", "user")
	p.cred.password = p.one("password", "", password, "password")
	p.cred.token = p.one("token", "", "", "token", "access_token", "jwt")
	p.out.Database = p.one("database", "default", path, "database")
	if p.cred.token != "" && !p.out.Secure {
		p.refuse("a token needs TLS", "write https:// or add secure=true")
	}
	if proxy := p.params.Get("http_proxy"); proxy != "" {
		if u, err := url.Parse(proxy); err == nil && u.User != nil {
			if secret, ok := u.User.Password(); ok {
				p.cred.more = append(p.cred.more, secret)
			}
		}
	}
	for name, values := range p.params {
		if secretParam(name) {
			p.cred.more = append(p.cred.more, values...)
		}
	}
}

// one takes a value that several places may give, drops those parameters, and
// refuses contradictions.
func (p *clickhouseParser) one(what, fallback, value string, names ...string) string {
	for _, name := range names {
		v := p.params.Get(name)
		p.params.Del(name)
		switch {
		case v == "" || v == value:
		case value == "":
			value = v
		default:
			p.refuse("the "+what+" is given twice, with different values", "keep one of them")
		}
	}
	if value == "" {
		return fallback
	}
	return value
}

// finish writes the URL in clickhouse-go's syntax and lets clickhouse-go judge
// the remaining parameters.
func (p *clickhouseParser) finish() {
	if p.err != nil {
		return
	}
	query := url.Values{}
	for name, values := range p.params {
		query[name] = values
	}
	query.Del("secure")
	if p.out.Secure {
		query.Set("secure", "true")
	}
	canonical := url.URL{
		Scheme: "clickhouse",
		User:   url.UserPassword(p.out.User, p.cred.password),
		Host:   strings.Join(p.out.Addrs, ","),
		Path:   "/" + p.out.Database,
	}
	if p.out.Protocol == HTTP {
		canonical.Scheme = "http"
		if p.out.Secure {
			canonical.Scheme = "https"
		}
	}
	for _, name := range slices.Sorted(maps.Keys(query)) {
		probe := url.URL{Scheme: "clickhouse", Host: "h:1", RawQuery: url.Values{name: query[name]}.Encode()}
		if name == "tls_server_name" {
			probe.RawQuery += "&secure=true"
		}
		if _, err := clickhouse.ParseDSN(probe.String()); err != nil {
			p.refuse("parameter "+name+" has a value that the ClickHouse client does not accept", "durations are written 10s or 500ms, switches true or false, counts as plain numbers")
			return
		}
	}
	canonical.RawQuery = query.Encode()
	p.cred.canonical = canonical.String()
	if _, err := clickhouse.ParseDSN(p.cred.canonical); err != nil {
		p.refuse("the ClickHouse client does not accept it", "tls_server_name needs secure=true or https; "+encodeRemedy)
		return
	}
	cred := p.cred
	p.out.hidden = func() credentials { return cred }
}

func tokenSource(token string) clickhouse.GetJWTFunc {
	return func(context.Context) (string, error) { return token, nil }
}
