package dsn

import (
	"fmt"
	"net"
	"net/url"
	"slices"
	"strconv"
	"strings"
)

// Ports of a ClickHouse server's default configuration.
const (
	portNative       = "9000"
	portNativeSecure = "9440"
	portHTTP         = "8123"
	portHTTPS        = "8443"
)

// ParseClickHouse reads a ClickHouse URL with the meaning clickhouse-go/v2
// gives it, made compatible with the URLs Moose users have:
//
//   - clickhouse, tcp and native speak the native protocol, port 9000, or 9440
//     with secure=true; port 9440 alone implies secure=true.
//   - http and https speak HTTP. Without a port they use 80 and 443, as any
//     HTTP client, clickhouse-go and Moose do, and a warning names ClickHouse's
//     own ports 8123 and 8443. https implies secure=true.
//   - a native scheme with port 8123 or 8443 is taken as HTTP or HTTPS, since
//     Moose speaks only HTTP and such URLs are common; a warning says so.
//   - the database is the path or ?database=, else "default"; the user is in
//     front of the host, or ?username=, or ?user=, else "default".
//   - several hosts are separated by commas. The other parameters are those of
//     clickhouse-go (dial_timeout, compress, skip_verify, …); a parameter it
//     does not know is sent as a server setting.
//   - token, access_token or jwt authenticates with a ClickHouse Cloud JWT; it
//     needs TLS and takes the place of the password.
//
// A name given twice with two values is refused. The error never contains the
// URL.
func ParseClickHouse(raw string) (ClickHouse, error) {
	u, params, err := split("ClickHouse", raw)
	if err != nil {
		return ClickHouse{}, err
	}
	p := clickhouseParser{u: u, params: params}
	p.scheme()
	p.hosts()
	p.identity()
	p.finish()
	if p.err != nil {
		return ClickHouse{}, p.err
	}
	return p.out, nil
}

type clickhouseParser struct {
	u      *url.URL
	params url.Values
	out    ClickHouse
	native bool // the scheme is a native one
	cred   credentials
	err    error
}

func (p *clickhouseParser) refuse(reason, remedy string) {
	if p.err == nil {
		p.err = &Error{Kind: "ClickHouse", Reason: reason, Remedy: remedy}
	}
}

func (p *clickhouseParser) warn(format string, args ...any) {
	p.out.Warnings = append(p.out.Warnings, fmt.Sprintf(format, args...))
}

// scheme sets protocol and TLS from the scheme and ?secure=.
func (p *clickhouseParser) scheme() {
	secure, given := false, p.params.Has("secure")
	if given {
		secure = p.flag("secure")
	}
	switch strings.ToLower(p.u.Scheme) {
	case "clickhouse", "tcp", "native":
		p.native, p.out.Protocol, p.out.Secure = true, Native, secure
	case "http":
		p.out.Protocol = HTTP
		if secure {
			p.refuse("http together with secure=true", "write https:// for TLS")
		}
	case "https":
		p.out.Protocol, p.out.Secure = HTTP, true
		if given && !secure {
			p.refuse("https together with secure=false", "write http:// for a connection without TLS")
		}
	default:
		p.refuse("its scheme is not one of clickhouse, tcp, native, http, https", "write for example "+exampleClickHouse+" or "+exampleHTTP)
	}
	p.out.SkipVerify = p.params.Has("skip_verify") && p.flag("skip_verify")
}

// flag reads a boolean parameter; its name alone means true.
func (p *clickhouseParser) flag(name string) bool {
	text := p.params.Get(name)
	if text == "" {
		return true
	}
	on, err := strconv.ParseBool(text)
	if err != nil {
		p.refuse("parameter "+name+" is neither true nor false", "write "+name+"=true or "+name+"=false")
	}
	return on
}

// hosts fills Addrs, adds missing ports and moves to HTTP when the port says so.
func (p *clickhouseParser) hosts() {
	list := strings.Split(p.u.Host, ",")
	list = append(strings.Split(p.params.Get("hosts"), ","), list...)
	list = append(list, strings.Split(p.params.Get("alt_hosts"), ",")...)
	p.params.Del("hosts")
	p.params.Del("alt_hosts")
	list = slices.DeleteFunc(list, func(h string) bool { return strings.TrimSpace(h) == "" })
	if len(list) == 0 {
		p.refuse("it names no host", "write for example "+exampleClickHouse)
		return
	}
	hosts, ports := make([]string, len(list)), make([]string, len(list))
	for i, item := range list {
		h, port, problem := hostPort(strings.TrimSpace(item))
		if problem != "" {
			p.refuse(problem, "write for example "+exampleClickHouse)
			return
		}
		hosts[i], ports[i] = h, port
	}
	p.fromPort(ports)
	for i := range hosts {
		if ports[i] == "" {
			ports[i] = p.defaultPort()
		}
		p.out.Addrs = append(p.out.Addrs, net.JoinHostPort(hosts[i], ports[i]))
	}
}

// fromPort draws what the standard ports imply.
func (p *clickhouseParser) fromPort(ports []string) {
	all := func(want string) bool {
		return !slices.ContainsFunc(ports, func(port string) bool { return port != want })
	}
	switch {
	case p.native && all(portHTTP):
		p.out.Protocol = HTTP
		p.warn("port %s is ClickHouse's HTTP port: using http:// instead of the native protocol", portHTTP)
	case p.native && all(portHTTPS):
		p.out.Protocol, p.out.Secure = HTTP, true
		p.warn("port %s is ClickHouse's HTTPS port: using https:// instead of the native protocol", portHTTPS)
	case p.native && all(portNativeSecure):
		if p.params.Has("secure") && !p.out.Secure {
			p.warn("port %s is ClickHouse's TLS port, but the URL says secure=false", portNativeSecure)
			return
		}
		p.out.Secure = true
	case !p.native && (all(portNative) || all(portNativeSecure)):
		p.warn("port %s is ClickHouse's native port, but the URL says HTTP: use clickhouse:// or port %s or %s", ports[0], portHTTP, portHTTPS)
	case !p.native && !p.out.Secure && all(portHTTPS):
		p.warn("port %s is ClickHouse's HTTPS port, but the URL says http://: use https://", portHTTPS)
	}
	if !p.native && slices.Contains(ports, "") {
		own := portHTTP
		if p.out.Secure {
			own = portHTTPS
		}
		p.warn("the URL gives no port: using %s; a ClickHouse server listens on %s unless configured otherwise", p.defaultPort(), own)
	}
}

func (p *clickhouseParser) defaultPort() string {
	switch {
	case !p.native && p.out.Secure:
		return "443"
	case !p.native:
		return "80"
	case p.out.Secure:
		return portNativeSecure
	}
	return portNative
}

// hostPort splits host, host:port, [v6] and [v6]:port; port is "" when absent. A
// problem says what is wrong, without quoting it.
func hostPort(text string) (host, port, problem string) {
	host = text
	if i := strings.LastIndexByte(text, ':'); i >= 0 && !strings.HasSuffix(text, "]") {
		host, port = text[:i], text[i+1:]
		if n, err := strconv.ParseUint(port, 10, 16); err != nil || n == 0 {
			return "", "", badPort
		}
	}
	bracketed := strings.HasPrefix(host, "[") && strings.HasSuffix(host, "]")
	if bracketed {
		host = host[1 : len(host)-1]
	}
	if host == "" || !bracketed && strings.ContainsRune(host, ':') || strings.ContainsAny(host, "@/?#[] \t\\") {
		return "", "", "its host cannot be read"
	}
	return host, port, ""
}
