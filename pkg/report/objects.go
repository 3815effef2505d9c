package report

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/dustin/go-humanize"

	"github.com/moose-migrate/moose-migrate/pkg/diff"
	"github.com/moose-migrate/moose-migrate/pkg/inframap"
	"github.com/moose-migrate/moose-migrate/pkg/safetext"
)

// valueRunes bounds a value whose place is known and whose text nobody reads in full,
// such as the JSON schema of an endpoint.
const valueRunes = 200

// pathText says a difference that is named by its JSON path: "config tasks: a -> b".
func pathText(a Attribute) string {
	name := strings.NewReplacer("_", " ", ".", " ").Replace(a.Name)
	return fmt.Sprintf("%s: %s -> %s", name, safetext.Clip(value(a.Before), valueRunes), safetext.Clip(value(a.After), valueRunes))
}

// pathLines shows the differences whose path does not begin with one of the prefixes.
func pathLines(why []Attribute, shown ...string) []Line {
	var lines []Line
	for _, a := range why {
		if !slices.ContainsFunc(shown, func(p string) bool { return strings.HasPrefix(a.Name, p) }) {
			lines = append(lines, Line{0, "~", pathText(a)})
		}
	}
	return lines
}

// fieldLine shows a field before and after, the value alone where one side is missing or both agree.
func fieldLine(name string, before, after string) Line {
	switch {
	case before == "" || before == after:
		return Line{Text: name + ": " + after}
	case after == "":
		return Line{Text: name + ": " + before}
	}
	return Line{0, "~", name + ": " + before + " -> " + after}
}

func topic(out *Change, p *diff.Pair[inframap.Topic]) {
	shown := p.After
	if shown == nil {
		shown = p.Before
	}
	if shown == nil {
		return
	}
	out.Title = fmt.Sprintf("Topic: %s - Version: %s", shown.Name, version(shown.Version))
	if out.Action == diff.Remove {
		out.Hints = append(out.Hints, "deleting a topic deletes its messages")
		return
	}
	out.Title += fmt.Sprintf(" - Retention Period: %s - Partition Count: %d", duration(shown.RetentionPeriod), shown.PartitionCount)
	if p.Before == nil || p.After == nil {
		return
	}
	b, a := p.Before, p.After
	for _, f := range []struct{ name, before, after string }{
		{"Retention Period", duration(b.RetentionPeriod), duration(a.RetentionPeriod)},
		{"Partition Count", strconv.FormatUint(b.PartitionCount, 10), strconv.FormatUint(a.PartitionCount, 10)},
		{"Max Message Size", humanize.IBytes(b.MaxMessageBytes), humanize.IBytes(a.MaxMessageBytes)},
	} {
		if f.before != f.after {
			out.Details = append(out.Details, fieldLine(f.name, f.before, f.after))
		}
	}
	if b.MaxMessageBytes != a.MaxMessageBytes && humanize.IBytes(b.MaxMessageBytes) == humanize.IBytes(a.MaxMessageBytes) {
		out.Details = append(out.Details, fieldLine("Max Message Bytes", strconv.FormatUint(b.MaxMessageBytes, 10), strconv.FormatUint(a.MaxMessageBytes, 10)))
	}
	if a.PartitionCount < b.PartitionCount {
		out.Hints = append(out.Hints, "a broker cannot take partitions away from a topic: keep the count, or make a topic of another name")
	}
	out.Details = append(out.Details, topicColumns(b.Columns, a.Columns)...)
	out.Details = append(out.Details, pathLines(out.Why, "retention_period", "partition_count", "max_message_bytes", "columns")...)
}

// topicColumns shows the columns of a message that came, went or changed.
func topicColumns(before, after []inframap.Column) []Line {
	old := map[string]*inframap.Column{}
	for i := range before {
		old[before[i].Name] = &before[i]
	}
	var lines []Line
	seen := map[string]bool{}
	for i := range after {
		c := &after[i]
		seen[c.Name] = true
		switch was := old[c.Name]; {
		case was == nil:
			lines = append(lines, Line{1, "+", c.Name + ": " + columnText(c)})
		case columnText(was) != columnText(c):
			lines = append(lines, Line{1, "~", c.Name + ": " + columnText(was) + " -> " + columnText(c)})
		}
	}
	for i := range before {
		if c := &before[i]; !seen[c.Name] {
			lines = append(lines, Line{1, "-", c.Name + ": " + columnText(c)})
		}
	}
	if len(lines) == 0 {
		return nil
	}
	return append([]Line{{Text: columnChanges}}, lines...)
}

func api(out *Change, p *diff.Pair[inframap.APIEndpoint]) {
	shown := p.After
	if shown == nil {
		shown = p.Before
	}
	if shown == nil {
		return
	}
	out.Title = fmt.Sprintf("API Endpoint: %s - Version: %s", shown.Name, version(shown.Version))
	if out.Action == diff.Remove {
		return
	}
	out.Title += fmt.Sprintf(" - Path: %s - Method: %s", shown.Path, shown.Method)
	out.Details = pathLines(out.Why)
}

func workflow(out *Change, p *diff.Pair[inframap.Workflow]) {
	var before, after [3]string
	if p.Before != nil {
		before = workflowFields(p.Before)
	}
	if p.After != nil {
		after = workflowFields(p.After)
	}
	for i, name := range []string{"Schedule", "Retries", "Timeout"} {
		out.Details = append(out.Details, fieldLine(name, before[i], after[i]))
	}
	out.Details = append(out.Details, pathLines(out.Why, "config.schedule", "config.retries", "config.timeout")...)
}

func workflowFields(w *inframap.Workflow) [3]string {
	schedule := w.Config.Schedule
	if schedule == "" {
		schedule = "manual trigger only"
	}
	return [3]string{schedule, strconv.FormatUint(w.Config.Retries, 10), value(w.Config.Timeout)}
}

// other writes the kinds that have no heading of their own facts but a name.
func other(out *Change, p *diff.Pair[any]) {
	out.Details = pathLines(out.Why)
	if p == nil {
		return
	}
	shown := p.After
	if shown == nil {
		shown = p.Before
	}
	if shown == nil {
		return
	}
	switch o := (*shown).(type) {
	case *inframap.TopicToTableSync:
		out.Title = fmt.Sprintf("Topic to Table Sync: %s -> %s", o.SourceTopicID, o.TargetTableID)
	case *inframap.FunctionProcess:
		out.Name = o.Name
		if o.TargetTopicID == nil || *o.TargetTopicID == "" {
			out.Title = fmt.Sprintf("Consumer: %s - from topic %s", o.Name, o.SourceTopicID)
			return
		}
		out.Title = fmt.Sprintf("Function: %s - from topic %s to topic %s", o.Name, o.SourceTopicID, *o.TargetTopicID)
	case *inframap.WebApp:
		out.Name = o.Name
		out.Title = fmt.Sprintf("Web App: %s - Mount Path: %s", o.Name, o.MountPath)
	}
}
