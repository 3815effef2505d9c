package main

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

func env(m map[string]string) func(string) string { return func(k string) string { return m[k] } }

func TestParseOptions(t *testing.T) {
	vars := env(map[string]string{"MOOSE_CHDB_LIB": "lib.so", "MOOSE_CLICKHOUSE_USER": "u", "MOOSE_CLICKHOUSE_PASSWORD": "p4ss"})
	var out bytes.Buffer
	o, err := parseOptions([]string{"--path", "d"}, vars, &out)
	if err != nil || o.lib != "lib.so" || o.user != "u" || o.password != "p4ss" || o.host != "127.0.0.1" {
		t.Errorf("%+v, %v", o, err)
	}
	o, err = parseOptions([]string{"--path", "d", "--user", "x", "--password", "y", "--lib", "l"}, vars, &out)
	if err != nil || o.lib != "l" || o.user != "x" || o.password != "y" {
		t.Errorf("%+v, %v", o, err)
	}
	if _, err := parseOptions([]string{"-help"}, vars, &out); !errors.Is(err, flag.ErrHelp) {
		t.Error(err)
	}
	for _, args := range [][]string{{}, {"--nope"}, {"--path", "d", "x"}, {"--path", "d", "--native-port", "-1"}} {
		if _, err := parseOptions(args, vars, &out); !errors.Is(err, errUsage) {
			t.Errorf("%v: %v", args, err)
		}
	}
	if strings.Contains(out.String(), "p4ss") {
		t.Errorf("the help shows the password: %s", out.String())
	}
}

func TestWithParent(t *testing.T) {
	var parent atomic.Int64
	parent.Store(42)
	ctx, cancel := withParent(context.Background(), func() int { return int(parent.Load()) })
	defer cancel()
	select {
	case <-ctx.Done():
		t.Fatal("ended while the parent lives")
	case <-time.After(2 * parentInterval):
	}
	parent.Store(1)
	select {
	case <-ctx.Done():
	case <-time.After(5 * time.Second):
		t.Fatal("did not end with the parent")
	}
}
