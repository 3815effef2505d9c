package diff

import (
	"fmt"
	"slices"
	"strings"

	"github.com/moose-migrate/moose-migrate/pkg/inframap"
	"github.com/moose-migrate/moose-migrate/pkg/schema"
)

// queueSettings start the names of the settings of S3Queue that can be altered, and
// unorderedSettings are more of them in the mode "unordered" (code 344 for the
// others on ClickHouse 26.7; system.s3_queue_settings lists them).
var (
	queueSettings = []string{
		"after_processing", "cleanup_interval_", "commit_on_select", "deduplication_v2", "list_objects_batch_size", "loading_retries",
		"max_processed_", "max_processing_time_", "metadata_cache_size_", "min_insert_block_size_", "persistent_processing_node_ttl_seconds",
		"polling_", "use_persistent_processing_nodes",
	}
	unorderedSettings = []string{"enable_hash_ring_filtering", "processing_threads_num", "tracked_file_ttl_sec", "tracked_files_limit"}
)

// canAlterSetting reports whether ALTER TABLE … MODIFY SETTING takes a setting of a
// table that is there.
func canAlterSetting(t *schema.Table, name string) bool {
	switch engine := (inframap.Engine{Name: t.Engine.Name}); {
	case engine.IsMergeTree():
		_, fixed := fixedSettings[name]
		return !fixed
	case engine.Name == "Memory", engine.Name == "EmbeddedRocksDB":
		return true
	case engine.Name == "S3Queue", engine.Name == "AzureQueue":
		name = strings.TrimPrefix(name, "s3queue_")
		return slices.ContainsFunc(queueSettings, func(start string) bool { return strings.HasPrefix(name, start) }) ||
			t.Settings["mode"] == "unordered" && slices.Contains(unorderedSettings, name)
	}
	return false
}

// canAlterConstraints reports whether an engine takes ADD and DROP CONSTRAINT (code 48 for the others).
func canAlterConstraints(engine string) bool { return inframap.Engine{Name: engine}.IsMergeTree() }

// checkReset reports settings of a queue that the code no longer names: RESET SETTING
// writes their defaults into the table's definition instead of taking them out, so that
// they would differ for ever.
func (r *Result) checkReset(c *Change) {
	engine := c.Table.Actual.Engine.Name
	if c.Action != Update || !c.Table.Settings || engine != "S3Queue" && engine != "AzureQueue" {
		return
	}
	for _, name := range inframap.Keys(c.Table.SettingsBefore) {
		if _, ok := c.Table.SettingsAfter[name]; !ok {
			r.Invalid = append(r.Invalid, fmt.Sprintf(
				"table %q: ClickHouse cannot take the setting %s back from a table of the engine %s. Give it a value in the code, such as its default", c.Name, name, engine))
		}
	}
}
