package diff

import (
	"slices"
	"strings"

	"github.com/moose-migrate/moose-migrate/pkg/inframap"
	"github.com/moose-migrate/moose-migrate/pkg/schema"
)

// CompareColumn lists what differs between a column as it is and as it should be.
func CompareColumn(before, after *schema.Column, o Options) []Attribute {
	var why []Attribute
	add := func(name, b, a string) {
		if a != b {
			why = append(why, Attribute{name, b, a})
		}
	}
	if !sameType(before.Type, after.Type, o) {
		why = append(why, Attribute{"type", before.Type, after.Type})
	}
	add("default", defaultText(before), defaultText(after))
	add("codec", before.Codec, after.Codec)
	if !o.IgnoreColumnTTL {
		add("TTL", before.TTL, after.TTL)
	}
	add("comment", userComment(before.Comment), userComment(after.Comment))
	return why
}

// sameType compares two types by the server's own names of them.
func sameType(before, after string, o Options) bool {
	if o.IgnoreLowCardinality {
		before, after = withoutLowCardinality(before), withoutLowCardinality(after)
	}
	return before == after
}

func withoutLowCardinality(t string) string {
	inner, ok := strings.CutPrefix(t, "LowCardinality(")
	if !ok || !strings.Contains(inner, "String") {
		return t
	}
	return strings.TrimSuffix(inner, ")")
}

func defaultText(c *schema.Column) string {
	return strings.TrimSpace(c.DefaultKind + " " + c.DefaultExpr)
}

// metadataMarker starts the part of a comment that Moose keeps for itself.
const metadataMarker = "[MOOSE_METADATA:DO_NOT_MODIFY]"

func userComment(comment string) string {
	text, _, _ := strings.Cut(comment, metadataMarker)
	return strings.TrimSpace(text)
}

// compareColumns matches columns by name; the order of existing columns is no difference.
func compareColumns(p *tablePair, o Options) []ColumnChange {
	var out []ColumnChange
	declaredBefore, declaredAfter := columnIndex(p.before.Columns), columnIndex(p.after.Columns)
	var removed, added []int
	for i := range p.schemaBefore.Columns {
		c := &p.schemaBefore.Columns[i]
		if p.schemaAfter.Column(c.Name) == nil {
			removed = append(removed, len(out))
			out = append(out, ColumnChange{Action: Remove, Before: declaredBefore[c.Name]})
		}
	}
	for i := range p.schemaAfter.Columns {
		c := &p.schemaAfter.Columns[i]
		old := p.schemaBefore.Column(c.Name)
		if old == nil {
			change := ColumnChange{Action: Add, After: declaredAfter[c.Name]}
			if i > 0 {
				change.Position = &p.schemaAfter.Columns[i-1].Name
			}
			added = append(added, len(out))
			out = append(out, change)
			continue
		}
		if why := notIgnored(CompareColumn(old, c, o), p, c.Name, o); len(why) > 0 {
			out = append(out, ColumnChange{
				Action: Update, Before: declaredBefore[c.Name], Why: why,
				After: keepIgnored(declaredBefore[c.Name], declaredAfter[c.Name], p, o),
			})
		}
	}
	recogniseRenames(p, out, removed, added, o)
	return slices.DeleteFunc(out, func(c ColumnChange) bool {
		return c.Action == Add && o.ignores(p.name(), "column "+c.After.Name) || c.Action == Remove && o.ignores(p.name(), "column "+c.Before.Name)
	})
}

func columnIndex(columns []inframap.Column) map[string]*inframap.Column {
	out := make(map[string]*inframap.Column, len(columns))
	for i := range columns {
		out[columns[i].Name] = &columns[i]
	}
	return out
}

// notIgnored takes out what the project's patterns leave out.
func notIgnored(why []Attribute, p *tablePair, column string, o Options) []Attribute {
	return slices.DeleteFunc(why, func(a Attribute) bool { return o.ignoresColumn(p, column, a.Name) })
}

func (o Options) ignoresColumn(p *tablePair, column, attribute string) bool {
	return o.ignores(p.name(), "column "+column+": "+attribute)
}

// keepIgnored is the column as it should become, with the attributes that are not
// compared as they are: an ignored difference is not applied along with another.
func keepIgnored(before, after *inframap.Column, p *tablePair, o Options) *inframap.Column {
	if before == nil || after == nil {
		return after
	}
	ignores := func(attribute string) bool { return o.ignoresColumn(p, after.Name, attribute) }
	kept := *after
	if o.IgnoreColumnTTL || ignores("TTL") {
		kept.TTL = before.TTL
	}
	if ignores("codec") {
		kept.Codec = before.Codec
	}
	if ignores("comment") {
		kept.Comment = before.Comment
	}
	if ignores("default") {
		kept.Default, kept.Materialized, kept.Alias, kept.Ephemeral = before.Default, before.Materialized, before.Alias, before.Ephemeral
	}
	if ignores("type") {
		kept.DataType, kept.Required, kept.Annotations = before.DataType, before.Required, before.Annotations
	}
	if o.IgnoreLowCardinality && before.LowCardinality() != after.LowCardinality() {
		kept.Annotations = slices.DeleteFunc(slices.Clone(after.Annotations), isLowCardinality)
		if i := slices.IndexFunc(before.Annotations, isLowCardinality); i >= 0 {
			kept.Annotations = append(kept.Annotations, before.Annotations[i])
		}
	}
	return &kept
}

func isLowCardinality(a inframap.Annotation) bool { return a.Name == inframap.AnnotationLowCardinality }
