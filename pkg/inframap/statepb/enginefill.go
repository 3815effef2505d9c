package statepb

import (
	"strconv"
	"strings"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/moose-migrate/moose-migrate/pkg/inframap"
)

// fill sets the parameters of e from its arguments; false when they do not fit.
func fill(e *inframap.Engine, args []argument) bool {
	if len(args) == 0 {
		return !mandatory(e.BaseName())
	}
	if _, replicated := e.Params["keeper_path"]; replicated {
		var ok bool
		if args, ok = fillReplica(e, args); !ok {
			return false
		}
	}
	switch e.BaseName() {
	case "MergeTree", "AggregatingMergeTree":
		return len(args) == 0
	case "ReplacingMergeTree":
		return fillStrings(e, args, 0, "ver", "is_deleted")
	case "SummingMergeTree":
		return fillSummed(e, args)
	case "CollapsingMergeTree":
		return fillStrings(e, args, 1, "sign")
	case "VersionedCollapsingMergeTree":
		return fillStrings(e, args, 2, "sign", "version")
	case "S3Queue":
		return fillS3Queue(e, args)
	case "S3":
		return fillStrings(e, args, 2, "path", "format", "compression", "partition_strategy", "partition_columns_in_data_file")
	case "IcebergS3":
		return fillStrings(e, args, 2, "path", "format", "compression")
	case "Kafka":
		return fillStrings(e, args, 4, "broker_list", "topic_list", "group_name", "format")
	case "Distributed":
		return fillStrings(e, args, 3, "cluster", "target_database", "target_table", "sharding_key", "policy_name")
	case "Buffer":
		return fillBuffer(e, args)
	case "Merge":
		return fillStrings(e, args, 2, "source_database", "tables_regexp")
	}
	return false
}

// mandatory reports whether an engine cannot be without arguments.
func mandatory(base string) bool {
	return !strings.HasSuffix(base, "MergeTree") || strings.HasSuffix(base, "CollapsingMergeTree")
}

// fillReplica takes the Keeper path and the replica name, which are both there or both not.
func fillReplica(e *inframap.Engine, args []argument) ([]argument, bool) {
	own := map[string]int{"CollapsingMergeTree": 1, "VersionedCollapsingMergeTree": 2}[e.BaseName()]
	// Without a path, these engines have just their own arguments, and a summing
	// engine a list in parentheses. One column name alone can only be a version.
	bare := len(args) == 1 || own > 0 && len(args) == own || !args[0].quoted
	if e.BaseName() == "ReplacingMergeTree" && len(args) == 2 && !strings.HasPrefix(args[0].text, "/") {
		bare = true
	}
	if bare {
		return args, true
	}
	if !args[1].quoted {
		return nil, false
	}
	e.Params["keeper_path"], e.Params["replica_name"] = stringParam(args[0].text), stringParam(args[1].text)
	return args[2:], true
}

// fillStrings sets names in order; the first required of them must be there.
func fillStrings(e *inframap.Engine, args []argument, required int, names ...string) bool {
	if len(args) < required || len(args) > len(names) {
		return false
	}
	for i, a := range args {
		if a.null() {
			if i < required {
				return false
			}
			continue
		}
		e.Params[names[i]] = stringParam(a.text)
	}
	return true
}

func fillSummed(e *inframap.Engine, args []argument) bool {
	if len(args) == 1 && !args[0].quoted && strings.HasPrefix(args[0].text, "(") {
		args = splitArguments(strings.TrimSuffix(args[0].text[1:], ")"))
	}
	var columns []string
	for _, a := range args {
		if !a.null() {
			columns = append(columns, a.text)
		}
	}
	if len(columns) > 0 {
		e.Params["columns"] = listParam(columns)
	}
	return true
}

func fillS3Queue(e *inframap.Engine, args []argument) bool {
	if len(args) > 4 || !fillStrings(e, args[:min(len(args), 3)], 2, "s3_path", "format", "compression") {
		return false
	}
	if len(args) < 4 || args[3].null() {
		return true
	}
	raw := jsontext.Value(strings.ReplaceAll(args[3].text, `\'`, "'"))
	if raw.Kind() != '{' || raw.Canonicalize() != nil {
		return false
	}
	e.Params["headers"] = raw
	return true
}

func fillBuffer(e *inframap.Engine, args []argument) bool {
	known, _ := inframap.EngineParams("Buffer")
	if len(args) < 9 || len(args) > len(known) {
		return false
	}
	for i, a := range args {
		if i < 2 {
			e.Params[known[i].Name] = stringParam(a.text)
			continue
		}
		n, err := strconv.ParseUint(a.text, 10, 64)
		if err != nil {
			return false
		}
		e.Params[known[i].Name] = jsontext.Value(strconv.FormatUint(n, 10))
	}
	return true
}
