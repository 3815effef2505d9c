package diff

import (
	"fmt"

	"github.com/moose-migrate/moose-migrate/pkg/clickhouse/sqltext"
	"github.com/moose-migrate/moose-migrate/pkg/inframap"
	"github.com/moose-migrate/moose-migrate/pkg/schema"
	"github.com/moose-migrate/moose-migrate/pkg/secretsql"
)

// Unqualify takes the default database off the names of known objects, so that
// "FROM local.Events", as the server stores it, equals "FROM Events". The SQL must
// be the server's formatting.
func Unqualify(sql, database string, known map[schema.Name]bool) string {
	tokens := sqltext.Tokens(sql)
	out := tokens[:0:0]
	for i := 0; i < len(tokens); i++ {
		if i+2 < len(tokens) && isName(tokens[i]) && tokens[i+1].Text == "." && isName(tokens[i+2]) &&
			(i == 0 || tokens[i-1].Text != ".") && sqltext.Unquote(tokens[i].Text) == database &&
			known[schema.Name{Database: database, Object: sqltext.Unquote(tokens[i+2].Text)}] {
			i++
			continue
		}
		out = append(out, tokens[i])
	}
	return sqltext.Join(out)
}

func isName(t sqltext.Token) bool { return t.Kind == sqltext.Word || t.Kind == sqltext.QuotedName }

func (r *Result) views(before, after Side, o Options) {
	known, db := KnownObjects(before, after), after.Map.DefaultDatabase
	for _, p := range pairs(before.Map.Views, after.Map.Views, nil) {
		if o.ignoresView(before.Views[p.id], after.Views[p.id]) {
			continue
		}
		c := Change{Kind: View, ID: p.id, Name: p.id, View: &Pair[inframap.View]{p.before, p.after}}
		if p.before == nil || p.after == nil {
			r.add(c, p.change)
			continue
		}
		if why := CompareViews(before.Views[p.id], after.Views[p.id], db, known); len(why) > 0 {
			r.add(c, changeFound{Update, why})
		}
	}
}

func (r *Result) materializedViews(before, after Side, o Options) {
	known, db := KnownObjects(before, after), after.Map.DefaultDatabase
	for _, p := range pairs(before.Map.MaterializedViews, after.Map.MaterializedViews, nil) {
		if o.ignoresView(before.MaterializedViews[p.id], after.MaterializedViews[p.id]) {
			continue
		}
		c := Change{Kind: MaterializedView, ID: p.id, Name: p.id, MaterializedView: &Pair[inframap.MaterializedView]{p.before, p.after}}
		found := p.change
		if p.before != nil && p.after != nil {
			why := CompareViews(before.MaterializedViews[p.id], after.MaterializedViews[p.id], db, known)
			if len(why) == 0 {
				continue
			}
			found = changeFound{Update, why}
		}
		life := inframap.FullyManaged
		if p.after != nil {
			life = p.after.LifeCycle
		} else if p.before != nil {
			life = p.before.LifeCycle
		}
		if !o.IgnoreLifeCycle && (life.ProtectsFromChange() || life.ProtectsFromDrop() && found.action != Add) {
			c.Action, c.Why = found.action, found.why
			r.block(c, "materialized view %q is %s", c.Name, lifeCycleText(life))
			continue
		}
		if v := before.MaterializedViews[p.id]; p.before != nil && v != nil && v.Inner && !o.IgnoreLifeCycle {
			r.Invalid = append(r.Invalid, fmt.Sprintf(
				"materialized view %q keeps its rows in a hidden table of its own, and would lose them when it is made again. Rename it in ClickHouse, or copy its rows into a table and give that as the target", p.id))
		}
		r.add(c, found)
	}
}

// ignoresView reports whether a view is left out, which exists on one side at least.
func (o Options) ignoresView(before, after *schema.View) bool {
	if after != nil {
		return o.IgnoresObject(after.Name)
	}
	return before != nil && o.IgnoresObject(before.Name)
}

// CompareViews lists what differs between two views of the server's formatting.
// Credentials in the SQL are hidden, by this tool and by ClickHouse itself, so a
// credential that changed cannot be seen.
func CompareViews(before, after *schema.View, database string, known map[schema.Name]bool) []Attribute {
	var why []Attribute
	if before.Name.Database != after.Name.Database {
		why = append(why, Attribute{"database", before.Name.Database, after.Name.Database})
	}
	if b, a := Unqualify(before.Select, database, known), Unqualify(after.Select, database, known); !secretsql.Same(b, a) {
		why = append(why, Attribute{"select", secretsql.Mask(b), secretsql.Mask(a)})
	}
	if before.Materialized != after.Materialized {
		why = append(why, Attribute{"kind", viewKind(before), viewKind(after)})
	} else if before.Materialized && before.Target != after.Target {
		why = append(why, Attribute{"target", targetText(before), targetText(after)})
	}
	return why
}

func viewKind(v *schema.View) string {
	if v.Materialized {
		return "materialized view"
	}
	return "view"
}

func targetText(v *schema.View) string {
	if v.Inner {
		return "its own inner table"
	}
	return v.Target.String()
}
