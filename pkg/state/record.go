package state

import (
	"encoding/json"
	"errors"
	"fmt"
	"time"
)

// Record is the content of a lock as it is stored: JSON with the three members
// of Moose's own lock row and ours beside them, which Moose ignores.
type Record struct {
	// MachineID, StartedAt and ExpiresAt are Moose's members (its
	// state_storage.rs); times are RFC 3339 in UTC.
	MachineID string    `json:"machine_id"`
	StartedAt time.Time `json:"started_at"`
	ExpiresAt time.Time `json:"expires_at"`
	// Owner is Owner.ID. Lease is unique to one acquisition: two locks taken
	// by the same owner exclude each other. Both are empty in Moose's rows.
	Owner  string `json:"owner,omitempty"`
	Lease  string `json:"lease,omitempty"`
	RunURL string `json:"run_url,omitempty"`
	Actor  string `json:"actor,omitempty"`
	PID    int    `json:"pid,omitempty"`
}

// NewRecord describes a lock that owner takes at started for ttl. The lease
// must be unique to this acquisition. Times are cut to milliseconds.
func NewRecord(owner Owner, lease string, started time.Time, ttl time.Duration) Record {
	started = started.UTC().Truncate(time.Millisecond)
	return Record{
		MachineID: owner.Machine, StartedAt: started, ExpiresAt: started.Add(ttl),
		Owner: owner.ID, Lease: lease, RunURL: owner.RunURL, Actor: owner.Actor, PID: owner.PID,
	}
}

// Encode returns the JSON form.
func (r Record) Encode() ([]byte, error) {
	data, err := json.Marshal(r)
	if err != nil {
		return nil, fmt.Errorf("encoding the lock: %w", err)
	}
	return data, nil
}

// DecodeRecord reads the JSON form. A record without expires_at is an error:
// nothing could be said about when it ends.
func DecodeRecord(data []byte) (Record, error) {
	var r Record
	if err := json.Unmarshal(data, &r); err != nil {
		return Record{}, fmt.Errorf("it is not the JSON of a lock: %w", err)
	}
	if r.ExpiresAt.IsZero() {
		return Record{}, errors.New("it has no expires_at")
	}
	return r, nil
}

// Holder tells who holds the recorded lock.
func (r Record) Holder() Holder {
	return Holder{
		Owner:   Owner{ID: r.Owner, Machine: r.MachineID, RunURL: r.RunURL, Actor: r.Actor, PID: r.PID},
		Started: r.StartedAt, Expires: r.ExpiresAt,
	}
}
