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
		if why := CompareColumn(old, c, o); len(why) > 0 {
			out = append(out, ColumnChange{
				Action: Update, Before: declaredBefore[c.Name], Why: why,
				After: keepIgnored(declaredBefore[c.Name], declaredAfter[c.Name], o),
			})
		}
	}
	hintRename(p, out, removed, added, o)
	return out
}

// hintRename marks the addition that looks like a renamed column: exactly one
// column of its definition went away and exactly one came.
func hintRename(p *tablePair, changes []ColumnChange, removed, added []int, o Options) {
	matches := map[int][]int{}
	back := map[int]int{}
	for _, a := range added {
		after := p.schemaAfter.Column(changes[a].After.Name)
		for _, r := range removed {
			before := p.schemaBefore.Column(changes[r].Before.Name)
			if before.Type == after.Type && defaultText(before) == defaultText(after) && before.Codec == after.Codec {
				matches[a] = append(matches[a], r)
				back[r]++
			}
		}
	}
	for _, a := range added {
		if m := matches[a]; len(m) == 1 && back[m[0]] == 1 {
			from := changes[m[0]].Before
			changes[a].RenameOf = from.Name
			if len(CompareColumn(p.schemaBefore.Column(from.Name), p.schemaAfter.Column(changes[a].After.Name), o)) > 0 {
				renamed := *from
				renamed.Name = changes[a].After.Name
				changes[a].RenameFrom = &renamed
			}
		}
	}
}

func columnIndex(columns []inframap.Column) map[string]*inframap.Column {
	out := make(map[string]*inframap.Column, len(columns))
	for i := range columns {
		out[columns[i].Name] = &columns[i]
	}
	return out
}

// keepIgnored is the column as it should become, with the attributes that are not
// compared as they are: an ignored difference is not applied along with another.
func keepIgnored(before, after *inframap.Column, o Options) *inframap.Column {
	if before == nil || after == nil || !o.IgnoreColumnTTL && !o.IgnoreLowCardinality {
		return after
	}
	kept := *after
	if o.IgnoreColumnTTL {
		kept.TTL = before.TTL
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
