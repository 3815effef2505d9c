package report

import (
	"cmp"
	"fmt"
	"strings"

	"github.com/moose-migrate/moose-migrate/pkg/chtype"
	"github.com/moose-migrate/moose-migrate/pkg/diff"
)

// withoutRows are engines that keep no rows of their own: they read or forward those of others.
var withoutRows = map[string]bool{
	"Kafka": true, "S3": true, "S3Queue": true, "IcebergS3": true, "Iceberg": true, "DeltaLake": true, "Hudi": true,
	"AzureQueue": true, "Distributed": true, "Merge": true, "Buffer": true, "Null": true, "URL": true, "Dictionary": true,
	"MySQL": true, "PostgreSQL": true, "MongoDB": true, "Redis": true, "RabbitMQ": true, "NATS": true,
}

// HoldsRows reports whether tables of an engine keep rows of their own.
func HoldsRows(engine string) bool { return !withoutRows[engine] }

// loseTable records that a table goes with its rows, and says so for the heading.
func (b *builder) loseTable(out *Change, t *diff.TableChange) string {
	if t.Before == nil {
		return "it does not exist yet"
	}
	if !HoldsRows(t.Before.Engine.Name) {
		return fmt.Sprintf("the engine %s keeps no rows of its own", t.Before.Engine.Name)
	}
	if t.Actual != nil {
		out.Rows, out.Bytes = t.Actual.Rows, t.Actual.Bytes
	}
	verb := "dropped"
	if out.Action == diff.Recreate {
		verb = "recreated"
	}
	label, price := b.label(out.Database, t.Before.Name), Amount(out.Rows, out.Bytes)
	loss := Loss{Kind: diff.Table, Name: t.Before.Name, Database: out.Database, Rows: out.Rows, Bytes: out.Bytes, short: "table " + label}
	var note string
	switch {
	case loss.Empty():
		loss.Text = fmt.Sprintf("table %s is %s; it holds no rows now", label, verb)
		note = "it holds no rows now"
	case price == "":
		loss.Text = fmt.Sprintf("table %s is %s with all its rows; how many is not known", label, verb)
		note, loss.short = "all its rows are lost", loss.short+" (rows not counted)"
	default:
		loss.Text = fmt.Sprintf("table %s is %s and its %s are lost", label, verb, price)
		note, loss.short = fmt.Sprintf("its %s are lost", price), fmt.Sprintf("%s (%s)", loss.short, price)
		if out.Rows != nil && *out.Rows == 1 {
			note, loss.Text = strings.Replace(note, "are lost", "is lost", 1), fmt.Sprintf("table %s is %s and its %s is lost", label, verb, price)
		}
	}
	b.losses = append(b.losses, loss)
	return note
}

// loseColumns records the columns that go with their values; a renamed column and
// one without stored values lose nothing.
func (b *builder) loseColumns(out *Change, t *diff.TableChange) {
	if t.Before == nil || !HoldsRows(t.Before.Engine.Name) {
		return
	}
	label := b.label(out.Database, t.Before.Name)
	for _, c := range t.Columns {
		if c.Action == diff.Update {
			b.convertColumn(out, t, c, label)
		}
		if !forgets(c) || c.RenamedTo != "" {
			continue
		}
		loss := Loss{Kind: diff.Table, Name: t.Before.Name, Database: out.Database, Column: c.Before.Name}
		if t.Actual != nil {
			loss.Rows = t.Actual.Rows
		}
		loss.short = fmt.Sprintf("column %s of %s", c.Before.Name, label)
		loss.Text = fmt.Sprintf("column %s of table %s is dropped with its values", c.Before.Name, label)
		if c.Action == diff.Update {
			loss.Text = fmt.Sprintf("column %s of table %s is computed from now on, and loses its stored values", c.Before.Name, label)
		}
		switch {
		case loss.Empty():
			loss.Text += "; the table holds no rows now"
		case loss.Rows != nil:
			loss.short += fmt.Sprintf(" (%s)", RowsText(*loss.Rows))
			loss.Text += " in " + RowsText(*loss.Rows)
		default:
			loss.Text += "; in how many rows is not known"
		}
		for _, added := range t.Columns {
			if added.Action == diff.Add && added.After != nil && added.RenameOf == c.Before.Name {
				loss.Text += fmt.Sprintf("; column %s looks like its new name", added.After.Name)
			}
		}
		b.losses = append(b.losses, loss)
	}
}

// forgets reports whether stored values of a column go: it is dropped, or becomes an ALIAS.
func forgets(c diff.ColumnChange) bool {
	if c.Before == nil || c.Before.Alias != nil || c.Before.Ephemeral != nil {
		return false
	}
	return c.Action == diff.Remove || c.Action == diff.Update && c.After != nil && deref(c.After.Alias) != ""
}

// convertColumn records a column whose new type does not hold every value of the old
// one. A table that is known to be empty has none.
func (b *builder) convertColumn(out *Change, t *diff.TableChange, c diff.ColumnChange, label string) {
	what, from, to := conversionText(c)
	if what == "" {
		return
	}
	loss := Loss{Kind: diff.Table, Name: t.Before.Name, Database: out.Database, Column: c.After.Name, From: from, To: to}
	rows := "rows not counted"
	if t.Actual != nil && t.Actual.Rows != nil {
		loss.Rows = t.Actual.Rows
		rows = RowsText(*loss.Rows)
	}
	loss.short = fmt.Sprintf("column %s of %s (%s)", c.After.Name, label, rows)
	loss.Text = fmt.Sprintf("column %s of table %s: %s -> %s %s (%s)", c.After.Name, label, from, to, what, rows)
	b.losses = append(b.losses, loss)
}

// conversionText says what a changed type does to stored values, and both types;
// empty when all are kept, or none are stored.
func conversionText(c diff.ColumnChange) (what, from, to string) {
	if c.Before == nil || c.After == nil || c.Before.Alias != nil || c.After.Alias != nil {
		return "", "", ""
	}
	for _, a := range c.Why {
		if a.Name != "type" {
			continue
		}
		before, nulls := a.Before, ""
		if c.Nulls != nil {
			before = chtype.WithoutNull(before)
			if *c.Nulls > 0 {
				nulls = fmt.Sprintf("NULL in %s becomes %s", RowsText(*c.Nulls), cmp.Or(deref(c.After.Default), deref(c.After.Materialized), "the type's default"))
			}
		}
		switch chtype.ConversionOf(before, a.After, deref(c.After.Default) != "") {
		case chtype.Changes:
			what = "can change values; ClickHouse does not report it"
		case chtype.Fails:
			what = "can change values, and fails at one that does not fit"
		}
		if what = strings.Trim(what+"; "+nulls, "; "); what != "" {
			return what, a.Before, a.After
		}
	}
	return "", "", ""
}
