package mv

import (
	"fmt"
	"time"

	"github.com/dustin/go-humanize"

	"github.com/moose-migrate/moose-migrate/pkg/finding"
	"github.com/moose-migrate/moose-migrate/pkg/inframap"
	"github.com/moose-migrate/moose-migrate/pkg/probe"
	"github.com/moose-migrate/moose-migrate/pkg/review"
	"github.com/moose-migrate/moose-migrate/pkg/schema"
)

// quiet is how long nothing may have been written into a table before it counts as one
// into which nothing is inserted. It is what the logs of a server are asked for.
const quiet = probe.InsertDays * 24 * time.Hour

// inserts says whether rows are inserted into a table. Nothing can prove that none will
// come; that none came for a week counts as proof.
func inserts(s *review.Subject, n schema.Name) review.Count {
	known := func(none bool, source, format string, args ...any) review.Count {
		text := fmt.Sprintf(format, args...)
		return review.Count{None: none, Text: text, Evidence: []finding.Evidence{{Text: text, Source: source}}}
	}
	const unknown = "whether rows are inserted into it is not known: "
	t := s.TablesBefore()[n]
	switch {
	case s.Facts == nil:
		return known(false, "", unknown+"%v", probe.ErrNotAsked)
	case t == nil && s.TablesAfter()[n] != nil:
		return known(true, "", "the table is new")
	case t != nil && !(inframap.Engine{Name: t.Engine.Name}).IsMergeTree():
		return known(false, "", unknown+"tables of the engine %s do not say when they were written", t.Engine.Name)
	case s.Facts.Layouts.Err != nil:
		return known(false, "", unknown+"%v", s.Facts.Layouts.Err)
	}
	const log = "system.part_log"
	logged := s.Facts.Inserts.Value[n]
	if logged.Parts > 0 {
		return known(false, log, "%s rows were inserted in the last %d days, %s; the last at %s UTC",
			humanize.Comma(int64(logged.Rows)), probe.InsertDays, rate(logged.Rows), logged.Last.Format(time.DateTime))
	}
	layout, ok := s.Facts.Layouts.Value[n]
	if !ok {
		if t != nil && t.TTL == "" && t.Rows != nil && *t.Rows == 0 {
			return known(true, "system.parts", "it holds no rows, and nothing was written into it")
		}
		return known(false, "", unknown+"the server shows no parts of it")
	}
	age := layout.Now.Sub(layout.Inserted)
	if age >= quiet {
		return known(true, "system.parts", "nothing was written into it for %d days", int(age.Hours()/24))
	}
	return known(false, "system.parts", "its newest part is of %s UTC", layout.Inserted.Format(time.DateTime))
}

// rate is "12 a minute" or, for fewer, "3 an hour" or "2 a day".
func rate(rows uint64) string {
	const minutes = probe.InsertDays * 24 * 60
	switch {
	case rows >= minutes:
		return humanize.Comma(int64(rows/minutes)) + " a minute"
	case rows*60 >= minutes:
		return humanize.Comma(int64(rows*60/minutes)) + " an hour"
	}
	return humanize.Comma(int64(max(rows/probe.InsertDays, 1))) + " a day"
}
