package comment

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"slices"
	"strings"
	"time"

	"github.com/go-json-experiment/json"

	"github.com/moose-migrate/moose-migrate/pkg/finding"
	"github.com/moose-migrate/moose-migrate/pkg/safetext"
)

// wire is a marker with its lists packed: a fingerprint takes half of its digits.
type wire struct {
	Marker   `json:",inline"`
	Packed   []byte `json:"ops,omitzero"`
	PackedBy []byte `json:"hazards,omitzero"`
	OpenBy   []byte `json:"open,omitzero"`
	Touched  []byte `json:"objects,omitzero"`
}

// Encode writes the marker as the line that a comment ends in, without a line end.
// Texts that are too long are cut, and lists that are too long are left out.
func (m Marker) Encode() string {
	m.V = version
	if len(m.Operations) > maxOperations {
		m.Operations, m.NoOperations = nil, true
	}
	if len(m.Objects) > maxObjects {
		m.Objects = nil
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
	if m.NoHazards || len(m.Sole) > maxSole {
		m.Sole = nil
	}
	for _, s := range []*string{&m.Project, &m.Base, &m.Environment, &m.Code, &m.Object, &m.By, &m.Reason, &m.Label, &m.URL, &m.Text, &m.RunURL} {
		*s = clipBytes(*s, maxField)
	}
	m.At, m.Until = m.At.UTC().Truncate(time.Second), m.Until.UTC().Truncate(time.Second)
	m.Text = safetext.Clip(m.Text, maxEntryText)
	raw, err := json.Marshal(wire{Marker: m, Packed: pack(m.Operations, operationBytes), PackedBy: pack(m.Hazards, fingerprintBytes), OpenBy: pack(m.Open, fingerprintBytes), Touched: pack(m.Objects, operationBytes)}, json.Deterministic(true))
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

func pack(list []string, size int) []byte {
	var out []byte
	for _, f := range list {
		if raw, err := hex.DecodeString(f); err == nil && len(raw) == size {
			out = append(out, raw...)
		}
	}
	return out
}

func unpack(raw []byte, size int) []string {
	var out []string
	for chunk := range slices.Chunk(raw, size) {
		out = append(out, hex.EncodeToString(chunk))
	}
	return out
}

// The lengths of the fingerprints of hazards and of operations.
const (
	fingerprintBytes = finding.FingerprintBytes
	operationBytes   = 8
)

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
	if len(w.Packed)%operationBytes+len(w.Touched)%operationBytes+len(w.PackedBy)%fingerprintBytes+len(w.OpenBy)%fingerprintBytes != 0 {
		return Marker{}, false
	}
	m := w.Marker
	m.Operations, m.Hazards, m.Open = unpack(w.Packed, operationBytes), unpack(w.PackedBy, fingerprintBytes), unpack(w.OpenBy, fingerprintBytes)
	m.Objects = unpack(w.Touched, operationBytes)
	return m, m.valid()
}

func (m Marker) valid() bool {
	ok := m.V == version && slices.Contains([]Kind{KindPlan, KindAllow, KindAnswer, KindDrift}, m.Kind) &&
		m.Run >= 0 && m.Attempt >= 0 && m.Command >= 0 &&
		len(m.Operations) <= maxOperations && len(m.Objects) <= maxObjects && len(m.Hazards) <= maxHazards && len(m.Open) <= maxHazards && len(m.History) <= maxHistory &&
		isHex(m.Head, 64) && isHex(m.Digest, 64) && isHex(m.Scope, 64) && isHex(m.HazardScope, 64) && isHex(m.Fingerprint, 2*fingerprintBytes) &&
		knownConclusion(m.Conclusion) && knownState(m.State)
	for code, place := range m.Sole {
		ok = ok && len(m.Sole) <= maxSole && len(code) <= maxCode && place >= 0 && place < len(m.Hazards)
	}
	for _, s := range []string{m.Project, m.Base, m.Environment, m.Code, m.Object, m.By, m.Reason, m.Label, m.URL, m.Text, m.RunURL} {
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
