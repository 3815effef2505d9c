package fidelity

import (
	"fmt"
	"slices"

	"github.com/moose-migrate/moose-migrate/pkg/inframap"
)

// schema is one case: a table and what reads it.
type schema struct {
	table  *inframap.Table
	target *inframap.Table
	mv     *inframap.MaterializedView
	view   *inframap.View
}

func (s schema) addTo(m *inframap.Map) {
	m.Tables[s.table.ID(m.DefaultDatabase)] = s.table
	if s.target != nil {
		m.Tables[s.target.ID(m.DefaultDatabase)] = s.target
	}
	if s.mv != nil {
		m.MaterializedViews[s.mv.Name] = s.mv
	}
	if s.view != nil {
		m.Views[s.view.Name] = s.view
	}
}

// schema draws a table with id and at, and now and then a view and a materialized view on it.
func (d *drawer) schema() schema {
	s := schema{table: d.table()}
	d.readers(&s)
	return s
}

func (d *drawer) table() *inframap.Table {
	t := &inframap.Table{
		Name: d.prefix + "T", Engine: inframap.Engine{Name: "MergeTree"}, LifeCycle: inframap.FullyManaged,
		Columns:         []inframap.Column{d.key("id", "String"), d.key("at", "DateTime"), d.key("k", pick(d, keyTypes...))},
		SourcePrimitive: inframap.Primitive{Name: d.prefix + "T", Type: "DataModel"},
		Indexes:         []inframap.Index{}, Projections: []inframap.Projection{}, Constraints: []inframap.Constraint{},
		TableSettings: map[string]string{},
	}
	if d.chance(30) {
		t.Version = ptr(pick(d, "1.2", "3"))
		t.Name = inframap.TableName(d.prefix+"T", t.Version)
	}
	for range d.r.IntN(6) {
		t.Columns = append(t.Columns, d.column())
	}
	d.engine(t)
	d.keys(t)
	d.tableTTL(t)
	d.settings(t)
	for range d.r.IntN(3) {
		d.addIndex(t)
	}
	if d.chance(25) {
		d.addProjection(t)
	}
	if d.chance(25) {
		d.addConstraint(t)
	}
	return t
}

func (d *drawer) key(name, typ string) inframap.Column {
	return inframap.Column{Name: name, DataType: simple(typ), Required: true, Annotations: []inframap.Annotation{}}
}

func (d *drawer) engine(t *inframap.Table) {
	name := pick(d, "MergeTree", "MergeTree", "MergeTree", "ReplacingMergeTree", "SummingMergeTree", "AggregatingMergeTree",
		"CollapsingMergeTree", "VersionedCollapsingMergeTree")
	e := inframap.NewEngine(name)
	set := func(param, column, typ string) {
		if columnOf(t, column) == nil {
			t.Columns = append(t.Columns, d.key(column, typ))
		}
		_ = e.Set(param, column)
	}
	switch name {
	case "ReplacingMergeTree":
		if d.chance(60) {
			set("ver", "ver", "UInt64")
			if d.chance(40) {
				set("is_deleted", "gone", "UInt8")
			}
		}
	case "SummingMergeTree":
		if d.chance(60) {
			t.Columns = append(t.Columns, d.key("total", "Int64"))
			_ = e.Set("columns", []string{"total"})
		}
	case "CollapsingMergeTree":
		set("sign", "sign", "Int8")
	case "VersionedCollapsingMergeTree":
		set("sign", "sign", "Int8")
		set("version", "ver", "UInt64")
	}
	t.Engine = e
}

func columnOf(t *inframap.Table, name string) *inframap.Column {
	i := slices.IndexFunc(t.Columns, func(c inframap.Column) bool { return c.Name == name })
	if i < 0 {
		return nil
	}
	return &t.Columns[i]
}

func (d *drawer) keys(t *inframap.Table) {
	for i := range t.Columns {
		t.Columns[i].PrimaryKey = false
	}
	t.PrimaryKeyExpression, t.SampleBy, t.PartitionBy = nil, nil, nil
	switch d.r.IntN(7) {
	case 0:
		t.OrderBy = inframap.OrderByColumns("id")
	case 1:
		t.OrderBy = inframap.OrderByColumns("id", "at", "k")
		t.Columns[0].PrimaryKey = true
	case 2:
		t.OrderBy = inframap.OrderByExpression("(id, toStartOfHour(at))")
	case 3:
		t.OrderBy = inframap.OrderByExpression("(cityHash64(id), at)")
		t.PrimaryKeyExpression, t.SampleBy = ptr("cityHash64(id)"), ptr("cityHash64(id)")
	case 4:
		t.OrderBy = inframap.OrderBy{}
	case 5:
		t.OrderBy = inframap.OrderByColumns("id", "at")
		t.Columns[0].PrimaryKey, t.Columns[1].PrimaryKey = true, true
	case 6:
		t.OrderBy = inframap.OrderByExpression("cityHash64(id,at)")
	}
	if d.chance(40) {
		t.PartitionBy = ptr(pick(d, "toYYYYMM(at)", "toYear(at)", "(toYYYYMM(at), k)", "toDate(at)"))
	}
	t.Canonicalize()
}

func (d *drawer) tableTTL(t *inframap.Table) {
	t.TTL = nil
	if d.chance(30) {
		t.TTL = ptr(pick(d, "at + INTERVAL 90 DAY DELETE", "at + INTERVAL 1 YEAR", "toDateTime(at) + toIntervalDay(7)",
			"at + INTERVAL 5 DAY DELETE WHERE id = ''", "at + INTERVAL 1 DAY, at + INTERVAL 2 DAY DELETE WHERE id != 'x'"))
	}
}

func (d *drawer) settings(t *inframap.Table) {
	t.TableSettings = map[string]string{"index_granularity": pick(d, "8192", "8192", "4096"), "index_granularity_bytes": "10485760", "enable_mixed_granularity_parts": "1"}
	for _, s := range []struct {
		name   string
		values []string
	}{
		{"merge_with_ttl_timeout", []string{"3600", "7200"}},
		{"min_bytes_for_wide_part", []string{"0", "1000"}},
		{"ttl_only_drop_parts", []string{"1"}},
		{"max_bytes_to_merge_at_max_space_in_pool", []string{"161061273600"}},
		{"merge_max_block_size", []string{"4096"}},
	} {
		if d.chance(20) {
			t.TableSettings[s.name] = pick(d, s.values...)
		}
	}
	// ReplacingMergeTree and its like take projections only when told what becomes of them on a merge.
	if t.Engine.Name != "MergeTree" {
		t.TableSettings["deduplicate_merge_projection_mode"] = "rebuild"
	}
}

func (d *drawer) addIndex(t *inframap.Table) {
	i := inframap.Index{Name: d.name("i"), Granularity: uint64(1 + d.r.IntN(4)), Arguments: []string{}}
	switch d.r.IntN(6) {
	case 0:
		i.Expression, i.Type = "at", "minmax"
	case 1:
		i.Expression, i.Type, i.Arguments = "id", "set", []string{"100"}
	case 2:
		i.Expression, i.Type, i.Arguments = "lower(id)", "bloom_filter", []string{"0.01"}
	case 3:
		i.Expression, i.Type, i.Arguments = "id", "tokenbf_v1", []string{"256", "2", "0"}
	case 4:
		i.Expression, i.Type, i.Arguments = "(id, k)", "set", []string{"0"}
	case 5:
		i.Expression, i.Type = "id", "bloom_filter"
		if c := t.Columns[d.r.IntN(len(t.Columns))]; isSimple(c.DataType.Simple) && len(c.Annotations) == 0 && c.Alias == nil {
			i.Expression, i.Type = "`"+escapeName(c.Name)+"`", "minmax"
		}
	}
	t.Indexes = append(t.Indexes, i)
}

func (d *drawer) addProjection(t *inframap.Table) {
	t.Projections = append(t.Projections, inframap.Projection{Name: d.name("p"), Body: pick(d,
		"SELECT * ORDER BY at", "SELECT id, count() GROUP BY id", "select k, MAX(at) group by k", "SELECT id, at ORDER BY at, id")})
}

func (d *drawer) addConstraint(t *inframap.Table) {
	t.Constraints = append(t.Constraints, inframap.Constraint{
		Name: d.name("r"), Type: pick(d, "CHECK", "ASSUME"), Expression: pick(d, "length(id) < 1000", "at > toDateTime('2000-01-01 00:00:00')", "(id != '')", "id != '' AND NOT (id = 'x')"),
	})
}

// readers draws the views of a table: they read id, at and k, which every table has.
func (d *drawer) readers(s *schema) {
	if d.chance(30) {
		s.view = &inframap.View{Name: d.prefix + "V", SelectSQL: pick(d,
			"SELECT id, at FROM `"+s.table.Name+"`", "SELECT * FROM `"+s.table.Name+"` WHERE id != ''",
			"select k, COUNT(*) as n from `"+s.table.Name+"` group by k having n > 1", "WITH x AS (SELECT id FROM `"+s.table.Name+"`) SELECT * FROM x")}
	}
	if d.chance(25) {
		s.target = &inframap.Table{
			Name: d.prefix + "D", Engine: inframap.Engine{Name: "SummingMergeTree"}, OrderBy: inframap.OrderByColumns("id"), LifeCycle: inframap.FullyManaged,
			Columns: []inframap.Column{d.key("id", "String"), d.key("n", "UInt64")}, SourcePrimitive: inframap.Primitive{Name: d.prefix + "D", Type: "DataModel"},
		}
		s.mv = &inframap.MaterializedView{Name: d.prefix + "M", TargetTable: s.target.Name, LifeCycle: inframap.FullyManaged, SelectSQL: pick(d,
			"SELECT id, COUNT(*) AS n FROM `"+s.table.Name+"` GROUP BY id", "SELECT id, sum(length(id)) AS n FROM `"+s.table.Name+"` WHERE at > 0 GROUP BY id")}
	}
}

func escapeName(name string) string {
	out := ""
	for _, r := range name {
		if r == '`' || r == '\\' {
			out += `\`
		}
		out += string(r)
	}
	return out
}

// mutate changes a few attributes of a copy. It returns what it did, and the renames
// among it.
func (d *drawer) mutate(s schema) (schema, []string, rename) {
	out := s
	t := cloneTable(s.table)
	out.table = t
	names := rename{table: s.table.Name, columns: map[string]string{}}
	var done []string
	if columns := free(t); len(columns) > 0 && d.chance(25) {
		c := &t.Columns[columns[d.r.IntN(len(columns))]]
		old := c.Name
		dropIndexesOf(t, old)
		c.Name = d.name("renamed")
		names.columns[old] = c.Name
		done = append(done, "rename column")
	}
	if out.view == nil && out.mv == nil && d.chance(20) {
		t.Name = inframap.TableName(d.prefix+"R", t.Version)
		names.to = t.Name
		done = append(done, "rename table")
	}
	for range 1 + d.r.IntN(4) {
		if len(names.columns) > 0 {
			done = append(done, d.mutateAround(t, names))
			continue
		}
		done = append(done, d.mutateTable(t))
	}
	if names.to == "" && d.chance(20) {
		out.view, out.mv, out.target = nil, nil, nil
		d.readers(&out)
		done = append(done, "readers")
	}
	return out, done, names
}

// rename is what a mutation renamed; to is empty when the table keeps its name.
type rename struct {
	table, to string
	columns   map[string]string
}

// mutateAround mutates a table and keeps the columns that were renamed in it.
func (d *drawer) mutateAround(t *inframap.Table, names rename) string {
	for range 20 {
		try := cloneTable(t)
		done := d.mutateTable(try)
		kept := true
		for _, name := range names.columns {
			kept = kept && columnOf(try, name) != nil
		}
		if kept {
			*t = *try
			return done
		}
	}
	return "nothing"
}

func cloneTable(t *inframap.Table) *inframap.Table {
	m := inframap.New("x")
	m.Tables["t"] = t
	c, err := m.Clone()
	if err != nil {
		panic(err)
	}
	return c.Tables["t"]
}

// free are the columns that nothing else of a drawn table names.
func free(t *inframap.Table) []int {
	fixed := map[string]bool{"id": true, "at": true, "k": true, "ver": true, "gone": true, "sign": true, "total": true}
	var out []int
	for i, c := range t.Columns {
		if !fixed[c.Name] {
			out = append(out, i)
		}
	}
	return out
}

func (d *drawer) mutateTable(t *inframap.Table) string {
	columns := free(t)
	one := func() *inframap.Column { return &t.Columns[columns[d.r.IntN(len(columns))]] }
	kind := d.r.IntN(18)
	if len(columns) == 0 && kind > 0 && kind < 7 {
		kind = 0
	}
	switch kind {
	case 0:
		t.Columns = slices.Insert(t.Columns, d.r.IntN(len(t.Columns)+1), d.column())
		return "add column"
	case 1:
		i := columns[d.r.IntN(len(columns))]
		dropIndexesOf(t, t.Columns[i].Name)
		t.Columns = slices.Delete(t.Columns, i, i+1)
		return "drop column"
	case 2, 3:
		c := one()
		c.DataType = d.columnType(2)
		dropIndexesOf(t, c.Name)
		d.decorate(c)
		return "redraw column"
	case 4:
		d.decorate(one())
		return "decorate column"
	case 5:
		c := one()
		c.Comment = ptr(fmt.Sprintf("comment %d", d.r.IntN(9)))
		return "comment"
	case 6:
		c := one()
		if isSimple(c.DataType.Simple) && len(c.Annotations) == 0 {
			c.Required = !c.Required
		}
		return "nullability"
	case 7:
		d.tableTTL(t)
		return "TTL"
	case 8:
		d.settings(t)
		return "settings"
	case 9:
		d.addIndex(t)
		return "add index"
	case 10:
		t.Indexes = t.Indexes[:len(t.Indexes)/2]
		return "drop indexes"
	case 11:
		d.addProjection(t)
		return "add projection"
	case 12:
		t.Projections = []inframap.Projection{}
		return "drop projections"
	case 13:
		d.addConstraint(t)
		return "add constraint"
	case 14:
		t.Constraints = []inframap.Constraint{}
		return "drop constraints"
	case 15:
		d.keys(t)
		return "keys"
	case 16:
		d.engine(t)
		d.settings(t)
		return "engine"
	}
	d.r.Shuffle(len(t.Columns)-3, func(i, j int) { t.Columns[i+3], t.Columns[j+3] = t.Columns[j+3], t.Columns[i+3] })
	return "reorder"
}

func dropIndexesOf(t *inframap.Table, column string) {
	t.Indexes = slices.DeleteFunc(t.Indexes, func(i inframap.Index) bool { return i.Expression == "`"+escapeName(column)+"`" })
}
