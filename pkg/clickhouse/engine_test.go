package clickhouse_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	chgo "github.com/ClickHouse/clickhouse-go/v2"
	"github.com/ClickHouse/clickhouse-go/v2/lib/driver"
	"github.com/google/go-cmp/cmp"

	"github.com/moose-migrate/moose-migrate/pkg/clickhouse"
	"github.com/moose-migrate/moose-migrate/pkg/inframap"
	"github.com/moose-migrate/moose-migrate/pkg/schema"
)

var events = schema.Name{Database: "db", Object: "Events"}

func canonicalEngine(text string) schema.Engine {
	return clickhouse.CanonicalTable(events, "CREATE TABLE db.Events (`a` Int64) ENGINE = "+text+" ORDER BY a").Engine
}

func TestEnginesInCanonicalForm(t *testing.T) {
	for text, want := range map[string]schema.Engine{
		"ReplicatedMergeTree('/clickhouse/tables/{uuid}/{shard}', '{replica}')":               {Name: "ReplicatedMergeTree"},
		"ReplicatedMergeTree('/x/{database}/{table}', '{replica}')":                           {Name: "ReplicatedMergeTree", Args: []string{"'/x/db/Events'", "'{replica}'"}},
		"ReplicatedMergeTree('/x/db/Events', '{replica}')":                                    {Name: "ReplicatedMergeTree", Args: []string{"'/x/db/Events'", "'{replica}'"}},
		"ReplicatedReplacingMergeTree('/x/{shard}', '{table}-{replica}', v)":                  {Name: "ReplicatedReplacingMergeTree", Args: []string{"'/x/{shard}'", "'Events-{replica}'", "v"}},
		"ReplicatedReplacingMergeTree(v, gone)":                                               {Name: "ReplicatedReplacingMergeTree", Args: []string{"v", "gone"}},
		"SharedReplacingMergeTree('/clickhouse/tables/{uuid}/{shard}', '{replica}', v)":       {Name: "ReplacingMergeTree", Args: []string{"v"}, Shared: true},
		"SharedMergeTree('/other/{uuid}', 'r')":                                               {Name: "MergeTree", Shared: true},
		"SharedMergeTree":                                                                     {Name: "MergeTree", Shared: true},
		"SummingMergeTree((a, b))":                                                            {Name: "SummingMergeTree", Args: []string{"a, b"}},
		"S3('https://b/x', 'KEY', 'SECRET', 'CSV', 'gzip')":                                   {Name: "S3", Args: []string{"'https://b/x'", "'CSV'", "'gzip'"}},
		"S3('https://b/x', 'KEY', '[HIDDEN]', 'CSV')":                                         {Name: "S3", Args: []string{"'https://b/x'", "'CSV'"}},
		"S3('https://b/x', 'KEY', 'SECRET')":                                                  {Name: "S3", Args: []string{"'https://b/x'"}},
		"S3('https://b/x', 'KEY', 'SECRET', 'FwoGZXIvYXdzE+/=SESSION', 'CSV')":                {Name: "S3", Args: []string{"'https://b/x'", "'CSV'"}},
		"S3('https://b/x', 'KEY', '[HIDDEN]', '[HIDDEN]', 'CSV')":                             {Name: "S3", Args: []string{"'https://b/x'", "'CSV'"}},
		"S3('https://b/x', 'NOSIGN', 'CSV', 'gzip')":                                          {Name: "S3", Args: []string{"'https://b/x'", "'CSV'", "'gzip'"}},
		"S3('https://b/x', NOSIGN, 'CSV')":                                                    {Name: "S3", Args: []string{"'https://b/x'", "'CSV'"}},
		"S3('https://b/x', 'CSV', 'gzip')":                                                    {Name: "S3", Args: []string{"'https://b/x'", "'CSV'", "'gzip'"}},
		"S3('https://b/x', 'CSV')":                                                            {Name: "S3", Args: []string{"'https://b/x'", "'CSV'"}},
		"S3('https://b/x', NOSIGN)":                                                           {Name: "S3", Args: []string{"'https://b/x'"}},
		"S3('https://b/x')":                                                                   {Name: "S3", Args: []string{"'https://b/x'"}},
		"S3":                                                                                  {Name: "S3"},
		"S3(named, url = 'https://b/x', access_key_id = 'KEY', secret_access_key = 'SECRET')": {Name: "S3", Args: []string{"named", "url = 'https://b/x'"}},
		"S3Queue('https://b/*', 'KEY', 'SECRET', 'CSV', headers('a' = 'SECRET'))":             {Name: "S3Queue", Args: []string{"'https://b/*'", "'CSV'"}},
		"Distributed('c', 'd', 't', cityHash64((a)))":                                         {Name: "Distributed", Args: []string{"'c'", "'d'", "'t'", "cityHash64(a)"}},
		"Iceberg('https://b/x', 'KEY', 'SECRET', 'Parquet')":                                  {Name: "IcebergS3", Args: []string{"'https://b/x'", "'Parquet'"}},
	} {
		got := canonicalEngine(text)
		got.Credentials = nil // see TestCredentialsThatAreLeftOutAreNamed
		if len(got.Args) == 0 {
			got.Args = nil
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s: %s", text, diff)
		}
		if text := strings.Join(got.Args, " "); strings.Contains(text, "KEY") || strings.Contains(text, "SE") || strings.Contains(text, "HIDDEN") {
			t.Errorf("a credential is left: %s", text)
		}
	}
}

func TestCredentialsInSettingsAreNotShown(t *testing.T) {
	got := clickhouse.CanonicalTable(events, "CREATE TABLE db.Events (`a` Int64) ENGINE = Kafka('h', 't', 'g', 'CSV') SETTINGS kafka_sasl_password = 'SECRET', kafka_num_consumers = 2")
	if diff := cmp.Diff(map[string]string{"kafka_sasl_password": inframap.Hidden, "kafka_num_consumers": "2"}, got.Settings); diff != "" {
		t.Error(diff)
	}
}

// refusing answers queries of system.server_settings with an error.
type refusing struct {
	driver.Conn
	err error
}

func (c *refusing) Query(ctx context.Context, sql string, args ...any) (driver.Rows, error) {
	if strings.Contains(sql, "system.server_settings") {
		return nil, c.err
	}
	return c.Conn.Query(ctx, sql, args...)
}

func TestServersThatDoNotShowTheirSettings(t *testing.T) {
	client, db := open(t)
	exec(t, client, "CREATE TABLE "+db+".T (a Int64 DEFAULT SUBSTR('1', 1)) ENGINE = MergeTree ORDER BY a")
	conn := client.Conn()
	for _, c := range []struct {
		err  error
		want bool
	}{
		{&chgo.Exception{Code: 60, Message: "Unknown table"}, true},
		{&chgo.Exception{Code: 497, Message: "Not enough privileges"}, true},
		{&chgo.Exception{Code: 159, Message: "Timeout"}, false},
		{errors.New("cut"), false},
	} {
		client.SetConn(&refusing{conn, c.err})
		catalog, err := client.Introspect(t.Context(), []string{db})
		if (err == nil) != c.want {
			t.Errorf("%v: %v", c.err, err)
		}
		if err == nil && catalog.Tables[schema.Name{Database: db, Object: "T"}].Columns[0].DefaultExpr != "substring('1', 1)" {
			t.Errorf("%v: %+v", c.err, catalog.Tables)
		}
	}
	client.SetConn(conn)
}
