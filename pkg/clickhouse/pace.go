package clickhouse

import (
	"fmt"
	"time"

	"github.com/moose-migrate/moose-migrate/pkg/clickhouse/sqltext"
)

// StallAfter is how long a mutation may show no progress until that is told.
const StallAfter = 5 * time.Minute

// Pace follows mutations from one look at them to the next. The zero value is ready.
type Pace struct{ seen map[string]*steps }

// steps is what is known of one mutation.
type steps struct {
	first, moved time.Time
	total, toDo  int64
	done         float64
}

// See adds to a mutation, as [Client.Mutations] returned it at this time, what is known
// from earlier looks.
func (p *Pace) See(m Mutation, now time.Time) Mutation {
	if p.seen == nil {
		p.seen = map[string]*steps{}
	}
	key := m.Database + "\x00" + m.Table + "\x00" + m.ID
	s := p.seen[key]
	if s == nil {
		s = &steps{first: now, moved: now}
		p.seen[key] = s
	}
	s.total += max(m.PartsToDo-s.toDo, 0) // parts that came meanwhile are to be rewritten, too
	s.toDo = m.PartsToDo
	if done := float64(s.total-m.PartsToDo) + m.Merged; done != s.done {
		s.done, s.moved = done, now
	}
	m.Parts, m.Still = s.total, now.Sub(s.moved)
	if took := now.Sub(s.first); s.done > 0 && took > 0 {
		m.Left = time.Duration(float64(took) * (float64(s.total) - s.done) / s.done)
	}
	return m
}

// Done is the number of parts that are rewritten.
func (m Mutation) Done() int64 { return max(m.Parts-m.PartsToDo, 0) }

// Stalled reports whether it has shown no progress for longer than [StallAfter].
func (m Mutation) Stalled() bool { return m.Still >= StallAfter }

// Progress says how far the mutation is, in one line, such as "rewriting rows: 3 of 10
// parts done, about 2 minutes left".
func (m Mutation) Progress() string {
	text := fmt.Sprintf("rewriting rows: %d of %d parts done", m.Done(), m.Parts)
	if m.Parts == 0 {
		text = fmt.Sprintf("rewriting rows: %d parts to go", m.PartsToDo)
	}
	switch {
	case m.FailReason != "":
		return text + "; the last try failed: " + m.Why()
	case m.Stalled():
		return text + "; " + m.stall()
	case m.Left > 0:
		return text + ", about " + roughly(m.Left) + " left"
	}
	return text
}

// stall says since when nothing happens, and what to look at.
func (m Mutation) stall() string {
	table := sqltext.Qualified(m.Database, m.Table)
	where := "WHERE database = " + sqltext.String(m.Database) + " AND table = " + sqltext.String(m.Table)
	if m.Merging > 0 {
		return fmt.Sprintf("no progress for %s, though ClickHouse works on it. Look at: SELECT * FROM system.merges %s", roughly(m.Still), where)
	}
	return fmt.Sprintf("no progress for %s, and no merge works on it. Are merges stopped (SYSTEM START MERGES %s), is the disk full (system.disks), "+
		"are all threads of the pool busy (system.merges), or does an older mutation fail? Look at: SELECT * FROM system.mutations %s AND NOT is_done",
		roughly(m.Still), table, where)
}

// roughly is a duration in words, in its largest unit.
func roughly(d time.Duration) string {
	for _, unit := range []struct {
		of   time.Duration
		name string
	}{{24 * time.Hour, "day"}, {time.Hour, "hour"}, {time.Minute, "minute"}, {time.Second, "second"}} {
		if n := d.Round(unit.of) / unit.of; n > 1 || n == 1 && d >= unit.of {
			if n == 1 {
				return "1 " + unit.name
			}
			return fmt.Sprintf("%d %ss", n, unit.name)
		}
	}
	return "1 second"
}
