package rehearse_test

import (
	"fmt"
	"testing"

	"github.com/moose-migrate/moose-migrate/internal/testparts"
	"github.com/moose-migrate/moose-migrate/pkg/inframap"
	"github.com/moose-migrate/moose-migrate/pkg/rehearse"
)

// BenchmarkRehearse500 rehearses a plan of 500 operations (300 tables of ten columns that
// get one more, 100 new tables, 100 new views) on a schema of 400 objects.
func BenchmarkRehearse500(b *testing.B) {
	th := newTheater(b)
	before := inframap.New(th.db)
	for i := range 300 {
		put(th, before, wide(fmt.Sprintf("T%03d", i)))
	}
	for i := range 100 {
		name := fmt.Sprintf("V%03d", i)
		before.Views[name] = &inframap.View{Name: name, SelectSQL: fmt.Sprintf("SELECT c0, c1 FROM `T%03d`", i)}
	}
	th.build(before)
	desired, err := before.Clone()
	if err != nil {
		b.Fatal(err)
	}
	for _, t := range desired.Tables {
		t.Columns = append(t.Columns, column("added", "Int64", true))
	}
	for i := range 100 {
		put(th, desired, wide(fmt.Sprintf("N%03d", i)))
		name := fmt.Sprintf("W%03d", i)
		desired.Views[name] = &inframap.View{Name: name, SelectSQL: fmt.Sprintf("SELECT c0, added FROM `T%03d`", i)}
	}
	in := th.input(desired)
	if n := len(in.Outcome.Operations); n != 500 {
		b.Fatalf("%d operations", n)
	}
	scratch := open(b, testparts.Sandbox(b).NativeURL(""))
	for b.Loop() {
		r, err := rehearse.Run(b.Context(), in)
		if err != nil {
			b.Fatal(err)
		}
		mustWork(b, r)
		b.StopTimer()
		if err := scratch.Conn().Exec(b.Context(), "DROP DATABASE "+th.db+" SYNC"); err != nil {
			b.Fatal(err)
		}
		b.StartTimer()
	}
}

func wide(name string) *inframap.Table {
	columns := []inframap.Column{column("id", "String", true)}
	for i := range 9 {
		columns = append(columns, column(fmt.Sprintf("c%d", i), "String", true))
	}
	return table(name, "MergeTree", columns...)
}
