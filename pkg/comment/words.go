package comment

import (
	"fmt"
	"net/url"
	"strings"
	"time"

	"github.com/dustin/go-humanize"
	"github.com/dustin/go-humanize/english"
)

// link is a link with a label of ours. It leads only to the host of the run's own
// address, and is the label alone otherwise: what a marker or a configuration gives for
// an address cannot lead people elsewhere.
func (w *writer) link(label, address string) string {
	to, err := url.Parse(address)
	if err != nil || to.Scheme != "https" && to.Scheme != "http" || to.Host == "" || to.User != nil || !plainAddress(address) {
		return label
	}
	if home, err := url.Parse(w.home); err != nil || home.Scheme != to.Scheme || home.Host != to.Host {
		return label
	}
	return "[" + label + "](" + to.String() + ")"
}

// plainAddress reports whether an address holds nothing that ends a link in Markdown.
func plainAddress(address string) bool {
	for _, r := range address {
		if r <= ' ' || r >= 0x7f || strings.ContainsRune("()<>[]\\`\"'|{}^", r) {
			return false
		}
	}
	return true
}

// short is a commit as people know it.
func short(sha string) string {
	if len(sha) > 7 && isHex(sha, 64) {
		return sha[:7]
	}
	return sha
}

func when(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format("2 Jan 2006 15:04 UTC")
}

// took writes a duration as people read it: "340 ms", "1.2 s", "3 min 20 s", "1 h 5 min".
func took(d time.Duration) string {
	switch {
	case d < time.Second:
		return fmt.Sprintf("%d ms", d.Milliseconds())
	case d < time.Minute:
		return strings.TrimSuffix(fmt.Sprintf("%.1f", d.Seconds()), ".0") + " s"
	case d < time.Hour:
		return fmt.Sprintf("%d min %d s", int(d.Minutes()), int(d.Seconds())%60)
	}
	return fmt.Sprintf("%d h %d min", int(d.Hours()), int(d.Minutes())%60)
}

func plural(n int, noun string) string {
	if n < 1000 {
		return english.Plural(n, noun, "")
	}
	return humanize.Comma(int64(n)) + " " + english.PluralWord(n, noun, "")
}

// are is "is" for one and "are" for more.
func are(n int) string {
	if n == 1 {
		return "is"
	}
	return "are"
}
