package session

import (
	"context"
	"errors"
	"io"
	"net"
	"strings"
	"testing"

	"github.com/moose-migrate/moose-migrate/pkg/dsn"
)

func TestRedisReason(t *testing.T) {
	target, err := dsn.ParseRedis("redis://:s3cr3t@h:1")
	if err != nil {
		t.Fatal(err)
	}
	for want, cause := range map[string]error{
		"connection refused; is Redis running, and is this its port?": errors.New("dial tcp h:1: connect: connection refused"),
		`the host name "h" is not known`:                              &net.DNSError{Name: "h"},
		"it refused the user or the password; check the URL":          errors.New("WRONGPASS invalid username-password pair"),
		"no answer in time; is this the port of Redis":                context.DeadlineExceeded,
		"the server closed the connection":                            io.EOF,
		"something with ***":                                          errors.New("something with s3cr3t"),
	} {
		if got := redisReason(target, cause); !strings.HasPrefix(got, want) {
			t.Errorf("%v: %q, want %q", cause, got, want)
		}
	}
}
