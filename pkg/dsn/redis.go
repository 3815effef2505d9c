package dsn

import (
	"net/url"
	"strconv"
	"strings"

	"github.com/redis/go-redis/v9"
)

// Redis is a parsed Redis connection URL. Make it with [ParseRedis]. It prints
// without its password.
type Redis struct {
	// Network is "tcp" or "unix".
	Network string
	// Addr is host:port, or the path of the socket.
	Addr string
	// Secure says that the connection uses TLS (rediss).
	Secure bool
	// User is the ACL user, empty for Redis' default user.
	User string
	// DB is the number of the logical database.
	DB int

	hidden func() redisCredentials
}

type redisCredentials struct{ password, canonical string }

// ParseRedis reads a redis://, rediss:// or unix:// URL with the meaning
// go-redis/v9 gives it: default host localhost, default port 6379, the database
// number in the path or ?db=, go-redis' options as parameters. The error never
// contains the URL.
func ParseRedis(raw string) (Redis, error) {
	u, params, err := split("Redis", raw)
	if err != nil {
		return Redis{}, err
	}
	refuse := func(reason, remedy string) (Redis, error) {
		return Redis{}, &Error{Kind: "Redis", Reason: reason, Remedy: remedy}
	}
	const shape = "write " + exampleRedis + ", rediss:// for TLS or unix:///path/to/socket"
	u.Scheme = strings.ToLower(u.Scheme)
	switch u.Scheme {
	case "redis", "rediss":
		if u.Host != "" {
			if _, _, problem := hostPort(strings.TrimPrefix(u.Host, ":")); problem != "" {
				return refuse(problem, "write for example "+exampleRedis)
			}
		}
		if db := strings.Trim(u.Path, "/"); db != "" {
			if n, err := strconv.Atoi(db); err != nil || n < 0 {
				return refuse("its path is not a database number", "write for example redis://host:6379/0")
			}
		}
	case "unix":
		if strings.TrimSpace(u.Path) == "" {
			return refuse("it names no socket", "write unix:///path/to/socket")
		}
	default:
		return refuse("its scheme is not one of redis, rediss, unix", shape)
	}
	for name := range params {
		if secretParam(name) {
			return refuse("a parameter after ? looks like a credential, which Redis URLs carry before the host", shape)
		}
	}
	canonical := u.String()
	opt, err := redis.ParseURL(canonical)
	if err != nil {
		return refuse("the Redis client does not accept it", "check that each parameter after ? is an option of go-redis (db, dial_timeout, read_timeout, pool_size, skip_verify, …) with a value of its kind")
	}
	if opt.DB < 0 {
		return refuse("its database number is negative", "write for example redis://host:6379/0")
	}
	cred := redisCredentials{password: opt.Password, canonical: canonical}
	return Redis{
		Network: opt.Network, Addr: opt.Addr, Secure: opt.TLSConfig != nil,
		User: opt.Username, DB: opt.DB,
		hidden: func() redisCredentials { return cred },
	}, nil
}

// IsZero reports whether r was not made by [ParseRedis].
func (r Redis) IsZero() bool { return r.hidden == nil }

func (r Redis) secret() redisCredentials {
	if r.hidden == nil {
		return redisCredentials{}
	}
	return r.hidden()
}

// Secrets returns the texts that [Redact] must remove; empty without a password.
func (r Redis) Secrets() []string {
	password := r.secret().password
	if password == "" {
		return nil
	}
	return []string{password, r.User + ":" + password}
}

// Redact removes this URL's password from text.
func (r Redis) Redact(text string) string { return Redact(text, r.Secrets()...) }

// Options returns fresh options for go-redis/v9, which the caller may change.
// The zero Redis gives options without an address, which go-redis takes as
// localhost:6379.
func (r Redis) Options() *redis.Options {
	h := r.secret()
	if h.canonical == "" {
		return &redis.Options{}
	}
	opt, err := redis.ParseURL(h.canonical)
	if err != nil { // ParseRedis has already parsed the same text
		return &redis.Options{}
	}
	return opt
}

// Masked shows scheme, user, address and database number; a password shows as
// [Mask] and query parameters are left out.
func (r Redis) Masked() string {
	if r.Network == "" {
		return "redis://"
	}
	var login string
	if r.User != "" || r.secret().password != "" {
		login = url.PathEscape(r.User)
		if r.secret().password != "" {
			login += ":" + Mask
		}
		login += "@"
	}
	db := strconv.Itoa(r.DB)
	if r.Network == "unix" {
		return "unix://" + login + (&url.URL{Path: r.Addr}).EscapedPath() + "?db=" + db
	}
	scheme := "redis"
	if r.Secure {
		scheme = "rediss"
	}
	return scheme + "://" + login + r.Addr + "/" + db
}
