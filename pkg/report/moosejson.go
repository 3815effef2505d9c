package report

import (
	"io"

	"github.com/moose-migrate/moose-migrate/pkg/diff"
	"github.com/moose-migrate/moose-migrate/pkg/inframap"
	"github.com/moose-migrate/moose-migrate/pkg/planner"
	"github.com/moose-migrate/moose-migrate/pkg/secretsql"
)

// tagged is a value of Moose's change types: one name with its content.
type tagged map[string]any

// MooseJSON writes the plan as `moose plan --json` of Moose does ({"changes": …,
// "target_infra_map": …}), without credentials, and the report under
// "moose_migrate", which Moose's readers ignore. A recreation is a Removed and an
// Added of one name, as it is there.
func MooseJSON(w io.Writer, outcome *planner.Outcome, r *Report) error {
	changes := map[string][]any{
		"olap_changes": {}, "processes_changes": {}, "api_changes": {}, "web_app_changes": {},
		"streaming_engine_changes": {}, "workflow_changes": {}, "filtered_olap_changes": {},
	}
	for i := range outcome.Result.Changes {
		section, list := mooseChanges(&outcome.Result.Changes[i])
		changes[section] = append(changes[section], list...)
	}
	for i := range outcome.Result.Blocked {
		b := &outcome.Result.Blocked[i]
		_, list := mooseChanges(&b.Change)
		for _, c := range list {
			changes["filtered_olap_changes"] = append(changes["filtered_olap_changes"], map[string]any{"change": c, "reason": b.Reason})
		}
	}
	data, err := inframap.Pretty(map[string]any{"changes": changes, "target_infra_map": secretsql.Map(outcome.Desired), "moose_migrate": r})
	if err != nil {
		return err
	}
	_, err = w.Write(append(data, '\n'))
	return err
}

func mooseChanges(c *diff.Change) (section string, list []any) {
	switch c.Kind {
	case diff.Table:
		return "olap_changes", mooseTable(c)
	case diff.View:
		return "olap_changes", mooseChange("View", c.Action, without(c.View, secretsql.View))
	case diff.MaterializedView:
		return "olap_changes", mooseChange("MaterializedView", c.Action, without(c.MaterializedView, secretsql.MaterializedView))
	case diff.SQLResource:
		return "olap_changes", mooseChange("SqlResource", c.Action, without(c.SQLResource, secretsql.Resource))
	case diff.Topic:
		return "streaming_engine_changes", mooseChange("Topic", c.Action, c.Topic)
	case diff.API:
		return "api_changes", mooseChange("ApiEndpoint", c.Action, c.API)
	case diff.Workflow:
		return "workflow_changes", mooseChange("Workflow", c.Action, c.Workflow)
	case diff.WebApp:
		return "web_app_changes", mooseChange("WebApp", c.Action, c.Other)
	case diff.Sync:
		return "processes_changes", mooseChange("TopicToTableSyncProcess", c.Action, c.Other)
	case diff.Function:
		return "processes_changes", mooseChange("FunctionProcess", c.Action, c.Other)
	case diff.Dictionary:
		return "olap_changes", mooseChange("Dictionary", c.Action, without(c.Dictionary, hiddenDictionary))
	case diff.RowPolicy:
		return "olap_changes", mooseChange("SelectRowPolicy", c.Action, c.RowPolicy)
	}
	return "processes_changes", mooseChange("OrchestrationWorker", c.Action, c.Other)
}

func mooseChange[T any](kind string, action diff.Action, p *diff.Pair[T]) []any {
	if p == nil {
		return nil
	}
	switch action {
	case diff.Add:
		return []any{tagged{kind: tagged{"Added": p.After}}}
	case diff.Remove:
		return []any{tagged{kind: tagged{"Removed": p.Before}}}
	}
	return []any{tagged{kind: tagged{"Updated": map[string]any{"before": p.Before, "after": p.After}}}}
}

// without is the pair without credentials.
func without[T any](p *diff.Pair[T], masked func(*T) *T) *diff.Pair[T] {
	if p == nil {
		return nil
	}
	return &diff.Pair[T]{Before: masked(p.Before), After: masked(p.After)}
}

func mooseTable(c *diff.Change) []any {
	t := c.Table
	table := func(change string, v any) any { return tagged{"Table": tagged{change: v}} }
	switch c.Action {
	case diff.Add:
		return []any{table("Added", t.After.Masked())}
	case diff.Remove:
		return []any{table("Removed", t.Before.Masked())}
	case diff.Recreate:
		return []any{table("Removed", t.Before.Masked()), table("Added", t.After.Masked())}
	}
	var list []any
	after := t.After.Masked()
	if t.TTL {
		list = append(list, table("TtlChanged", map[string]any{"name": c.Name, "before": t.Before.TTL, "after": t.After.TTL, "table": after}))
	}
	if t.Settings {
		list = append(list, table("SettingsChanged", map[string]any{
			"name":            c.Name,
			"before_settings": inframap.MaskedSettings(&t.SettingsBefore), "after_settings": inframap.MaskedSettings(&t.SettingsAfter), "table": after,
		}))
	}
	if len(t.Columns)+len(t.Indexes)+len(t.Projections)+len(t.Constraints) > 0 || t.SampleBy {
		list = append(list, table("Updated", map[string]any{
			"name": c.Name, "column_changes": mooseColumns(t.Columns), "before": t.Before.Masked(), "after": after,
			"order_by_change":     map[string]any{"before": t.Before.OrderBy, "after": t.After.OrderBy},
			"partition_by_change": map[string]any{"before": t.Before.PartitionBy, "after": t.After.PartitionBy},
		}))
	}
	return list
}

func mooseColumns(columns []diff.ColumnChange) []any {
	out := []any{}
	for _, c := range columns {
		switch c.Action {
		case diff.Add:
			out = append(out, tagged{"Added": map[string]any{"column": c.After, "position_after": c.Position}})
		case diff.Remove:
			out = append(out, tagged{"Removed": c.Before})
		default:
			out = append(out, tagged{"Updated": map[string]any{"before": c.Before, "after": c.After}})
		}
	}
	return out
}
