package se

import (
	"context"
	"net"
	"net/netip"
	"slices"
	"strings"

	"github.com/moose-migrate/moose-migrate/pkg/dsn"
	"github.com/moose-migrate/moose-migrate/pkg/finding"
	"github.com/moose-migrate/moose-migrate/pkg/review"
)

var se005 = &review.Rule{
	Code: "SE005", Name: "connection is not protected", Severity: finding.Warn,
	Detects: "ClickHouse is on another machine, reached over a public address or name, and the connection is not encrypted or does not check the certificate. Addresses of private networks and names without a dot do not count.",
	Happens: "Everyone on the way can read the password and the data. Without a check of the certificate anyone on the way can pretend to be the server.",
	Remedy:  "use port 9440 with ?secure=true, or https:// with port 8443, and leave skip_verify out",
	Demo: review.Demo{
		{
			Say: "a URL without TLS", Code: "moose plan --clickhouse-url clickhouse://app:…@db.example.com:9000/shop",
			Do: sayConnection("clickhouse://app:geheim@db.example.com:9000/shop"), Want: "not encrypted",
		},
		{
			Say: "with TLS, and no look at the certificate", Code: "moose plan --clickhouse-url clickhouse://app:…@db.example.com:9440/shop?secure=true&skip_verify=true",
			Do: sayConnection("clickhouse://app:geheim@db.example.com:9440/shop?secure=true&skip_verify=true"), Want: "encrypted, with whoever answers",
		},
		{
			Say: "as it should be", Code: "moose plan --clickhouse-url clickhouse://app:…@db.example.com:9440/shop?secure=true",
			Do: sayConnection("clickhouse://app:geheim@db.example.com:9440/shop?secure=true"), Want: "protected",
		},
	},
	Check: func(s *review.Subject) []review.Hit {
		if !s.Process.Reviewing() || s.Process.Connection == nil {
			return nil
		}
		c := *s.Process.Connection
		if !slices.ContainsFunc(c.Addresses, remote) {
			return nil
		}
		switch protection(c) {
		case open:
			return []review.Hit{{What: []string{open}, Text: "the connection to ClickHouse goes to another machine and is not encrypted, so the password and the data can be read on the way"}}
		case unverified:
			return []review.Hit{{What: []string{unverified}, Text: "the connection to ClickHouse is encrypted but does not check the certificate, so anyone on the way can pretend to be the server"}}
		}
		return nil
	},
}

// How a connection is protected.
const (
	open       = "not encrypted"
	unverified = "encrypted, with whoever answers"
	protected  = "protected"
)

func protection(c review.Connection) string {
	switch {
	case !c.TLS:
		return open
	case !c.Verified:
		return unverified
	}
	return protected
}

// remote reports whether an address, as host:port, is certainly outside of the own
// machine and its private network.
func remote(address string) bool {
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		host = address
	}
	host = strings.TrimSuffix(strings.ToLower(host), ".")
	if ip, err := netip.ParseAddr(host); err == nil {
		return !ip.IsLoopback() && !ip.IsPrivate() && !ip.IsLinkLocalUnicast() && !ip.IsUnspecified()
	}
	// A name without a dot is one of the own network: localhost, a service of a workflow.
	if !strings.Contains(host, ".") {
		return false
	}
	return !slices.ContainsFunc(localDomains, func(d string) bool { return strings.HasSuffix(host, d) })
}

// localDomains are never resolved in public: RFC 6761, RFC 6762, RFC 8375 and ICANN's
// .internal, and the services of Kubernetes.
var localDomains = []string{".localhost", ".local", ".home.arpa", ".internal", ".svc"}

func sayConnection(raw string) func(context.Context) (string, error) {
	return func(context.Context) (string, error) {
		u, err := dsn.ParseClickHouse(raw)
		if err != nil {
			return "", err
		}
		return protection(review.Connection{Addresses: u.Addrs, TLS: u.Secure, Verified: !u.SkipVerify}), nil
	}
}
