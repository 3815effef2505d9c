package comment

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"slices"
	"strings"
	"time"

	"github.com/go-json-experiment/json"

	"github.com/moose-migrate/moose-migrate/pkg/finding"
	"github.com/moose-migrate/moose-migrate/pkg/safetext"
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
	maxOperations = 300
	maxHazards    = 600
	maxHistory    = 10
	maxMarker     = 60_000 // bytes of base64
	maxField      = 1_000  // bytes of any one text
	maxEntryText  = 120    // runes
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
	// Head is the commit, At when the plan was made.
	Head string    `json:"head,omitzero"`
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
	// Open are the fingerprints of hazards that came after the approval: someone may
	// allow them, but nobody has approved them.
	Open         []string `json:"-"`
	NoOperations bool     `json:"no_ops,omitzero"`
	NoHazards    bool     `json:"no_hazards,omitzero"`
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
	// Command is the id of the comment that is answered, URL leads to it.
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

// wire is a marker with its lists packed: eight bytes each instead of nineteen.
type wire struct {
	Marker   `json:",inline"`
	Packed   []byte `json:"ops,omitzero"`
	PackedBy []byte `json:"hazards,omitzero"`
	OpenBy   []byte `json:"open,omitzero"`
}

// Encode writes the marker as the line that a comment ends in, without a line end.
// Texts that are too long are cut, and lists that are too long are left out.
func (m Marker) Encode() string {
	m.V = version
	if len(m.Operations) > maxOperations {
		m.Operations, m.NoOperations = nil, true
	}
	if len(m.Open) > maxHazards {
		m.Open = nil
	}
	if len(m.Hazards) > maxHazards {
		m.Hazards, m.NoHazards = nil, true
	}
	m.History = slices.Clone(m.History[:min(len(m.History), maxHistory)])
	for i := range m.History {
		e := &m.History[i]
		e.Text = clipBytes(safetext.Clip(e.Text, maxEntryText), 4*maxEntryText)
		e.Head, e.RunURL = clipBytes(e.Head, 64), clipBytes(e.RunURL, 300)
	}
	for _, s := range []*string{&m.Project, &m.Environment, &m.Code, &m.Object, &m.By, &m.Reason, &m.URL, &m.Text, &m.RunURL} {
		*s = clipBytes(*s, maxField)
	}
	m.At = m.At.UTC().Truncate(time.Second)
	m.Text = safetext.Clip(m.Text, maxEntryText)
	raw, err := json.Marshal(wire{Marker: m, Packed: pack(m.Operations), PackedBy: pack(m.Hazards), OpenBy: pack(m.Open)})
	if err != nil {
		// A marker holds strings that were made valid, numbers and times: of these only a
		// year beyond 9999 cannot be written.
		return Marker{Kind: m.Kind, Project: m.Project, Environment: m.Environment, Run: m.Run, Attempt: m.Attempt}.Encode()
	}
	return markerBegin + base64.StdEncoding.EncodeToString(raw) + markerEnd
}

// clipBytes makes valid UTF-8 of at most n bytes.
func clipBytes(s string, n int) string {
	s = strings.ToValidUTF8(s, "\uFFFD")
	if len(s) <= n {
		return s
	}
	return strings.ToValidUTF8(s[:n], "")
}

func pack(list []string) []byte {
	var out []byte
	for _, f := range list {
		if raw, err := hex.DecodeString(f); err == nil && len(raw) == fingerprintBytes {
			out = append(out, raw...)
		}
	}
	return out
}

func unpack(raw []byte) []string {
	var out []string
	for chunk := range slices.Chunk(raw, fingerprintBytes) {
		out = append(out, hex.EncodeToString(chunk))
	}
	return out
}

// fingerprintBytes is the length of a fingerprint.
const fingerprintBytes = finding.FingerprintBytes

// Parse reads the marker of a comment's text, false when there is none. Only the last
// line counts, and only when it is the one place with anything like a marker: what
// stands in a quotation or a block of code is none. Whether the comment is by the tool
// itself is for the caller to look at.
func Parse(body string) (Marker, bool) {
	body = strings.TrimRight(body, " \t\r\n")
	line := body[strings.LastIndexAny(body, "\r\n")+1:]
	encoded, ok := strings.CutPrefix(line, markerBegin)
	if !ok || strings.Count(body, markerName) != 1 {
		return Marker{}, false
	}
	if encoded, ok = strings.CutSuffix(encoded, markerEnd); !ok || len(encoded) > maxMarker {
		return Marker{}, false
	}
	raw, err := base64.StdEncoding.Strict().DecodeString(encoded)
	if err != nil {
		return Marker{}, false
	}
	var w wire
	if err := json.UnmarshalRead(bytes.NewReader(raw), &w); err != nil {
		return Marker{}, false
	}
	if len(w.Packed)%fingerprintBytes+len(w.PackedBy)%fingerprintBytes+len(w.OpenBy)%fingerprintBytes != 0 {
		return Marker{}, false
	}
	m := w.Marker
	m.Operations, m.Hazards, m.Open = unpack(w.Packed), unpack(w.PackedBy), unpack(w.OpenBy)
	return m, m.valid()
}

func (m Marker) valid() bool {
	ok := m.V == version && slices.Contains([]Kind{KindPlan, KindAllow, KindAnswer, KindDrift}, m.Kind) &&
		m.Run >= 0 && m.Attempt >= 0 && m.Command >= 0 &&
		len(m.Operations) <= maxOperations && len(m.Hazards) <= maxHazards && len(m.Open) <= maxHazards && len(m.History) <= maxHistory &&
		isHex(m.Head, 64) && isHex(m.Digest, 64) && isHex(m.Scope, 64) && isHex(m.HazardScope, 64) && isHex(m.Fingerprint, 2*fingerprintBytes) &&
		knownConclusion(m.Conclusion) && knownState(m.State)
	for _, s := range []string{m.Project, m.Environment, m.Code, m.Object, m.By, m.Reason, m.URL, m.Text, m.RunURL} {
		ok = ok && len(s) <= maxField
	}
	for _, e := range m.History {
		ok = ok && isHex(e.Head, 64) && len(e.Text) <= 4*maxEntryText && len(e.RunURL) <= 300 && knownConclusion(e.Conclusion) && knownState(e.State)
	}
	return ok
}

// isHex reports whether s is empty or at most n lower-case hexadecimal digits.
func isHex(s string, n int) bool {
	return len(s) <= n && strings.Trim(s, "0123456789abcdef") == ""
}

func knownConclusion(c finding.Conclusion) bool {
	return slices.Contains([]finding.Conclusion{"", finding.Pass, finding.Blocked, finding.Failed}, c)
}
