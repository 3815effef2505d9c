package fidelity

import (
	"fmt"
	"slices"

	"github.com/moose-migrate/moose-migrate/pkg/inframap"
	"github.com/moose-migrate/moose-migrate/pkg/plan"
)

// defaultKinds are the ways a column can get its values.
var defaultKinds = []struct{ name, json string }{
	{"none", ""}, {"default", `"default":"n + 1"`}, {"materialized", `"materialized":"n + 1"`}, {"alias", `"alias":"n + 1"`},
}

func seenColumns() []seen {
	var out []seen
	for _, from := range defaultKinds {
		for _, to := range defaultKinds {
			if from == to {
				continue
			}
			row := to.name
			if to.name == "none" {
				row = from.name
			}
			out = append(out, retyped("columns/"+row, fmt.Sprintf("%s → %s", from.name, to.name), c("UInt64", orNone(from.json)...), c("UInt64", orNone(to.json)...)))
		}
	}
	out = append(out,
		retyped("columns/default", "another expression", c("UInt64", `"default":"n"`), c("UInt64", `"default":"n * 2"`)),
		retyped("columns/default", "another literal", c("String", `"default":"'a'"`), c("String", `"default":"'A'"`)),
		retyped("columns/default", "another order of operators", c("UInt64", `"default":"(n + 1) * 2"`), c("UInt64", `"default":"n + 1 * 2"`)),
		retyped("columns/default", "with another type", c("UInt32", `"default":"1"`), c("String", `"default":"'x'"`)),
		retyped("columns/materialized", "another expression", c("UInt64", `"materialized":"n"`), c("UInt64", `"materialized":"cityHash64(n)"`)),
		retyped("columns/materialized", "another type", c("UInt32", `"materialized":"n"`), c("UInt64", `"materialized":"n"`)),
		retyped("columns/alias", "another expression", c("String", `"alias":"upper(id)"`), c("String", `"alias":"lower(id)"`)),
		retyped("columns/alias", "another type", c("UInt32", `"alias":"n"`), c("UInt64", `"alias":"n"`)),
		retyped("columns/alias", "alias → default, another type", c("UInt64", `"alias":"n"`), c("String", `"default":"'x'"`)),
		retyped("columns/alias", "none → alias, another type", c("String"), c("UInt64", `"alias":"n"`)),
		retyped("columns/comment", "appears", c("String"), c("String", `"comment":"it's new"`)),
		retyped("columns/comment", "changes", c("String", `"comment":"old"`), c("String", `"comment":"new\nline"`)),
		retyped("columns/comment", "goes", c("String", `"comment":"old"`), c("String")),
		retyped("columns/comment", "appears with another type", c("UInt32"), c("UInt64", `"comment":"wide"`)),
		retyped("columns/comment", "goes with another type", c("UInt32", `"comment":"old"`), c("UInt64")),
		retyped("columns/comment", "changes with a default", c("String", `"comment":"old"`), c("String", `"comment":"new"`, `"default":"'x'"`)),
		retyped("columns/comment", "goes with a codec", c("String", `"comment":"old","codec":"ZSTD"`), c("String")),
		retyped("columns/comment", "goes while a codec appears", c("String", `"comment":"old"`), c("String", `"codec":"ZSTD"`)),
		retyped("columns/comment", "appears while a default goes", c("String", `"default":"'x'"`), c("String", `"comment":"new"`)),
		retyped("columns/comment", "case only", c("String", `"comment":"old"`), c("String", `"comment":"Old"`)),
		retyped("columns/comment", "of an enum appears", c(letters), c(letters, `"comment":"letters"`)),
		retyped("columns/comment", "of an enum goes", c(letters, `"comment":"letters"`), c(letters)),
		retyped("columns/codec", "appears", c("UInt64"), c("UInt64", `"codec":"Delta, ZSTD(3)"`)),
		retyped("columns/codec", "changes", c("UInt64", `"codec":"ZSTD(1)"`), c("UInt64", `"codec":"ZSTD(5)"`)),
		retyped("columns/codec", "goes", c("UInt64", `"codec":"ZSTD(1)"`), c("UInt64")),
		retyped("columns/codec", "changes its order", c("UInt64", `"codec":"Delta, LZ4"`), c("UInt64", `"codec":"DoubleDelta, LZ4"`)),
		retyped("columns/codec", "for the new type only", c("String"), c("UInt32", `"codec":"T64"`)),
		retyped("columns/codec", "gone, which the new type would not take", c("UInt32", `"codec":"T64"`), c("String")),
		retyped("columns/codec", "of a column that becomes optional", c("UInt32", `"codec":"T64"`), c("UInt32", `"codec":"T64"`, optional)),
		retyped("columns/default", "of a column that becomes required", c("UInt32", optional, `"default":"1"`), c("UInt32", `"default":"1"`)),
		retyped("columns/materialized", "of a column that becomes optional", c("UInt32", `"materialized":"n"`), c("UInt32", optional, `"materialized":"n"`)),
		retyped("columns/codec", "with another type", c("UInt32", `"codec":"Delta, LZ4"`), c("UInt64", `"codec":"Delta, LZ4"`)),
		retyped("columns/TTL", "appears", c("String"), c("String", `"ttl":"at + INTERVAL 1 DAY"`)),
		retyped("columns/TTL", "changes", c("String", `"ttl":"at + INTERVAL 1 DAY"`), c("String", `"ttl":"at + INTERVAL 2 DAY"`)),
		retyped("columns/TTL", "goes", c("String", `"ttl":"at + INTERVAL 1 DAY"`), c("String")),
		retyped("columns/TTL", "goes with a default", c("String", `"default":"'x'","ttl":"at + INTERVAL 1 DAY"`), c("String")),
		retyped("columns/everything at once", "all appear", c("UInt64"), c("UInt64", `"default":"n","comment":"all","codec":"ZSTD","ttl":"at + INTERVAL 1 DAY"`)),
		retyped("columns/everything at once", "all change", c("UInt64", `"default":"n","comment":"all","codec":"ZSTD","ttl":"at + INTERVAL 1 DAY"`),
			c("UInt32", `"materialized":"n","comment":"none","codec":"LZ4","ttl":"at + INTERVAL 2 DAY"`)),
		retyped("columns/everything at once", "all go", c("UInt64", `"default":"n","comment":"all","codec":"ZSTD","ttl":"at + INTERVAL 1 DAY"`), c("UInt64")),
	)
	return out
}

func orNone(json string) []string {
	if json == "" {
		return nil
	}
	return []string{json}
}

// insert puts a column before the one at a place.
func insert(at int, name, typ string, more ...string) tableChange {
	return func(t *inframap.Table) { t.Columns = slices.Insert(t.Columns, at, column(name, typ, more...)) }
}

// front puts a column before the others.
func front(name, typ string, more ...string) tableChange { return insert(0, name, typ, more...) }

func seenColumnLists() []seen {
	add, drop := plan.AddTableColumn, plan.DropTableColumn
	return []seen{
		changed(addedColumns, "last", table(), table(c("String")), add),
		changed(addedColumns, "first", table(), table(front("c", "String")), add),
		changed(addedColumns, "in the middle", table(), table(insert(1, "c", "String")), add),
		changed(addedColumns, "optional", table(), table(c("Int32", optional)), add),
		changed(addedColumns, "with everything", table(), table(c("UInt64", `"default":"n","comment":"it's","codec":"Delta, ZSTD","ttl":"at + INTERVAL 1 DAY"`)), add),
		changed(addedColumns, "as an alias", table(), table(c("UInt64", `"alias":"n + 1"`)), add),
		changed(addedColumns, "an enum", table(), table(c(letters)), add),
		changed(addedColumns, "Nested", table(), table(c(nestedOf("a", "Int8", "b", "String?"))), add),
		changed(addedColumns, "JSON", table(), table(c("Json")), add),
		changed(addedColumns, "two, one after the other", table(), table(insert(1, "c", "String"), insert(2, "d", "Int8")), add, add),
		changed(addedColumns, "three at both ends", table(), table(front("b", "Int8"), front("a", "Int8"), with("z", "Int8")), add, add, add),
		changed(addedColumns, "one that reads one declared after it", table(), table(with("c", "UInt64", `"default":"d + 1"`), with("d", "UInt64")), add, add),
		changed(addedColumns, "a chain of three", table(), table(with("c", "UInt64", `"materialized":"d"`), with("d", "UInt64", `"alias":"e"`), with("e", "UInt64")), add, add, add),
		changed(addedColumns, "with a hostile name", table(), table(with("a`b\\c'd", "String")), add),
		changed(addedColumns, "with an index on it", table(), table(c("UInt64"), index("i", "c", "minmax", 1)), add, plan.AddTableIndex),
		changed(addedColumns, "with a projection, a constraint and a TTL on it", table(), table(c("DateTime"), projection("p", "SELECT id, c ORDER BY c"), constraint("r", "CHECK", "c > at"), ttl("c + INTERVAL 1 DAY")),
			add, plan.ModifyTableTTL, plan.AddTableProjection, plan.AddTableConstraint),
		changed("columns/removed", "one", table(c("String")), table(), drop),
		changed("columns/removed", "two", table(c("String"), with("d", "Int8")), table(), drop, drop),
		changed("columns/removed", "one that another reads, with it", table(c("UInt64"), with("d", "UInt64", `"default":"c + 1"`)), table(), drop, drop),
		changed("columns/removed", "with the index on it", table(c("UInt64"), index("i", "c", "minmax", 1)), table(), plan.DropTableIndex, drop),
		changed("columns/removed", "with the projection, the constraint and the TTL on it", table(c("DateTime"), projection("p", "SELECT id, c ORDER BY c"), constraint("r", "CHECK", "c > at"), ttl("c + INTERVAL 1 DAY")), table(),
			plan.DropTableProjection, plan.DropTableConstraint, plan.ModifyTableTTL, drop),
		changed("columns/removed", "while the default that reads it changes", table(c("UInt64"), with("d", "UInt64", `"default":"c + 1"`)), table(with("d", "UInt64", `"default":"n"`)), plan.ModifyTableColumn, drop),
		changed("columns/removed", "and another added", table(c("String")), table(with("d", "Int8")), add, drop),
		changed("columns/removed", "and one of the same type added, not taken for a rename", table(c("String")), table(with("d", "String")), add, drop),
		changed("columns/several at once", "added, changed, removed", table(c("Int32"), with("d", "Int8")), table(c("Int64"), with("e", "Date")), add, plan.ModifyTableColumn, drop),
		changed("columns/several at once", "two changed", table(c("Int32"), with("d", "Int8")), table(c("Int64"), with("d", "Int16")), plan.ModifyTableColumn, plan.ModifyTableColumn),
		changed("columns/several at once", "a default that reads a new column", table(c("UInt64")), table(c("UInt64", `"default":"d"`), with("d", "UInt64")), add, plan.ModifyTableColumn),
	}
}
