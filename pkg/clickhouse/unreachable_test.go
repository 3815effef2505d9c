package clickhouse

import (
	"context"
	"errors"
	"net"
	"os"
	"strings"
	"testing"

	"github.com/moose-migrate/moose-migrate/pkg/dsn"
)

func TestUnreachableSaysWhatToTry(t *testing.T) {
	timeout := &net.OpError{Op: "read", Net: "tcp", Err: os.ErrDeadlineExceeded}
	for _, c := range []struct {
		url  string
		err  error
		want string
	}{
		{"clickhouse://u:s3cr3t@h:8124/d", timeout, "no answer within 15s; is this the port of the native protocol (9000, with TLS 9440)? For HTTP write http:// or https://"},
		{"clickhouse://u:s3cr3t@h:8124/d", context.DeadlineExceeded, "no answer within 15s; is this the port"},
		{"http://u:s3cr3t@h:8124/d", timeout, "no answer within 15s"},
		{"http://u:s3cr3t@h:8124/d", errors.New("dial: connection refused for s3cr3t"), "connection refused; is the server running"},
	} {
		target, err := dsn.ParseClickHouse(c.url)
		if err != nil {
			t.Fatal(err)
		}
		got := unreachable(target, c.err).Error()
		if !strings.Contains(got, c.want) || strings.Contains(got, "s3cr3t") || target.Protocol == dsn.HTTP && strings.Contains(got, "native protocol") {
			t.Errorf("%s, %v: %s", c.url, c.err, got)
		}
	}
}
