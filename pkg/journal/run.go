// Package journal keeps what migrations do: which plan, which operation, how far. It is
// written before an operation begins and after it is verified, so that a run that was
// killed leaves behind exactly what is in doubt. Ended runs are the history.
package journal

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"
)

// Status is how a run stands.
type Status string

// The statuses.
const (
	// Running: the run works, or was killed while it did. Only the lock tells which.
	Running Status = "running"
	// Stopped: the run ended before its last operation, and wrote that down.
	Stopped Status = "stopped"
	// Applied: every operation is verified, and the new state is stored.
	Applied Status = "applied"
	// Abandoned: a person, or a later migration, gave the run up.
	Abandoned Status = "abandoned"
)

// Open reports whether a run of this status may have left something to do.
func (s Status) Open() bool { return s == Running || s == Stopped }

// Step is how one operation of a run stands, a letter.
type Step byte

// The steps.
const (
	// Pending: not begun.
	Pending Step = '.'
	// Started: a statement of it may have reached the server.
	Started Step = 's'
	// Verified: the server shows its result.
	Verified Step = 'v'
	// Failed: the server refused it, or shows that it did not happen.
	Failed Step = 'f'
)

// Steps are those of a plan's operations, in plan order. They are stored as one text, a
// letter each.
type Steps []Step

// Count is the number of operations that stand like this.
func (s Steps) Count(step Step) int {
	n := 0
	for _, have := range s {
		if have == step {
			n++
		}
	}
	return n
}

// MarshalText implements encoding.TextMarshaler.
func (s Steps) MarshalText() ([]byte, error) {
	out := make([]byte, len(s))
	for i, step := range s {
		out[i] = byte(step)
	}
	return out, nil
}

// UnmarshalText implements encoding.TextUnmarshaler.
func (s *Steps) UnmarshalText(text []byte) error {
	out := make(Steps, len(text))
	for i, c := range text {
		switch step := Step(c); step {
		case Pending, Started, Verified, Failed:
			out[i] = step
		default:
			return fmt.Errorf("operation %d has the unknown step %q", i+1, c)
		}
	}
	*s = out
	return nil
}

// Drop is a table that a run dropped, and until when the server can bring it back.
type Drop struct {
	// Table is "database.table", UUID the server's name for it, Bytes what it held on disk.
	Table string `json:"table"`
	UUID  string `json:"uuid,omitzero"`
	Bytes uint64 `json:"bytes,omitzero"`
	// Undrop is the statement that brings it back, empty when nothing does; Until is when
	// the server removes it for good.
	Undrop string    `json:"undrop,omitzero"`
	Until  time.Time `json:"until,omitzero"`
}

// Run is one migration. Times are of the machine that ran it, in UTC.
type Run struct {
	// ID names the run; ids sort by the time of their start.
	ID string `json:"id"`
	// Digest is that of the plan.
	Digest string `json:"digest"`
	Status Status `json:"status"`
	// Started is when it began, Updated when this was last written, Ended is zero for an
	// open run.
	Started time.Time `json:"started"`
	Updated time.Time `json:"updated"`
	Ended   time.Time `json:"ended,omitzero"`
	// Machine, Actor, RunURL and PID are those of the lock's owner.
	Machine string `json:"machine,omitzero"`
	Actor   string `json:"actor,omitzero"`
	RunURL  string `json:"run_url,omitzero"`
	PID     int    `json:"pid,omitzero"`
	// Commit is the commit of the project, Environment the name of what is migrated,
	// Version that of this tool; empty when not known.
	Commit      string `json:"commit,omitzero"`
	Environment string `json:"environment,omitzero"`
	Version     string `json:"version,omitzero"`
	// Steps are those of the operations; Statements is, for an operation that is started and
	// has several statements, how many of them are known to be done, by its index from 0.
	Steps      Steps       `json:"steps"`
	Statements map[int]int `json:"statements,omitzero"`
	// Failure is why it stopped, without credentials; Note why it was abandoned.
	Failure string `json:"failure,omitzero"`
	Note    string `json:"note,omitzero"`
	// Drops are the tables that it dropped.
	Drops []Drop `json:"drops,omitzero"`
	// Resumed is when it was taken up again.
	Resumed []time.Time `json:"resumed,omitzero"`

	// stored is what the store holds, when this is what was read from it or written to it:
	// a later version may have written members that are not known here.
	stored []byte
}

// Clone is a copy that shares nothing with the run.
func (r *Run) Clone() *Run {
	out := *r
	out.Steps, out.Statements = slices.Clone(r.Steps), maps.Clone(r.Statements)
	out.Drops, out.Resumed = slices.Clone(r.Drops), slices.Clone(r.Resumed)
	return &out
}

// Marker begins every statement of operation op (from 0) and statement n (from 0) of the
// run, as a comment, by which the server's logs can be asked what became of it.
func (r *Run) Marker(op, n int) string {
	return fmt.Sprintf("%s%d.%d */ ", r.Mark(), op+1, n+1)
}

// Mark is how the markers of all statements of the run begin.
func (r *Run) Mark() string { return "/* moose-migrate " + r.ID + " " }

// Encode is the stored form, JSON.
func (r *Run) Encode() ([]byte, error) {
	data, err := json.Marshal(r)
	if err != nil {
		return nil, fmt.Errorf("encode the journal of a migration: %w", err)
	}
	return data, nil
}

// Decode reads the stored form. Members that a later version adds are left out.
func Decode(data []byte) (*Run, error) {
	var r Run
	if err := json.Unmarshal(data, &r); err != nil {
		return nil, fmt.Errorf("it is not the JSON of a migration's journal: %w", err)
	}
	switch r.Status {
	case Running, Stopped, Applied, Abandoned:
	default:
		return nil, fmt.Errorf("it has the unknown status %q", r.Status)
	}
	if r.ID == "" || r.Digest == "" {
		return nil, errors.New("it has no id or no digest")
	}
	r.stored = slices.Clone(data)
	return &r, nil
}
