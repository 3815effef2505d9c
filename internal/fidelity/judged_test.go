package fidelity

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/renameio/v2"

	"github.com/moose-migrate/moose-migrate/pkg/clickhouse/sqltext"
	"github.com/moose-migrate/moose-migrate/pkg/diff"
	"github.com/moose-migrate/moose-migrate/pkg/finding"
	"github.com/moose-migrate/moose-migrate/pkg/inframap"
	"github.com/moose-migrate/moose-migrate/pkg/planner"
	"github.com/moose-migrate/moose-migrate/pkg/probe"
	"github.com/moose-migrate/moose-migrate/pkg/report"
	"github.com/moose-migrate/moose-migrate/pkg/review"
	"github.com/moose-migrate/moose-migrate/pkg/review/catalogue"
)

// judgedCases is how many plans are compared with what they really do to rows.
const judgedCases = 500

// accuracy counts verdicts by what the plan really did: lost or kept data.
type accuracy struct {
	cases, refused int
	// lost and kept count by the gravest finding: "block", "warn" or "silent".
	lost, kept map[string]int
}

func newAccuracy() accuracy { return accuracy{lost: map[string]int{}, kept: map[string]int{}} }

func (a *accuracy) add(o accuracy) {
	a.cases, a.refused = a.cases+o.cases, a.refused+o.refused
	for k, n := range o.lost {
		a.lost[k] += n
	}
	for k, n := range o.kept {
		a.kept[k] += n
	}
}

// TestVerdictsAgreeWithWhatHappens draws schemas with rows, reviews the plan from one
// to the other, applies it, and reads the rows again. A plan that lost something must
// have been blocked.
func TestVerdictsAgreeWithWhatHappens(t *testing.T) {
	cases, seed := number(t, envCases, judgedCases), number(t, envSeed, 5_000_001)
	t.Logf("seeds %d to %d; one alone: %s=<seed> %s=1 go test -run %s", seed, seed+cases-1, envSeed, envCases, t.Name())
	counts := make(chan accuracy, cases/batch+1)
	t.Run("batch", func(t *testing.T) {
		for first := seed; first < seed+cases; first += batch {
			n := min(batch, seed+cases-first)
			t.Run(strconv.Itoa(first), func(t *testing.T) {
				t.Parallel()
				counts <- judged(t, uint64(first), n)
			})
		}
	})
	close(counts)
	sum := newAccuracy()
	for c := range counts {
		sum.add(c)
	}
	t.Logf("%d plans, %d refused beforehand; lost data: %v; kept data: %v", sum.cases, sum.refused, sum.lost, sum.kept)
	if cases == judgedCases && seed == 5_000_001 && !t.Failed() {
		documentAccuracy(t, sum)
	}
}

func judged(t *testing.T, first uint64, n int) accuracy {
	db, direct := newDatabase(t), newDatabase(t)
	before, after := inframap.New(db.name), inframap.New(db.name)
	pairs := make([]*pair, n)
	var options diff.Options
	for i := range pairs {
		pairs[i], _ = drawPair(t, db, direct, first+uint64(i))
		pairs[i].a.addTo(before)
		pairs[i].b.addTo(after)
		options.Renames = append(options.Renames, pairs[i].stated(db.name))
		db.fillTable(pairs[i].a.table.Name, pairs[i].seed)
	}
	out := db.planWith(before, after, options)
	findings := db.findings(out)
	olds := make([]map[string]stored, n)
	for i, p := range pairs {
		olds[i] = db.values(p.a.table.Name)
	}
	for _, p := range pairs {
		for _, why := range out.Result.Invalid {
			if strings.Contains(why, p.prefix) {
				p.refused = why
			}
		}
	}
	for _, op := range out.Operations {
		if p := owner(pairs, op); p.failed == "" {
			if err := db.apply(op); err != nil {
				p.failed = err.Error()
			}
		}
	}
	sum := newAccuracy()
	for i, p := range pairs {
		sum.cases++
		if p.refused != "" || p.failed != "" {
			sum.refused++
			continue
		}
		verdict, told := verdictOf(findings, p)
		lost := db.lostOf(p, olds[i])
		if lost == "" {
			sum.kept[verdict]++
			continue
		}
		sum.lost[verdict]++
		if verdict != string(finding.Block) {
			t.Errorf("%s: the plan lost data and was not blocked: %s\nfindings: %s\nsteps: %s", p.title(), lost, told, explain(out))
		}
	}
	return sum
}

func (d *database) findings(out *planner.Outcome) []finding.Finding {
	d.t.Helper()
	rep, err := report.New(out, report.Options{})
	if err != nil {
		d.t.Fatal(err)
	}
	s := &review.Subject{Outcome: out, Report: rep, Now: time.Now()}
	if err := catalogue.Review(d.t.Context(), d.client, s, probe.DefaultLimits); err != nil {
		d.t.Fatal(err)
	}
	return rep.Findings
}

// verdictOf is the gravest finding about a case, "silent" without one.
func verdictOf(findings []finding.Finding, p *pair) (verdict, told string) {
	verdict = "silent"
	for _, f := range findings {
		if !strings.Contains(f.Object, p.prefix) || f.Severity == finding.Info {
			continue
		}
		told += fmt.Sprintf("\n  %s %s %s: %s", f.Severity, f.Code, f.Object, f.Text)
		if verdict != string(finding.Block) {
			verdict = string(f.Severity)
		}
	}
	return verdict, told
}

// fillTable inserts rows: random values, small ones, or those of the defaults, which
// every conversion keeps; now and then none.
func (d *database) fillTable(table string, seed uint64) {
	d.t.Helper()
	draw := newDrawer(seed, "")
	if draw.chance(10) {
		return
	}
	mode := pick(draw, "random", "small", "default")
	var names, values, structure []string
	for _, c := range d.columns(table) {
		if c.kind != "" && c.kind != "DEFAULT" {
			continue
		}
		names = append(names, sqltext.Ident(c.name))
		value := sqltext.Ident(c.name)
		switch {
		case c.name == "id":
			value = "toString(rowNumberInAllBlocks())"
		case c.name == "at":
			value = "now() - toIntervalDay(rowNumberInAllBlocks() % 4)"
		case c.name == "sign":
			value = "toInt8(1)"
		case c.name == "gone":
			value = "toUInt8(0)"
		case mode == "small" && smallTypes(c.typ):
			value = "CAST(rowNumberInAllBlocks() % 3 + 1, " + sqltext.String(c.typ) + ")"
		case mode != "random":
			value = "defaultValueOfTypeName(" + sqltext.String(c.typ) + ")"
		default:
			structure = append(structure, sqltext.Ident(c.name)+" "+c.typ)
		}
		values = append(values, value)
	}
	structure = append(structure, "dummy UInt8")
	sql := fmt.Sprintf("INSERT INTO %s (%s) SELECT %s FROM generateRandom(%s, %d, 6, 3) LIMIT 12", sqltext.Qualified(d.name, table),
		strings.Join(names, ", "), strings.Join(values, ", "), sqltext.String(strings.Join(structure, ", ")), seed)
	if err := d.run(sql); err != nil && os.Getenv(envCases) == "1" {
		d.t.Logf("no rows: %v", err) // such as a constraint that random values violate
	}
	_ = d.run("OPTIMIZE TABLE " + sqltext.Qualified(d.name, table) + " FINAL")
}

func smallTypes(typ string) bool {
	return !strings.ContainsAny(strings.TrimSuffix(strings.TrimPrefix(typ, "Nullable("), ")"), "( ") && !strings.HasPrefix(typ, "Date") &&
		!slices.Contains([]string{"UUID", "IPv4", "IPv6", "JSON", "Point", "Ring", "Polygon", "MultiPolygon"}, strings.TrimSuffix(strings.TrimPrefix(typ, "Nullable("), ")"))
}

type columnInfo struct{ name, typ, kind string }

func (d *database) columns(table string) []columnInfo {
	d.t.Helper()
	rows, err := d.client.Conn().Query(d.t.Context(), "SELECT name, type, default_kind FROM system.columns WHERE database = "+sqltext.String(d.name)+" AND table = "+sqltext.String(table)+" ORDER BY position")
	if err != nil {
		d.t.Fatal(err)
	}
	defer rows.Close()
	var out []columnInfo
	for rows.Next() {
		var c columnInfo
		if err := rows.Scan(&c.name, &c.typ, &c.kind); err != nil {
			d.t.Fatal(err)
		}
		out = append(out, c)
	}
	return out
}

// stored are the values of a column by the id of the row, as text.
type stored struct {
	typ    string
	values map[string]string
}

// values are those of all columns that are stored, less states of aggregates.
func (d *database) values(table string) map[string]stored {
	d.t.Helper()
	out := map[string]stored{}
	for _, c := range d.columns(table) {
		if c.kind == "ALIAS" || c.kind == "EPHEMERAL" || strings.Contains(c.typ, "AggregateFunction(") {
			continue
		}
		values, err := d.read(table, "toString("+sqltext.Ident(c.name)+")")
		if err != nil {
			d.t.Fatalf("reading %s.%s: %v", table, c.name, err)
		}
		out[c.name] = stored{c.typ, values}
	}
	return out
}

func (d *database) read(table, expr string) (map[string]string, error) {
	rows, err := d.client.Conn().Query(d.t.Context(), "SELECT toString(id), ifNull("+expr+", 'NULL') FROM "+sqltext.Qualified(d.name, table))
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	out := map[string]string{}
	for rows.Next() {
		var id, value string
		if err := rows.Scan(&id, &value); err != nil {
			return nil, err
		}
		out[id] = value
	}
	return out, rows.Err()
}

// lostOf says what of the old values is no longer there, empty for nothing. A value
// that can be brought back into its old type is kept.
func (d *database) lostOf(p *pair, old map[string]stored) string {
	table := p.a.table.Name
	if p.names.to != "" {
		table = p.names.to
	}
	if columns := d.columns(table); len(columns) == 0 {
		if len(old["id"].values) == 0 {
			return ""
		}
		return "the table is gone"
	}
	_ = d.run("OPTIMIZE TABLE " + sqltext.Qualified(d.name, table) + " FINAL")
	now := map[string]string{}
	for _, c := range d.columns(table) {
		now[c.name] = c.typ
	}
	for _, name := range inframap.Keys(old) {
		if why := d.lostValues(table, name, old[name], now, p.names.columns); why != "" {
			return why
		}
	}
	return ""
}

func (d *database) lostValues(table, name string, old stored, now, renamed map[string]string) string {
	if len(old.values) == 0 {
		return ""
	}
	current := name
	if to := renamed[name]; to != "" {
		current = to
	}
	if now[current] == "" {
		return d.lostColumn(name, old)
	}
	expr := sqltext.Ident(current)
	if now[current] != old.typ {
		expr = "CAST(" + expr + ", " + sqltext.String(old.typ) + ")"
	}
	values, err := d.read(table, "toString("+expr+")")
	if err != nil {
		values, err = d.read(table, "toString("+sqltext.Ident(current)+")")
	}
	if err != nil {
		return fmt.Sprintf("column %s cannot be read: %v", name, err)
	}
	for _, id := range inframap.Keys(old.values) {
		value, ok := values[id]
		if !ok {
			return "row " + id + " is gone"
		}
		if value != old.values[id] {
			return fmt.Sprintf("column %s of row %s: %s has become %s (%s to %s)", name, id, old.values[id], value, old.typ, now[current])
		}
	}
	return ""
}

// lostColumn says whether a column that is gone held anything: a default such as 0 or ”
// is nothing.
func (d *database) lostColumn(name string, old stored) string {
	d.t.Helper()
	var empty string
	if err := d.client.Conn().QueryRow(d.t.Context(), "SELECT ifNull(toString(defaultValueOfTypeName("+sqltext.String(old.typ)+")), 'NULL')").Scan(&empty); err != nil {
		d.t.Fatal(err)
	}
	for _, id := range inframap.Keys(old.values) {
		if value := old.values[id]; value != empty {
			return fmt.Sprintf("column %s is gone, with %q in row %s", name, value, id)
		}
	}
	return ""
}

var rulesFile = filepath.Join("..", "..", "docs", "rules.md")

// The table of accuracy stands between these lines of docs/rules.md.
const (
	accuracyBegin = "<!-- accuracy: written by go test ./internal/fidelity -run TestVerdictsAgreeWithWhatHappens -update -->\n"
	accuracyEnd   = "<!-- end of accuracy -->\n"
)

func documentAccuracy(t *testing.T, a accuracy) {
	t.Helper()
	harmful, harmless := a.lost["block"]+a.lost["warn"]+a.lost["silent"], a.kept["block"]+a.kept["warn"]+a.kept["silent"]
	text := fmt.Sprintf(`%d plans between random schemas with rows were reviewed, applied and read again; %d of them were refused at planning.

| | blocked | warned | silent |
| --- | ---: | ---: | ---: |
| %d plans that lost or changed data | %d | %d | %d |
| %d plans that kept all data | %d | %d | %d |

A plan that lost data and was not blocked is a false negative: %d. A plan that kept everything and was blocked is a false positive: %d of %d.
`, a.cases, a.refused, harmful, a.lost["block"], a.lost["warn"], a.lost["silent"], harmless, a.kept["block"], a.kept["warn"], a.kept["silent"],
		a.lost["warn"]+a.lost["silent"], a.kept["block"], harmless)
	data, err := os.ReadFile(rulesFile)
	if err != nil {
		t.Fatal(err)
	}
	head, rest, ok := strings.Cut(string(data), accuracyBegin)
	_, tail, ok2 := strings.Cut(rest, accuracyEnd)
	if !ok || !ok2 {
		t.Fatalf("%s has no place for the table of accuracy", rulesFile)
	}
	want := head + accuracyBegin + "\n" + text + "\n" + accuracyEnd + tail
	if want == string(data) {
		return
	}
	if !*update {
		t.Errorf("%s differs; run this test with -update\n%s", rulesFile, text)
		return
	}
	if err := renameio.WriteFile(rulesFile, []byte(want), 0o644); err != nil {
		t.Fatal(err)
	}
}
