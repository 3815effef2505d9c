package main

import (
	"context"
	"os"
	"path/filepath"
	"reflect"
	"runtime/debug"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/spf13/cobra"

	"github.com/moose-migrate/moose-migrate/internal/cli"
	"github.com/moose-migrate/moose-migrate/internal/session"
	"github.com/moose-migrate/moose-migrate/pkg/clilog"
	"github.com/moose-migrate/moose-migrate/pkg/embedded/parts"
	"github.com/moose-migrate/moose-migrate/pkg/inframap"
	"github.com/moose-migrate/moose-migrate/pkg/listing"
)

// parse runs one command of newCmd with a line of arguments and returns the
// options that it would have acted on.
func parse[T any](t *testing.T, newCmd func(*cli.Factory, func(context.Context, T) error) *cobra.Command, line string) (got T, err error) {
	t.Helper()
	f, _, _ := testFactory(t)
	cmd := newCmd(f, func(_ context.Context, opts T) error { got = opts; return nil })
	cmd.SetArgs(strings.Fields(line))
	cmd.SilenceErrors, cmd.SilenceUsage = true, true
	return got, cmd.ExecuteContext(t.Context())
}

func TestFlags(t *testing.T) {
	check := func(line string, got, want any, err error) {
		t.Helper()
		if err != nil || got != want {
			t.Errorf("%s: %+v, %v; want %+v", line, got, err, want)
		}
	}
	for line, want := range map[string]lsOptions{
		"":                                {},
		"--type streams --name Foo":       {kind: listing.Streams, name: "Foo"},
		"--_type web_apps --json":         {kind: listing.WebApps, json: true},
		"--type=materialized_views":       {kind: listing.MaterializedViews},
		"--type=tables --type views":      {kind: listing.Views},
		"--type dictionaries --name= ":    {kind: listing.Dictionaries},
		"--type sql_resource --json=true": {kind: listing.SQLResources, json: true},
	} {
		got, err := parse(t, newLsCmd, line)
		check("ls "+line, got, want, err)
	}
	for line, want := range map[string]logsOptions{
		"": {}, "-t": {tail: true}, "--tail -f x": {tail: true, filter: "x"}, "--filter x": {filter: "x"},
	} {
		got, err := parse(t, newLogsCmd, line)
		check("logs "+line, got, want, err)
	}
	for line, want := range map[string]checkOptions{"": {}, "--write-infra-map": {writeInfraMap: true}} {
		got, err := parse(t, newCheckCmd, line)
		check("check "+line, got, want, err)
	}
	for line, want := range map[string]hashTokenOptions{"": {}, "--json": {json: true}} {
		got, err := parse(t, newHashTokenCmd, line)
		check("hash-token "+line, got, want, err)
	}
	for line, want := range map[string]dbPullOptions{
		"": {}, "--file-path app/x.ts --clickhouse-url http://h": {filePath: "app/x.ts", flags: session.Flags{ClickHouseURL: "http://h"}},
		"--tables a* --tables b,c": {tables: []string{"a*", "b,c"}}, "--print Orders": {print: "Orders"},
	} {
		if got, err := parse(t, newDBPullCmd, line); err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("db pull %s: %+v, %v; want %+v", line, got, err, want)
		}
	}
	for _, line := range []string{"extra", "--print", "--print=", "--print a --tables b", "--print a --file-path b", "--clickhouse-url="} {
		if got, err := parse(t, newDBPullCmd, line); err == nil {
			t.Errorf("db pull %s is taken as %+v", line, got)
		}
	}
	for _, line := range []string{"extra", "--type", "--type foo", "--nope"} {
		if got, err := parse(t, newLsCmd, line); err == nil {
			t.Errorf("ls %s is taken as %+v", line, got)
		}
	}
}

// TestEveryCommandExplainsItself also keeps the aliases of Moose.
func TestEveryCommandExplainsItself(t *testing.T) {
	f, _, _ := testFactory(t)
	aliases := map[string]string{}
	var walk func(*cobra.Command)
	walk = func(cmd *cobra.Command) {
		if cmd.Short == "" || strings.HasSuffix(cmd.Short, ".") || cmd.Example == "" {
			t.Errorf("%s: the short help is %q, the examples are %q", cmd.CommandPath(), cmd.Short, cmd.Example)
		}
		aliases[cmd.CommandPath()] = strings.Join(cmd.Aliases, " ")
		for _, sub := range cmd.Commands() {
			walk(sub)
		}
	}
	walk(newRootCmd(f))
	for path, alias := range map[string]string{
		"moose plan": "pl", "moose migrate": "mg", "moose check": "c", "moose logs": "l", "moose ls": "",
		"moose db": "", "moose db pull": "", "moose generate": "g", "moose generate migration": "m", "moose generate hash-token": "h",
	} {
		if got, ok := aliases[path]; !ok || got != alias {
			t.Errorf("%s has the aliases %q, want %q", path, got, alias)
		}
	}
}

func TestNoTokenInTheLog(t *testing.T) {
	f, out, errs := testFactory(t)
	if code := run(t.Context(), f, []string{"-d", "generate", "hash-token"}); code != 0 {
		t.Fatal(code, errs)
	}
	words := strings.Fields(out.String())
	token := words[len(words)-1]
	file, err := clilog.Newest(clilog.Dir(f.Home()))
	if err != nil {
		t.Fatal(err)
	}
	log, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if len(token) != 65 || !strings.Contains(string(log), "moose generate hash-token") {
		t.Errorf("token %q, log:\n%s", token, log)
	}
	for _, part := range strings.Split(token, ".") {
		if strings.Contains(string(log), part) || strings.Contains(errs.String(), part) {
			t.Errorf("a part of the token got out:\n%s\n%s", log, errs)
		}
	}
}

func TestACredentialAsArgumentIsNotShown(t *testing.T) {
	for _, args := range [][]string{
		{"clickhouse://u:hunter22@h"},
		{"check", "clickhouse://u:hunter22@h"},
		{"ls", "--type", "redis://:hunter22@h:1"},
		{"generate", "clickhouse://u:hunter22@h"},
		{"db", "pull", "clickhouse://u:hunter22@h"},
	} {
		if code, out, errs := execute(t, args...); code != 1 || strings.Contains(out+errs, "hunter22") || !strings.Contains(errs, ":***@h") {
			t.Errorf("%v: %d %q %q", args, code, out, errs)
		}
	}
}

// lockedBuffer is written by the command while the test reads.
type lockedBuffer struct {
	mu   sync.Mutex
	text strings.Builder
}

func (b *lockedBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.text.Write(p)
}

func (b *lockedBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.text.String()
}

func TestLogsTailShowsNewMatchingLinesUntilInterrupted(t *testing.T) {
	f, _, _ := testFactory(t)
	out := &lockedBuffer{}
	f.Out = out
	w := clilog.NewWriter(clilog.Dir(f.Home()), f.Now, nil)
	defer w.Close()
	line := func(text string) {
		t.Helper()
		if _, err := w.Write([]byte(text)); err != nil {
			t.Fatal(err)
		}
	}
	line("needle from before")
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	code := make(chan int)
	go func() { code <- run(ctx, f, []string{"l", "-t", "-f", "needle"}) }()
	for !strings.Contains(out.String(), "new needle\n") && ctx.Err() == nil {
		line("new hay")
		line("new needle")
		time.Sleep(50 * time.Millisecond)
	}
	cancel()
	if got := <-code; got != 130 || strings.Contains(out.String(), "before") || strings.Contains(out.String(), "hay") {
		t.Errorf("%d\n%s", got, out)
	}
}

func TestBuild(t *testing.T) {
	info := &debug.BuildInfo{Main: debug.Module{Version: "v1.2.3"}, Settings: []debug.BuildSetting{
		{Key: "vcs.revision", Value: "abc"}, {Key: "vcs.time", Value: "2026-01-02T03:04:05Z"}, {Key: "vcs.modified", Value: "true"},
	}}
	got := newBuild("", info)
	got.Go, got.Platform = "", ""
	want := build{Version: "1.2.3", Commit: "abc-dirty", Date: "2026-01-02T03:04:05Z", Moose: parts.MooseVersion}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	for _, c := range []struct {
		linked string
		info   *debug.BuildInfo
		want   string
	}{{"v2.0.0", info, "2.0.0"}, {"", nil, "devel"}, {"", &debug.BuildInfo{Main: debug.Module{Version: "(devel)"}}, "devel"}} {
		if got := newBuild(c.linked, c.info).Version; got != c.want {
			t.Errorf("%q: %s, want %s", c.linked, got, c.want)
		}
	}
}

func TestInfraMapIsNotWrittenThroughAFile(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, ".moose"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := writeInfraMap(dir, inframap.New("")); err == nil || !strings.Contains(err.Error(), "infrastructure map") {
		t.Errorf("%v", err)
	}
}
