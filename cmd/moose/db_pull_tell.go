package main

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/moose-migrate/moose-migrate/internal/cli"
	"github.com/moose-migrate/moose-migrate/internal/pull"
	"github.com/moose-migrate/moose-migrate/pkg/codegen"
	"github.com/moose-migrate/moose-migrate/pkg/schema"
)

// tellNotes names what the declarations do not express, and the variables that they need.
func tellNotes(f *cli.Factory, d *codegen.Declarations) {
	for _, n := range d.Notes {
		f.Warn(strings.ReplaceAll(n.String(), "\n", `\n`))
	}
	for _, v := range d.Variables {
		f.Warn(fmt.Sprintf("table %s: %s is a credential and is not written; set the variable %s where plans are made and applied", v.Table, v.Field, v.Name))
	}
}

// tellLeftOut says what is not in the file by intent.
func tellLeftOut(f *cli.Factory, r *pull.Result) {
	for _, name := range slices.SortedFunc(maps.Keys(r.Elsewhere), byName) {
		f.Note(fmt.Sprintf("table %s is declared as externally managed in %s, which is not rewritten; `moose db pull --print %s` shows what it would be", name, r.Elsewhere[name], name))
	}
	for _, name := range r.Gone {
		f.Warn(fmt.Sprintf("table %s is in the code and no longer in ClickHouse, so the file does not declare it any more", name))
	}
	if r.NotChosen > 0 {
		f.Note(counted(r.NotChosen, "table") + " matched no --tables pattern")
	}
	if r.Views+r.Dictionaries > 0 {
		f.Note(fmt.Sprintf("Left out: %s and %s that the code does not know; only tables are written.", counted(r.Views, "view"), dictionaries(r.Dictionaries)))
	}
}

func counted(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}

func dictionaries(n int) string {
	if n == 1 {
		return "1 dictionary"
	}
	return fmt.Sprintf("%d dictionaries", n)
}

func byName(a, b schema.Name) int { return strings.Compare(a.String(), b.String()) }
