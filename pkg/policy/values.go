package policy

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/dustin/go-humanize"

	"github.com/moose-migrate/moose-migrate/pkg/finding"
)

// FailOn is the mildest severity that stops a plan: "block", "warn" or "never".
type FailOn string

// Never stops no plan by its findings.
const Never finding.Severity = "never"

// limits are the values of fail_on, the strictest first.
var limits = []finding.Severity{finding.Warn, finding.Block, Never}

func (f *FailOn) set(text string) error {
	*f = FailOn(text)
	return oneOf(text, "block", "warn", "never")
}

// Limit is the severity that stops plans: the stricter one of what the file says and what
// a flag or an input gives, which is empty when it was not given. otherwise counts when
// neither says anything.
func (p *Policy) Limit(given, otherwise finding.Severity) finding.Severity {
	said := finding.Severity(p.FailOn)
	switch {
	case given == "":
		return cmp.Or(said, otherwise)
	case said == "" || slices.Index(limits, given) < slices.Index(limits, said):
		return given
	}
	return said
}

func oneOf(text string, known ...string) error {
	if !slices.Contains(known, text) {
		return fmt.Errorf("%q is not known; use %s", text, strings.Join(known, ", "))
	}
	return nil
}

// Severity is how grave a finding is here: "block", "warn", "info", or "off" for not
// shown.
type Severity string

// Off takes findings out of a review.
const Off Severity = "off"

func (s *Severity) set(text string) error {
	*s = Severity(text)
	return oneOf(text, "block", "warn", "info", "off")
}

// Bytes is a size on disk, written as 1000, "500 MB" or "1.5 GiB".
type Bytes uint64

func (b *Bytes) set(text string) error {
	n, err := humanize.ParseBytes(text)
	if err != nil {
		return fmt.Errorf("%q is no size; write it as 500 MB or 1.5 GiB", text)
	}
	*b = Bytes(n)
	return nil
}

// Count is a number of things, written as 1000, "1,000", "10 thousand" or "1.5 million".
type Count uint64

// counts are the words for large numbers.
var counts = map[string]float64{"": 1, "thousand": 1e3, "million": 1e6, "billion": 1e9}

func (c *Count) set(text string) error {
	digits := strings.TrimRight(text, "abcdefghijklmnopqrstuvwxyz ")
	factor, known := counts[strings.TrimSpace(text[len(digits):])]
	n, err := strconv.ParseFloat(strings.NewReplacer(",", "", "_", "").Replace(digits), 64)
	if n *= factor; err != nil || !known || !(n >= 0 && n < math.MaxUint64) || n != math.Trunc(n) {
		return fmt.Errorf("%q is no number of things; write it as 1000 or 1.5 million", text)
	}
	*c = Count(n)
	return nil
}

// Seconds is a time, written as 10 or 0.5.
type Seconds float64

// maxSeconds is the longest time that a question may take.
const maxSeconds = 3600

func (s *Seconds) set(text string) error {
	n, err := strconv.ParseFloat(text, 64)
	if err != nil || !(n > 0 && n <= maxSeconds) {
		return fmt.Errorf("%q is no time in seconds; write a number above 0 and up to %d", text, maxSeconds)
	}
	*s = Seconds(n)
	return nil
}

// Duration is the same time for the program.
func (s Seconds) Duration() time.Duration { return time.Duration(float64(s) * float64(time.Second)) }

// Expiry is the last day on which something holds, as 2026-12-31 (to the end of that day
// in UTC), or the moment at which it ends, as 2026-12-31T18:00:00Z.
type Expiry string

func (e *Expiry) set(text string) error {
	*e = Expiry(text)
	_, err := ParseExpiry(text)
	return err
}

// Time is the moment from which on it holds no more.
func (e Expiry) Time() time.Time {
	t, err := ParseExpiry(string(e))
	if err != nil {
		return time.Time{} // which is over
	}
	return t
}

// ParseExpiry reads the last day on which something holds, or the moment at which it
// ends, and gives the moment from which on it holds no more.
func ParseExpiry(text string) (time.Time, error) {
	t, day, err := parseMoment(text, time.UTC)
	if day {
		t = t.AddDate(0, 0, 1)
	}
	return t, err
}

// parseMoment reads a day in a time zone, or a moment with its own.
func parseMoment(text string, zone *time.Location) (t time.Time, day bool, err error) {
	if t, err = time.ParseInLocation(time.DateOnly, text, zone); err == nil {
		return t, true, nil
	}
	if t, err = time.Parse(time.RFC3339, text); err == nil {
		return t, false, nil
	}
	return time.Time{}, false, fmt.Errorf("%q is no date; write 2026-12-31 or 2026-12-31T18:00:00Z", text)
}

// Probes are limits for questions about the data. What is not given is nil; the asker has
// a default for it.
type Probes struct {
	// Longest time of one question, in seconds.
	Seconds *Seconds `yaml:"seconds" jsonschema:"type=number,exclusiveMinimum=0,maximum=3600"`
	// Most rows that one question may read.
	Rows *Count `yaml:"rows" jsonschema:"oneof_type=string;integer"`
	// Most bytes that one question may read.
	Bytes *Bytes `yaml:"bytes" jsonschema:"oneof_type=string;integer"`
	// Whether keys of affected rows are shown as examples.
	Examples *bool `yaml:"examples"`
}
