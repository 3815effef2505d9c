package comment

import (
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strings"
	"time"

	"github.com/moose-migrate/moose-migrate/pkg/finding"
)

// Kind is what a marked comment is.
type Kind string

// The kinds of marked comments.
const (
	// KindPlan is the comment about a plan, of which there is one per project and
	// environment.
	KindPlan Kind = "plan"
	// KindAllow is the answer that lets a finding pass.
	KindAllow Kind = "allow"
	// KindAnswer is any other answer to a command.
	KindAnswer Kind = "answer"
	// KindDrift is the issue about drift, of which there is one per project and
	// environment.
	KindDrift Kind = "drift"
)

// The marker is the last line of a comment: begin, the marker as JSON in standard
// base64, end. Neither can occur in base64 or, since package safetext parts "<!--", in
// any text of the project.
const (
	markerName  = "<!-- moose-migrate:"
	markerBegin = markerName + "v1 "
	markerEnd   = " -->"
	version     = 1
)

// Bounds of what a marker holds; beyond them, lists are left out and their scopes stay.
const (
	maxOperations = 1000
	maxHazards    = 600
	maxObjects    = 300
	maxHistory    = 10
	maxMarker     = 63_000 // bytes of base64
	maxField      = 1_000  // bytes of any one text
	maxEntryText  = 120    // runes
	maxSole       = 100    // codes
	maxCode       = 20     // bytes of a code
)

// Marker is what a comment remembers for the next run. Names and texts of the project
// in it are data: whoever shows them must make them safe.
type Marker struct {
	V           int    `json:"v"`
	Kind        Kind   `json:"kind"`
	Project     string `json:"project,omitzero"`
	Environment string `json:"env,omitzero"`
	// Run and Attempt are those of the workflow run that wrote the comment.
	Run     int64 `json:"run,omitzero"`
	Attempt int64 `json:"attempt,omitzero"`
	// Head is the commit, Base the branch that it is to go into, At when the plan was made.
	Head string    `json:"head,omitzero"`
	Base string    `json:"base,omitzero"`
	At   time.Time `json:"at,omitzero"`
	// State is that of the page, Text its verdict, and RunURL leads to the run.
	State      State              `json:"state,omitzero"`
	Text       string             `json:"text,omitzero"`
	RunURL     string             `json:"run_url,omitzero"`
	Digest     string             `json:"digest,omitzero"`
	Conclusion finding.Conclusion `json:"conclusion,omitzero"`
	// Operations are the fingerprints of the plan's operations, and Hazards those of the
	// findings that block or warn, sorted; see package finding. They are
	// absent when there are too many, which NoOperations and NoHazards say.
	Operations []string `json:"-"`
	Hazards    []string `json:"-"`
	// Objects are the keys of what the plan changes, see [report.Change.Key], sorted; absent
	// when there are too many.
	Objects []string `json:"-"`
	// Open are the fingerprints of hazards that came after the approval: someone may
	// allow them, but nobody has approved them.
	Open []string `json:"-"`
	// Sole leads from the code of a rule with one hazard to its place in Hazards, so that a
	// person can name it by the code alone.
	Sole map[string]int `json:"sole,omitzero"`
	// Asks is set when some hazard needs more than one person's word.
	Asks         bool `json:"asks,omitzero"`
	NoOperations bool `json:"no_ops,omitzero"`
	NoHazards    bool `json:"no_hazards,omitzero"`
	// Scope and HazardScope are the SHA-256 of all fingerprints; see [ScopeOf].
	Scope       string `json:"scope,omitzero"`
	HazardScope string `json:"hazard_scope,omitzero"`
	// History are earlier verdicts, the newest first.
	History []Entry `json:"history,omitzero"`

	// The rest belongs to answers. Code, Object and Fingerprint are the finding's that is
	// allowed, By and Reason whose decision it is and why.
	Code        string `json:"code,omitzero"`
	Object      string `json:"object,omitzero"`
	Fingerprint string `json:"fingerprint,omitzero"`
	By          string `json:"by,omitzero"`
	Reason      string `json:"reason,omitzero"`
	// Until is when the decision ends, zero for never.
	Until time.Time `json:"until,omitzero"`
	// Label is that of the pull request that was set or taken away, empty for a comment. Of
	// the answers about one label only the last one counts.
	Label string `json:"label,omitzero"`
	// Command is the id of the comment that is answered, or for a label that of the run that
	// answers; URL leads to it.
	Command int64  `json:"command,omitzero"`
	URL     string `json:"url,omitzero"`
}

// Entry is one earlier verdict.
type Entry struct {
	At time.Time `json:"at"`
	// Head is the commit.
	Head       string             `json:"head,omitzero"`
	State      State              `json:"state,omitzero"`
	Conclusion finding.Conclusion `json:"conclusion,omitzero"`
	Text       string             `json:"text"`
	RunURL     string             `json:"run_url,omitzero"`
}

// NewerThan reports whether the comment was written by a later run than the one with
// the given id and attempt, which must then leave it alone.
func (m Marker) NewerThan(run, attempt int64) bool {
	return m.Run > run || m.Run == run && m.Attempt > attempt
}

// ScopeOf identifies a set of fingerprints: two plans with the same scope do the same,
// in whatever order. It is the SHA-256 of the sorted fingerprints, and empty for none.
func ScopeOf(fingerprints []string) string {
	if len(fingerprints) == 0 {
		return ""
	}
	sorted := slices.Clone(fingerprints)
	slices.Sort(sorted)
	sum := sha256.Sum256([]byte(strings.Join(slices.Compact(sorted), "\n")))
	return hex.EncodeToString(sum[:])
}
