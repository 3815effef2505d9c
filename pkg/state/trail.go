package state

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"time"
)

// Trail keeps the decisions of people that migrations made use of. Every store of this
// module is one; its rows and keys are ours, and Moose ignores them.
type Trail interface {
	// Record adds decisions behind those that are there. It returns nil only after the store
	// confirmed the write. The caller holds the migration lock. When there are more than
	// KeepTrail calls, the oldest ones may go, the newest never.
	Record(ctx context.Context, used []Used) error

	// Recorded returns what is kept, oldest first, and nothing when nothing was ever
	// recorded. It only reads.
	Recorded(ctx context.Context) ([]Used, error)
}

// KeepTrail is how many records a trail keeps at least, one or more of each migration
// that made use of a decision.
const KeepTrail = 500

// Used is a decision of a person that a migration made use of.
type Used struct {
	// At is when the migration was about to begin, by the clock of its machine.
	At time.Time `json:"at"`
	// Environment is the name of what was migrated, Digest that of the plan, Run leads to the
	// workflow run or names the machine.
	Environment string `json:"environment,omitzero"`
	Digest      string `json:"digest"`
	Run         string `json:"run,omitzero"`
	// Code, Object and Fingerprint are the finding's that was let pass, Text what it said.
	Code        string `json:"code"`
	Object      string `json:"object,omitzero"`
	Fingerprint string `json:"fingerprint"`
	Text        string `json:"text,omitzero"`
	// By is the person, Reason what was given as one, Via the way (empty for a comment), URL
	// where it was said, Decided when, and Expires the end, zero for none.
	By      string    `json:"by"`
	Reason  string    `json:"reason,omitzero"`
	Via     string    `json:"via,omitzero"`
	URL     string    `json:"url,omitzero"`
	Decided time.Time `json:"decided,omitzero"`
	Expires time.Time `json:"expires,omitzero"`
}

// Bounds of a trail, in bytes: of a text, and of a record as a store keeps it.
const (
	maxUsedText   = 2000
	maxUsedRecord = 256 << 10
)

// EncodeUsed writes decisions as records that a store can keep, a line of JSON for each
// decision. Texts that are too long are cut.
func EncodeUsed(used []Used) ([][]byte, error) {
	var out [][]byte
	var record []byte
	for _, u := range used {
		for _, s := range []*string{&u.Environment, &u.Digest, &u.Run, &u.Code, &u.Object, &u.Fingerprint, &u.Text, &u.By, &u.Reason, &u.Via, &u.URL} {
			*s = strings.ToValidUTF8((*s)[:min(len(*s), maxUsedText)], "")
		}
		u.At, u.Decided, u.Expires = u.At.UTC(), u.Decided.UTC(), u.Expires.UTC()
		line, err := json.Marshal(u)
		if err != nil {
			return nil, fmt.Errorf("encoding a decision: %w", err)
		}
		if len(record) > 0 && len(record)+len(line) > maxUsedRecord {
			out, record = append(out, record), nil
		}
		record = append(append(record, line...), '\n')
	}
	if len(record) > 0 {
		out = append(out, record)
	}
	return out, nil
}

// DecodeUsed reads a record. Members that a later version adds are left out.
func DecodeUsed(record []byte) ([]Used, error) {
	var out []Used
	for line := range bytes.Lines(record) {
		var u Used
		if err := json.Unmarshal(line, &u); err != nil {
			return nil, fmt.Errorf("it is not the JSON of a decision: %w", err)
		}
		out = append(out, u)
	}
	return out, nil
}
