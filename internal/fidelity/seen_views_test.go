package fidelity

import (
	"slices"

	"github.com/moose-migrate/moose-migrate/pkg/plan"
)

func objects(lists ...[]object) []object { return slices.Concat(lists...) }

func seenViews() []seen {
	create, drop := plan.CreateView, plan.DropView
	createM, dropM := plan.CreateMaterializedView, plan.DropMaterializedView
	base := table(c("Int32"))
	wide := table(c("Int64"))
	target := []object{tableNamed("_d", without("at"), without("n"), with("n", "UInt64"), engineOf("SummingMergeTree", ""))}
	other := []object{tableNamed("_e", without("at"), without("n"), with("n", "UInt64"), engineOf("SummingMergeTree", ""))}
	v := func(sql string) []object { return []object{view("_v", sql)} }
	m := func(sql string) []object { return []object{materialized("_m", "_d", sql)} }
	const sums = "SELECT id, sum(n) AS n FROM {t} GROUP BY id"
	return []seen{
		changed("views/view", "added", base, objects(base, v("SELECT id FROM {t}")), create),
		changed("views/view", "removed", objects(base, v("SELECT id FROM {t}")), base, drop),
		changed("views/view", "other SQL", objects(base, v("SELECT id FROM {t}")), objects(base, v("SELECT id, n FROM {t}")), drop, create),
		changed("views/view", "another literal", objects(base, v("SELECT id FROM {t} WHERE id = 'a'")), objects(base, v("SELECT id FROM {t} WHERE id = 'A'")), drop, create),
		changed("views/view", "another name", objects(base, []object{view("_v", "SELECT id FROM {t}")}), objects(base, []object{view("_w", "SELECT id FROM {t}")}), drop, create),
		changed("views/view", "with the table that it reads", nil, objects(base, v("SELECT id FROM {t}")), plan.CreateTable, create),
		changed("views/view", "gone with the table that it reads", objects(base, v("SELECT id FROM {t}")), nil, drop, plan.DropTable),
		changed("views/view", "a column that it shows changes its type", objects(base, v("SELECT id, c FROM {t}")), objects(wide, v("SELECT id, c FROM {t}")), drop, plan.ModifyTableColumn, create),
		changed("views/view", "a column that it does not show changes its type", objects(base, v("SELECT id FROM {t}")), objects(wide, v("SELECT id FROM {t}")), plan.ModifyTableColumn),
		changed("views/view", "SELECT *, and a column is added", objects(base, v("SELECT * FROM {t}")), objects(table(c("Int32"), with("d", "String")), v("SELECT * FROM {t}")), drop, plan.AddTableColumn, create),
		changed("views/view", "other SQL for a new column", objects(base, v("SELECT id FROM {t}")), objects(table(c("Int32"), with("d", "String")), v("SELECT id, d FROM {t}")), drop, plan.AddTableColumn, create),
		changed("views/view", "other SQL without a removed column", objects(base, v("SELECT id, c FROM {t}")), objects(table(), v("SELECT id FROM {t}")), drop, plan.DropTableColumn, create),
		changed("views/view", "the table is made again", objects(base, v("SELECT id FROM {t}")), objects(table(c("Int32"), orderBy("id", "at")), v("SELECT id FROM {t}")), plan.DropTable, plan.CreateTable),
		changed("views/view", "SELECT *, and the table is made again with a column more", objects(table(), v("SELECT * FROM {t}")), objects(table(c("Int8"), orderBy("id", "n")), v("SELECT * FROM {t}")), drop, plan.DropTable, plan.CreateTable, create),
		changed("views/view", "SELECT *, and a column becomes an alias", objects(table(c("UInt64")), v("SELECT * FROM {t}")), objects(table(c("UInt64", `"alias":"n"`)), v("SELECT * FROM {t}")), drop, plan.ModifyTableColumn, create),
		changed("views/view", "a column under an alias of the table changes its type", objects(base, v("SELECT x.c FROM {t} AS x")), objects(wide, v("SELECT x.c FROM {t} AS x")), drop, plan.ModifyTableColumn, create),
		changed("views/view over a view", "a column beneath both changes its type", objects(base, v("SELECT c FROM {t}"), []object{view("_w", "SELECT c + 1 AS d FROM {t}_v")}), objects(wide, v("SELECT c FROM {t}"), []object{view("_w", "SELECT c + 1 AS d FROM {t}_v")}),
			drop, drop, plan.ModifyTableColumn, create, create),
		changed("views/join", "kind of join", objects(base, target, v("SELECT a.id FROM {t} AS a LEFT JOIN {t}_d AS b ON a.id = b.id")), objects(base, target, v("SELECT a.id FROM {t} AS a INNER JOIN {t}_d AS b ON a.id = b.id")), drop, create),
		changed("views/union", "ALL to DISTINCT", objects(base, v("SELECT id FROM {t} UNION ALL SELECT id FROM {t}")), objects(base, v("SELECT id FROM {t} UNION DISTINCT SELECT id FROM {t}")), drop, create),
		changed("views/FINAL, PREWHERE, LIMIT BY, SETTINGS", "LIMIT BY", objects(base, v("SELECT id FROM {t} LIMIT 1 BY id")), objects(base, v("SELECT id FROM {t} LIMIT 2 BY id")), drop, create),
		changed("views/with", "the subquery", objects(base, v("WITH x AS (SELECT id FROM {t}) SELECT id FROM x")), objects(base, v("WITH x AS (SELECT id FROM {t} WHERE n > 1) SELECT id FROM x")), drop, create),
		changed("views/parametrised view", "another parameter", objects(base, v("SELECT id FROM {t} WHERE n > {a:UInt32}")), objects(base, v("SELECT id FROM {t} WHERE n > {b:UInt32}")), drop, create),
		changed("views/view over a view", "the lower one changes", objects(base, v("SELECT id FROM {t}"), []object{view("_w", "SELECT * FROM {t}_v")}), objects(base, v("SELECT id, n FROM {t}"), []object{view("_w", "SELECT * FROM {t}_v")}), drop, drop, create, create),
		changed("views/view over a view", "both added", base, objects(base, []object{view("_b", "SELECT id FROM {t}"), view("_a", "SELECT id FROM {t}_b")}), create, create),
		changed("views/materialized view", "added", objects(base, target), objects(base, target, m(sums)), createM),
		changed("views/materialized view", "added with its tables", nil, objects(base, target, m(sums)), plan.CreateTable, plan.CreateTable, createM),
		changed("views/materialized view", "removed", objects(base, target, m(sums)), objects(base, target), dropM),
		changed("views/materialized view", "other SQL", objects(base, target, m(sums)), objects(base, target, m("SELECT id, count() AS n FROM {t} GROUP BY id")), dropM, createM),
		changed("views/materialized view", "another target", objects(base, target, other, m(sums)), objects(base, target, other, []object{materialized("_m", "_e", sums)}), dropM, createM),
		changed("views/materialized view", "a column of its source is added", objects(base, target, m(sums)), objects(table(c("Int32"), with("d", "String")), target, m(sums)), plan.AddTableColumn),
		changed("views/materialized view", "other SQL for a new column of both", objects(base, target, m(sums)), objects(table(c("Int32"), with("d", "UInt64")),
			[]object{tableNamed("_d", without("at"), without("n"), with("n", "UInt64"), with("d", "UInt64"), engineOf("SummingMergeTree", ""))}, m("SELECT id, sum(n) AS n, sum(d) AS d FROM {t} GROUP BY id")),
			dropM, plan.AddTableColumn, plan.AddTableColumn, createM),
		changed("views/materialized view", "gone with its target", objects(base, target, m(sums)), base, dropM, plan.DropTable),
	}
}
