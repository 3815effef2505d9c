package report

import (
	"strings"

	"github.com/moose-migrate/moose-migrate/pkg/diff"
)

// columnChanges is the heading above the columns of a changed table.
const columnChanges = "Column changes:"

// table writes the change of a table.
func (b *builder) table(out *Change, c *diff.Change) {
	t := c.Table
	shown := t.After
	if shown == nil {
		shown = t.Before
	}
	if shown == nil {
		return
	}
	out.Database = shown.DatabaseOr(b.db)
	out.Title = "Table: " + b.label(out.Database, shown.Name)
	if shown.Version != nil && *shown.Version != "" {
		out.Title += " (Version: " + *shown.Version + ")"
	}
	switch c.Action {
	case diff.Add:
		out.Details = shape(t.After)
		for _, r := range b.renames(b.outcome.Result.Changes) {
			if r.Kind == "table" && r.To == t.After.Name && r.Database == out.Database {
				out.Hints = append(out.Hints, r.Advice())
			}
		}
	case diff.Remove:
		out.Details = shape(t.Before)
		out.Note = b.loseTable(out, t)
	case diff.Recreate:
		out.Details = b.tableDetails(c, out)
		var causes []string
		for _, a := range attributes(c.Forced) {
			causes = append(causes, causeText(a))
		}
		out.Note = "recreated: " + strings.Join(append(causes, b.loseTable(out, t)), "; ")
		if len(causes) == 0 {
			out.Note = "recreated; " + b.loseTable(out, t)
		}
	default:
		if t.Renamed {
			out.Note = "renamed from " + b.label(t.Before.DatabaseOr(b.db), t.Before.Name) + "; its rows are kept"
		}
		out.Details = b.tableDetails(c, out)
		b.loseColumns(out, t)
	}
}

// tableDetails lists what differs in a table, part by part.
func (b *builder) tableDetails(c *diff.Change, out *Change) []Line {
	t := c.Table
	var lines []Line
	section := func(heading string, list []Line) {
		if len(list) > 0 {
			lines = append(append(lines, Line{Text: heading}), list...)
		}
	}
	var forced []Line
	for _, a := range attributes(c.Forced) {
		if !strings.HasPrefix(a.Name, "column ") {
			forced = append(forced, Line{1, "~", attributeText(a)})
		}
	}
	section("Cannot change in place:", forced)
	section(columnChanges, b.columnLines(t, out))
	if t.Settings {
		section("Settings:", settingLines(t))
	}
	if t.TTL && t.Before != nil && t.After != nil {
		section("TTL:", []Line{replaced(deref(t.Before.TTL), deref(t.After.TTL))})
	}
	if t.SampleBy && t.Before != nil && t.After != nil {
		section("Sample by:", []Line{replaced(deref(t.Before.SampleBy), deref(t.After.SampleBy))})
	}
	section("Indexes:", namedLines(c.Why, "index "))
	section("Projections:", namedLines(c.Why, "projection "))
	section("Constraints:", namedLines(c.Why, "constraint "))
	if len(lines) == 0 {
		for _, a := range attributes(c.Why) {
			lines = append(lines, Line{0, "~", attributeText(a)})
		}
	}
	return lines
}

// replaced is one value that came, went or changed.
func replaced(before, after string) Line {
	switch {
	case before == "":
		return Line{1, "+", after}
	case after == "":
		return Line{1, "-", before + " (removed)"}
	}
	return Line{1, "~", before + " -> " + after}
}

func settingLines(t *diff.TableChange) []Line {
	var lines []Line
	for _, k := range sortedKeys(t.SettingsBefore, t.SettingsAfter) {
		before, had := t.SettingsBefore[k]
		after, has := t.SettingsAfter[k]
		before, after = setting(k, before), setting(k, after)
		switch {
		case !had:
			lines = append(lines, Line{1, "+", k + ": " + after})
		case !has:
			lines = append(lines, Line{1, "-", k + ": " + before + " (reset to default)"})
		case before == after:
			lines = append(lines, Line{1, "~", k + ": another credential"})
		default:
			lines = append(lines, Line{1, "~", k + ": " + before + " -> " + after})
		}
	}
	return lines
}

// namedLines writes the indexes, projections or constraints that differ, in the server's words.
func namedLines(why []diff.Attribute, prefix string) []Line {
	var lines []Line
	for _, a := range why {
		name, ok := strings.CutPrefix(a.Name, prefix)
		if !ok {
			continue
		}
		switch {
		case a.Before == "":
			lines = append(lines, Line{1, "+", name + ": " + a.After})
		case a.After == "":
			lines = append(lines, Line{1, "-", name})
		default:
			lines = append(lines, Line{1, "~", name + ": " + a.Before + " -> " + a.After})
		}
	}
	return lines
}
