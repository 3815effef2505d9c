package ddl

import (
	"fmt"
	"strings"

	"github.com/moose-migrate/moose-migrate/pkg/clickhouse/sqltext"
	"github.com/moose-migrate/moose-migrate/pkg/inframap"
)

// Engine writes an engine with its arguments: "ReplacingMergeTree(`ts`)".
func Engine(e inframap.Engine) (string, error) {
	if e.IsMergeTree() {
		return mergeTree(e)
	}
	switch e.Name {
	case "S3", "S3Queue":
		return s3(e, e.Name)
	case "IcebergS3":
		return s3(e, "Iceberg")
	case "Buffer":
		return positional("Buffer", e, []string{"target_database", "target_table"}, []string{
			"num_layers", "min_time", "max_time", "min_rows", "max_rows", "min_bytes", "max_bytes",
		}, []string{"flush_time", "flush_rows", "flush_bytes"})
	case "Distributed":
		return distributed(e)
	case "Kafka":
		return positional("Kafka", e, []string{"broker_list", "topic_list", "group_name", "format"}, nil, nil)
	case "Merge":
		return fmt.Sprintf("Merge(%s, %s)", mergeDatabase(e.String("source_database")), sqltext.String(e.String("tables_regexp"))), nil
	case "":
		return "", fmt.Errorf("the engine is missing")
	}
	if e.Params != nil {
		return "", fmt.Errorf("the engine %s is not understood; it may come from a newer moose-lib", e.Name)
	}
	return e.Name, nil
}

func mergeDatabase(db string) string {
	if strings.HasPrefix(db, "REGEXP(") || db == "currentDatabase()" {
		return db
	}
	return sqltext.String(db)
}

func mergeTree(e inframap.Engine) (string, error) {
	var args []string
	switch path, replica := e.String("keeper_path"), e.String("replica_name"); {
	case path != "" && replica != "":
		args = append(args, sqltext.String(path), sqltext.String(replica))
	case path != "" || replica != "":
		return "", fmt.Errorf("engine %s: give both keeperPath and replicaName, or neither", e.Name)
	}
	switch e.BaseName() {
	case "ReplacingMergeTree":
		if !e.Has("ver") && e.Has("is_deleted") {
			return "", fmt.Errorf("engine %s: isDeleted needs ver", e.Name)
		}
		args = appendColumns(args, e, "ver", "is_deleted")
	case "CollapsingMergeTree":
		args = appendColumns(args, e, "sign")
	case "VersionedCollapsingMergeTree":
		args = appendColumns(args, e, "sign", "version")
	case "SummingMergeTree":
		if columns := e.Strings("columns"); len(columns) > 0 {
			quoted := make([]string, len(columns))
			for i, c := range columns {
				quoted[i] = sqltext.Ident(c)
			}
			args = append(args, "("+strings.Join(quoted, ", ")+")")
		}
	}
	if len(args) == 0 {
		return e.Name, nil
	}
	return e.Name + "(" + strings.Join(args, ", ") + ")", nil
}

func appendColumns(args []string, e inframap.Engine, names ...string) []string {
	for _, n := range names {
		if v := e.String(n); v != "" {
			args = append(args, sqltext.Ident(v))
		}
	}
	return args
}

func s3(e inframap.Engine, name string) (string, error) {
	path := e.String("path")
	if name == "S3Queue" {
		path = e.String("s3_path")
	}
	if path == "" {
		return "", fmt.Errorf("engine %s: the path is missing", e.Name)
	}
	args := []string{sqltext.String(path)}
	key, secret := e.String("aws_access_key_id"), e.String("aws_secret_access_key")
	if key != "" && secret != "" {
		args = append(args, sqltext.String(key), sqltext.String(secret))
	} else {
		args = append(args, "NOSIGN")
	}
	args = append(args, sqltext.String(e.String("format")))
	for _, option := range []string{"compression", "partition_strategy"} {
		if v := e.String(option); v != "" {
			args = append(args, sqltext.String(v))
		}
	}
	if e.Has("partition_columns_in_data_file") {
		args = append(args, string(e.Params["partition_columns_in_data_file"]))
	}
	return name + "(" + strings.Join(args, ", ") + ")", nil
}

func distributed(e inframap.Engine) (string, error) {
	args := []string{sqltext.String(e.String("cluster")), sqltext.String(e.String("target_database")), sqltext.String(e.String("target_table"))}
	key, policy := e.String("sharding_key"), e.String("policy_name")
	if policy != "" && key == "" {
		return "", fmt.Errorf("engine Distributed: policyName needs shardingKey")
	}
	if key != "" {
		args = append(args, key)
	}
	if policy != "" {
		args = append(args, sqltext.String(policy))
	}
	return "Distributed(" + strings.Join(args, ", ") + ")", nil
}

func positional(name string, e inframap.Engine, texts, numbers, optional []string) (string, error) {
	var args []string
	for _, n := range texts {
		args = append(args, sqltext.String(e.String(n)))
	}
	for _, n := range numbers {
		if !e.Has(n) {
			return "", fmt.Errorf("engine %s: %s is missing", e.Name, n)
		}
		args = append(args, string(e.Params[n]))
	}
	for _, n := range optional {
		if !e.Has(n) {
			break
		}
		args = append(args, string(e.Params[n]))
	}
	return name + "(" + strings.Join(args, ", ") + ")", nil
}
