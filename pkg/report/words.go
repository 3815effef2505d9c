package report

import (
	"fmt"
	"strings"

	"github.com/dustin/go-humanize"
	"github.com/dustin/go-humanize/english"

	"github.com/moose-migrate/moose-migrate/pkg/diff"
	"github.com/moose-migrate/moose-migrate/pkg/inframap"
)

// none stands for an absent value.
const none = "none"

func value(v string) string {
	if v == "" {
		return none
	}
	return v
}

// number writes a count: "999,999", "1.2 million".
func number(n uint64) string {
	if n < 1_000_000 {
		return humanize.Comma(int64(n))
	}
	f := float64(n)
	for _, unit := range []string{"million", "billion"} {
		f /= 1000
		if unit == "million" {
			f /= 1000
		}
		if f < 999.95 {
			return strings.TrimSuffix(fmt.Sprintf("%.1f", f), ".0") + " " + unit
		}
	}
	return strings.TrimSuffix(humanize.CommafWithDigits(f/1000, 1), ".0") + " trillion"
}

// RowsText is "1.2 million rows", "1 row", "no rows".
func RowsText(n uint64) string {
	switch n {
	case 0:
		return "no rows"
	case 1:
		return "1 row"
	}
	return number(n) + " rows"
}

// Amount is "1.2 million rows, 3.4 GB", less what is not known.
func Amount(rows, bytes *uint64) string {
	var parts []string
	if rows != nil {
		parts = append(parts, RowsText(*rows))
	}
	if bytes != nil && (rows == nil || *rows > 0) {
		parts = append(parts, humanize.Bytes(*bytes))
	}
	return strings.Join(parts, ", ")
}

// Duration writes a length of time in full: "7 days", "1 hour 30 minutes".
func Duration(d inframap.Duration) string { return duration(d) }

// duration writes a length of time in full: "7 days", "1 hour 30 minutes".
func duration(d inframap.Duration) string {
	var parts []string
	rest := d.Secs
	for _, u := range []struct {
		name string
		secs uint64
	}{{"day", 86400}, {"hour", 3600}, {"minute", 60}, {"second", 1}} {
		if n := rest / u.secs; n > 0 {
			parts = append(parts, countOf(n, u.name))
			rest -= n * u.secs
		}
	}
	if d.Nanos > 0 {
		parts = append(parts, fmt.Sprintf("%s ms", humanize.Ftoa(float64(d.Nanos)/1e6)))
	}
	if len(parts) == 0 {
		return "0 seconds"
	}
	return strings.Join(parts, " ")
}

func countOf(n uint64, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return humanize.Comma(int64(n)) + " " + noun + "s"
}

func plural(n int, noun string) string { return english.Plural(n, noun, "") }

// version is a declared version as Moose's lines show it.
func version(v *string) string {
	if v == nil || *v == "" {
		return "None"
	}
	return *v
}

// attributeText says one difference in words.
func attributeText(a Attribute) string {
	return fmt.Sprintf("%s: %s -> %s", a.Name, value(a.Before), value(a.After))
}

// causeText is a difference within a sentence: "order by id -> id, ts".
func causeText(a Attribute) string {
	if strings.HasPrefix(a.Name, "column ") {
		return attributeText(a)
	}
	return fmt.Sprintf("%s %s -> %s", a.Name, value(a.Before), value(a.After))
}

// attributes copies the differences of package diff, with the credentials of settings hidden.
func attributes(list []diff.Attribute) []Attribute {
	out := make([]Attribute, 0, len(list))
	for _, a := range list {
		if name, ok := strings.CutPrefix(a.Name, "setting "); ok {
			a.Before, a.After = setting(name, a.Before), setting(name, a.After)
		}
		out = append(out, Attribute{a.Name, a.Before, a.After})
	}
	return out
}

// setting is a table setting's value, hidden when it is a credential.
func setting(name, v string) string {
	if v == "" {
		return ""
	}
	return (*inframap.MaskedSettings(&map[string]string{name: v}))[name]
}
