package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
)

// errUsage says that the command line was wrong, which has been reported.
var errUsage = errors.New("wrong command line")

// options is the command line.
type options struct {
	lib, path, keeper, configExtra string
	host                           string
	httpPort, nativePort           int
	user, password                 string
	readyFile                      string
	dieWithParent, sandbox         bool
}

// parseOptions reads the command line. Credentials are better given in
// MOOSE_CLICKHOUSE_USER and MOOSE_CLICKHOUSE_PASSWORD, since arguments can be
// seen by every user of the machine.
func parseOptions(args []string, getenv func(string) string, stderr io.Writer) (options, error) {
	o := options{}
	fs := flag.NewFlagSet("moose-clickhouse", flag.ContinueOnError)
	fs.SetOutput(stderr)
	fs.StringVar(&o.lib, "lib", getenv("MOOSE_CHDB_LIB"), "path of libchdb.so (environment MOOSE_CHDB_LIB)")
	fs.StringVar(&o.path, "path", "", "data directory, made when it does not exist")
	fs.StringVar(&o.host, "host", "127.0.0.1", "address to listen on")
	fs.IntVar(&o.httpPort, "http-port", 0, "HTTP port, 0 to choose one")
	fs.IntVar(&o.nativePort, "native-port", 0, "native protocol port, 0 to choose one")
	fs.StringVar(&o.keeper, "keeper", "", "host:port of ZooKeeper or ClickHouse Keeper, for KeeperMap tables")
	fs.StringVar(&o.configExtra, "config-extra", "", "ClickHouse configuration file (XML) merged over the generated one")
	fs.StringVar(&o.user, "user", "", "user name clients must give (environment MOOSE_CLICKHOUSE_USER; default is \"default\")")
	fs.StringVar(&o.password, "password", "", "password clients must give (better: environment MOOSE_CLICKHOUSE_PASSWORD)")
	fs.StringVar(&o.readyFile, "ready-file", "", "file to write ports and process id to when ready (JSON)")
	fs.BoolVar(&o.dieWithParent, "die-with-parent", false, "stop when the process that started this one ends")
	fs.BoolVar(&o.sandbox, "sandbox", false, "deny the engine to reach for files, addresses and other servers")
	if err := fs.Parse(args); err != nil {
		if errors.Is(err, flag.ErrHelp) {
			return o, err
		}
		return o, errUsage
	}
	// Not as flag defaults: -help would print them.
	if o.user == "" {
		o.user = getenv("MOOSE_CLICKHOUSE_USER")
	}
	if o.password == "" {
		o.password = getenv("MOOSE_CLICKHOUSE_PASSWORD")
	}
	for _, check := range []struct {
		bad  bool
		text string
	}{
		{fs.NArg() > 0, "there are arguments that are not flags"},
		{o.lib == "", "-lib is missing: give the path of libchdb.so, which the npm package @chdb/lib-linux-x64-gnu has"},
		{o.path == "", "-path is missing: give the data directory"},
		{o.httpPort < 0 || o.httpPort > 65535, "-http-port is not a port"},
		{o.nativePort < 0 || o.nativePort > 65535, "-native-port is not a port"},
	} {
		if check.bad {
			fmt.Fprintf(stderr, "moose-clickhouse: %s\n", check.text)
			return o, errUsage
		}
	}
	return o, nil
}
