package clickhouse_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/moose-migrate/moose-migrate/pkg/clickhouse"
	"github.com/moose-migrate/moose-migrate/pkg/schema"
)

// TestCredentialsThatAreLeftOutAreNamed: whoever writes a declaration must know that there were some.
func TestCredentialsThatAreLeftOutAreNamed(t *testing.T) {
	for args, want := range map[string]string{
		"'p', NOSIGN, 'CSV'":                                      "",
		"'p', 'CSV'":                                              "",
		"'p', 'key', '[HIDDEN]', 'CSV'":                           "access_key_id secret_access_key",
		"'p', 'key', 'secret', 'to+ken', 'CSV'":                   "access_key_id secret_access_key session_token",
		"'p', 'CSV', headers('a' = 'b')":                          "headers",
		"'p', 'k', 's', 'CSV', extra_credentials(role_arn = 'x')": "extra_credentials access_key_id secret_access_key",
	} {
		got := clickhouse.CanonicalTable(schema.Name{}, "CREATE TABLE d.t (`a` UInt8) ENGINE = S3("+args+")").Engine
		if strings.Join(got.Credentials, " ") != want || !slices.Equal(got.Args, []string{"'p'", "'CSV'"}) {
			t.Errorf("%s: %+v", args, got)
		}
	}
}

func TestClausesThatMooseDoesNotKnowAreKept(t *testing.T) {
	create := "CREATE TABLE d.t (`a` String COMMENT 'c' STATISTICS (tdigest, uniq) SETTINGS (max_compress_block_size = 1), `b` UInt8) ENGINE = MergeTree ORDER BY a"
	got := clickhouse.CanonicalTable(schema.Name{}, create)
	if len(got.Columns) != 2 || got.Columns[0].Statistics != "tdigest, uniq" || got.Columns[0].Settings != "max_compress_block_size = 1" || got.Columns[1].Statistics != "" {
		t.Errorf("%+v", got.Columns)
	}
}
