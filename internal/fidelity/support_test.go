package fidelity

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/renameio/v2"

	"github.com/moose-migrate/moose-migrate/pkg/plan"
)

var update = flag.Bool("update", false, "write docs/support.md anew")

var supportFile = filepath.Join("..", "..", "docs", "support.md")

// supportSections are the parts of the documentation, by the first half of a row.
var supportSections = []struct{ key, title, text string }{
	{"types", "Types", "A column of the type, as Moose writes it in the map. `required: false` makes it `Nullable`, or what can be NULL in it."},
	{"columns", "Attributes of columns", "A change of a column is one operation, `ModifyTableColumn`, and as many statements as ClickHouse needs for it."},
	{"tables", "Attributes of tables", ""},
	{"engines", "Engines", "A change of an engine makes the table again. Credentials of the S3 engines are compared by their hash."},
	{"views", "Views", "A view is dropped and made again, which loses nothing; one that shows a column whose type changes is made again as well. The SQL is compared as ClickHouse formats it, with or without the name of the default database."},
}

const supportIntro = `# What is supported

<!-- Written by a test: go test ./internal/fidelity -run TestMustStaySilent -update -->

moose-migrate must say nothing when code and database mean the same, and must see every other difference. Both are tested on a real ClickHouse; this page is written by these tests.

- **Declared** is an example in Moose's own words, **in ClickHouse** is what the server makes of it.
- **Silent** is how many statements, written differently by hand, are recognised as the same and give an empty plan.
- **Changes** are those that are planned, applied and compared with what a fresh CREATE makes: *in place* keeps the rows, *made again* drops the object and creates it, *refused* means that the plan says so beforehand, because ClickHouse would stop half-way or rows would be lost.

Some things have no name in Moose. They are **opaque**: their text is kept and compared as ClickHouse names it, and nothing else is known of them. Such are types as ` + "`Tuple(Int8, String)`, `Variant(…)` or `DateTime('Europe/Berlin')`" + `, and engines as ` + "`Memory` or `Join(…)`" + `.

What ClickHouse stores as it was written counts as a difference although it means the same: an operator and its function (` + "`id LIKE 'a%'` and `like(id, 'a%')`, `[1, n]` and `array(1, n)`, `-n` and `negate(n)`" + `), and the two sides of a comparison in another order.

Not part of these tests, because they need a cluster, a bucket that answers or ClickHouse Cloud: ` + "`Distributed`, `IcebergS3`, `Shared…MergeTree` and `ON CLUSTER`" + `. They are compared by the same rules.
`

// supportRow is one line of the documentation.
type supportRow struct {
	name                     string
	declared, server         string
	pairs                    int
	inPlace, again, refusals []string
}

// documents writes docs/support.md out of the corpora, or demands that it is what is there.
func (w *silentWorld) documents(t *testing.T) {
	rows, order := w.supportRows(t)
	var b strings.Builder
	b.WriteString(supportIntro)
	for _, s := range supportSections {
		fmt.Fprintf(&b, "\n## %s\n", s.title)
		if s.text != "" {
			fmt.Fprintf(&b, "\n%s\n", s.text)
		}
		b.WriteString("\n| | declared | in ClickHouse | silent | changes |\n| --- | --- | --- | --- | --- |\n")
		for _, line := range order {
			if name, ok := strings.CutPrefix(line, s.key+"/"); ok {
				rows[line].name = name
				b.WriteString(rows[line].String())
			}
		}
	}
	b.WriteString("\n## Left alone on request\n\n`ignore_operations` of `[migration_config]` leaves differences alone, in the plan and as drift: alone, and when something else of the same table or column changes.\n\n| name | leaves alone | cases |\n| --- | --- | --- |\n")
	corpus := ignoredCorpus()
	for _, o := range [][2]string{
		{"ModifyTableTtl", "the TTL of tables"},
		{"ModifyColumnTtl", "the TTL of columns"},
		{"ModifyPartitionBy", "the partition key"},
		{"IgnoreStringLowCardinalityDifferences", "`String` and `LowCardinality(String)`"},
	} {
		fmt.Fprintf(&b, "| `%s` | %s | %d |\n", o[0], o[1], len(corpus[o[0]]))
	}
	if *update {
		if err := renameio.WriteFile(supportFile, []byte(b.String()), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	have, err := os.ReadFile(supportFile)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(have), b.String()); diff != "" {
		t.Errorf("docs/support.md is not what the tests show; write it anew with -update: %s", diff)
	}
}

// supportRows collects the lines of all corpora, and their order: that of the cases.
func (w *silentWorld) supportRows(t *testing.T) (map[string]*supportRow, []string) {
	rows := map[string]*supportRow{}
	var order []string
	row := func(line string) *supportRow {
		if rows[line] == nil {
			rows[line] = &supportRow{}
			order = append(order, line)
		}
		return rows[line]
	}
	creates := w.creates(t, w.name, w.second)
	plainly := strings.NewReplacer(w.name, "local", w.second, "analytics", "{db}", "local", "{second}", "analytics")
	for i, c := range w.cases {
		r := row(c.line())
		r.pairs++
		if r.declared == "" {
			declared, server := example(c, creates[w.names[i]])
			r.declared, r.server = plainly.Replace(declared), strings.ReplaceAll(plainly.Replace(server), w.names[i], "t")
		}
	}
	for _, k := range slices.Concat(seenCorpus(), refusedCorpus(), keptCorpus()) {
		r := row(k.row)
		switch {
		case k.refused != "":
			r.refusals = append(r.refusals, k.what)
		case slices.ContainsFunc(k.want, isDrop) && slices.ContainsFunc(k.want, isCreate):
			r.again = append(r.again, k.what)
		default:
			r.inPlace = append(r.inPlace, k.what)
		}
	}
	return rows, order
}

func isDrop(k plan.Kind) bool {
	return k == plan.DropTable || k == plan.DropView || k == plan.DropMaterializedView
}

func isCreate(k plan.Kind) bool {
	return k == plan.CreateTable || k == plan.CreateView || k == plan.CreateMaterializedView
}

// example is the declaration of a case and what the server made of it.
func example(c silent, create string) (declared, server string) {
	switch c := c.(type) {
	case columnPair:
		declared = quote(c.typ)
		if c.more != "" {
			declared += ", " + c.more
		}
		return declared, strings.TrimPrefix(clauseOf(create, "`c`"), "`c` ")
	case tablePair:
		if c.clause != "" {
			server = clauseOf(create, c.clause)
		}
		return c.form, server
	case viewPair:
		_, server, _ = strings.Cut(create, " AS ")
		return c.declared, server
	}
	return "", ""
}

// String is the line in Markdown.
func (r *supportRow) String() string {
	var changes []string
	for _, list := range []struct {
		title string
		what  []string
	}{{"in place", r.inPlace}, {"made again", r.again}, {"refused", r.refusals}} {
		if len(list.what) > 0 {
			changes = append(changes, "*"+list.title+"*: "+cell(strings.Join(list.what, "; ")))
		}
	}
	silent := ""
	if r.pairs > 0 {
		silent = fmt.Sprint(r.pairs)
	}
	return fmt.Sprintf("| %s | %s | %s | %s | %s |\n", cell(r.name), code(r.declared), code(r.server), silent, strings.Join(changes, "<br>"))
}

// cell escapes what would end a cell.
func cell(text string) string { return strings.ReplaceAll(text, "|", `\|`) }

func code(text string) string {
	text = strings.Join(strings.Fields(text), " ")
	if text == "" {
		return ""
	}
	if strings.Contains(text, "`") {
		return "`` " + cell(text) + " ``"
	}
	return "`" + cell(text) + "`"
}
