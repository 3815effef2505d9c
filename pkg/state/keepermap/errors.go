package keepermap

import (
	"errors"
	"fmt"
	"strings"

	"github.com/ClickHouse/clickhouse-go/v2/lib/proto"
)

// ClickHouse's error codes that mean something here (its ErrorCodes.cpp).
const (
	codeBadArguments    = 36
	codeUnknownTable    = 60
	codeUnknownDatabase = 81
	codeNoConfigElement = 139
	codeTimeout         = 159
	codeAccessDenied    = 497
	codeKeeper          = 999
)

const prefixSnippet = `<clickhouse>
    <keeper_map_path_prefix>/keeper_map_tables</keeper_map_path_prefix>
</clickhouse>`

const keeperSnippet = `<clickhouse>
    <zookeeper><node><host>KEEPER-HOST</host><port>9181</port></node></zookeeper>
    <keeper_map_path_prefix>/keeper_map_tables</keeper_map_path_prefix>
</clickhouse>`

// code returns the server's error code, 0 when err is not the server's.
func code(err error) int32 {
	if e, ok := errors.AsType[*proto.Exception](err); ok {
		return e.Code
	}
	return 0
}

// explain adds what was being done and, where it is known, the remedy.
func (s *Store) explain(doing string, err error) error {
	hint := ""
	switch c := code(err); {
	case c == codeBadArguments && strings.Contains(err.Error(), "keeper_map_path_prefix"):
		hint = "the server keeps no KeeperMap tables until keeper_map_path_prefix is set; " +
			"add this to its configuration and restart it, or keep the state in Redis:\n" + prefixSnippet
	case c == codeNoConfigElement:
		hint = "KeeperMap tables need ClickHouse Keeper or ZooKeeper, and the server is configured for none; " +
			"add this to its configuration and restart it, or keep the state in Redis:\n" + keeperSnippet
	case c == codeUnknownDatabase:
		hint = "create the database " + quoteName(s.database) + " first, or correct the connection's database"
	case c == codeAccessDenied:
		hint = "grant the user SELECT, INSERT, ALTER UPDATE, ALTER DELETE and CREATE TABLE on " + s.table
	case c == codeTimeout, c == codeKeeper:
		hint = "the server reached Keeper late or not at all; check its connection to ClickHouse Keeper or ZooKeeper, then try again"
	}
	if hint == "" {
		return fmt.Errorf("%s in %s: %w", doing, s.Describe(), err)
	}
	return fmt.Errorf("%s in %s: %w\n%s", doing, s.Describe(), err, hint)
}
