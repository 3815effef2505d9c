package dsn

import (
	"net"
	"net/url"
	"strings"

	"github.com/ClickHouse/clickhouse-go/v2"
)

// Protocol is the wire protocol that is spoken with ClickHouse.
type Protocol string

const (
	// Native is ClickHouse's own TCP protocol (ports 9000 and, with TLS, 9440).
	Native Protocol = "native"
	// HTTP is the HTTP interface (ports 8123 and, with TLS, 8443).
	HTTP Protocol = "http"
)

// ClickHouse is a parsed ClickHouse connection URL. Make it with
// [ParseClickHouse]. It prints without its credentials.
type ClickHouse struct {
	// Protocol is the wire protocol the URL stands for.
	Protocol Protocol
	// Secure says that the connection uses TLS.
	Secure bool
	// SkipVerify says that the server's certificate is not checked.
	SkipVerify bool
	// Addrs are the servers as host:port, tried in this order; never empty.
	Addrs []string
	// Database is the database name, "default" when the URL names none.
	Database string
	// User is the user name, "default" when the URL names none.
	User string
	// Warnings are remarks on how the URL was understood, fit for printing.
	Warnings []string

	hidden func() credentials
}

// credentials sits behind a function value, so that printing a structure that
// embeds a parsed URL in an unexported field shows an address, not a password.
type credentials struct {
	password, token string
	canonical       string // DSN in clickhouse-go's syntax, with the password
	more            []string
}

// IsZero reports whether c was not made by [ParseClickHouse].
func (c ClickHouse) IsZero() bool { return c.hidden == nil }

// HasPassword reports whether the URL gives a password or a token.
func (c ClickHouse) HasPassword() bool {
	h := c.secret()
	return h.password != "" || h.token != ""
}

// Password returns the password in clear text, for callers that speak HTTP
// themselves. Never print it.
func (c ClickHouse) Password() string { return c.secret().password }

func (c ClickHouse) secret() credentials {
	if c.hidden == nil {
		return credentials{}
	}
	return c.hidden()
}

// Secrets returns every text that [Redact] must remove when it could contain
// something the server or a proxy echoed: the password, the token, and the
// user:password pair of HTTP basic authentication.
func (c ClickHouse) Secrets() []string {
	h := c.secret()
	var out []string
	if h.password != "" {
		out = append(out, h.password, c.User+":"+h.password)
	}
	if h.token != "" {
		out = append(out, h.token)
	}
	return append(out, h.more...)
}

// Redact removes this URL's credentials from text.
func (c ClickHouse) Redact(text string) string { return Redact(text, c.Secrets()...) }

// WithDatabase returns a copy that connects to another database.
func (c ClickHouse) WithDatabase(name string) ClickHouse {
	c.Database = name
	return c
}

// Options returns fresh options for clickhouse-go/v2. The caller may change
// them. The zero ClickHouse gives options without an address, which
// clickhouse-go takes as localhost.
func (c ClickHouse) Options() *clickhouse.Options {
	h := c.secret()
	if h.canonical == "" {
		return &clickhouse.Options{}
	}
	opt, err := clickhouse.ParseDSN(h.canonical)
	if err != nil { // ParseClickHouse has already parsed the same text
		return &clickhouse.Options{}
	}
	opt.Auth.Database = c.Database
	if h.token != "" {
		opt.GetJWT = tokenSource(h.token)
		opt.Auth.Username, opt.Auth.Password = "", ""
	}
	return opt
}

// HTTPURL returns the base URL of the HTTP interface without credentials, for
// example "https://host:8443/". ok is false for the native protocol.
func (c ClickHouse) HTTPURL() (base string, ok bool) {
	if c.Protocol != HTTP || len(c.Addrs) == 0 {
		return "", false
	}
	u := url.URL{Scheme: "http", Host: c.Addrs[0], Path: "/"}
	if c.Secure {
		u.Scheme = "https"
	}
	if path := c.Options().HttpUrlPath; path != "" {
		u.Path = path
	}
	return u.String(), true
}

// Host returns the first server's host name without its port.
func (c ClickHouse) Host() string {
	if len(c.Addrs) == 0 {
		return ""
	}
	host, _, err := net.SplitHostPort(c.Addrs[0])
	if err != nil {
		return c.Addrs[0]
	}
	return host
}

// Masked shows protocol, user, hosts, ports and database. A password or token
// shows as [Mask]; query parameters are left out, except secure=true.
func (c ClickHouse) Masked() string {
	if len(c.Addrs) == 0 {
		return "clickhouse://"
	}
	scheme := "clickhouse"
	if c.Protocol == HTTP {
		scheme = "http"
		if c.Secure {
			scheme = "https"
		}
	}
	var b strings.Builder
	b.WriteString(scheme + "://" + url.PathEscape(c.User))
	if c.HasPassword() {
		b.WriteString(":" + Mask)
	}
	b.WriteString("@" + strings.Join(c.Addrs, ",") + "/" + url.PathEscape(c.Database))
	if c.Protocol == Native && c.Secure {
		b.WriteString("?secure=true")
	}
	return b.String()
}
