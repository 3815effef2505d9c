package inframap

// DefaultMergeTreeSettings are the settings that Moose writes into every table of
// the MergeTree family that does not set them itself.
var DefaultMergeTreeSettings = map[string]string{
	"index_granularity":              "8192",
	"index_granularity_bytes":        "10485760",
	"enable_mixed_granularity_parts": "1",
}

// enginesWithoutOrderBy have no sorting key.
var enginesWithoutOrderBy = map[string]bool{
	"Buffer": true, "Distributed": true, "S3Queue": true, "S3": true, "Kafka": true, "IcebergS3": true, "Merge": true,
}

// SupportsOrderBy reports whether tables of this engine can have a sorting key.
func (e Engine) SupportsOrderBy() bool { return !enginesWithoutOrderBy[e.Name] }

// Canonicalize brings a table into the form that Moose stores: a MergeTree table
// without ORDER BY is ordered by its primary key, array columns are required, and
// engines without a sorting key have no key columns.
func (t *Table) Canonicalize() {
	if t.Engine.IsMergeTree() && t.OrderBy.Empty() {
		if t.PrimaryKeyExpression != nil {
			t.OrderBy = OrderByExpression(*t.PrimaryKeyExpression)
		} else {
			for _, c := range t.Columns {
				if c.PrimaryKey {
					t.OrderBy.Columns = append(t.OrderBy.Columns, c.Name)
				}
			}
		}
	}
	for i := range t.Columns {
		c := &t.Columns[i]
		if c.DataType.Array != nil {
			c.Required = true
		}
		// Moose leaves the flags of S3 tables alone.
		if !t.Engine.SupportsOrderBy() && t.Engine.Name != "S3" {
			c.PrimaryKey = false
		}
	}
}
