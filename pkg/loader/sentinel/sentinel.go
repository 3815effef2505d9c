// Package sentinel finds moose-lib's output between the prints of user code.
//
// The serializer prints one line, start marker, JSON, end marker, on the same
// standard output that the project's own code prints to. That code may print the
// markers too, by accident or on purpose, so a marker alone proves nothing: the
// last complete pair whose content is a JSON object with the serializer's own
// sections is the output.
package sentinel

import (
	"bytes"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// The markers of moose-lib (0.6.533).
const (
	Start = "___MOOSE_STUFF___start"
	End   = "end___MOOSE_STUFF___"
)

// maxAttempts bounds how many pairs are tried, so that output full of markers
// cannot make the search long.
const maxAttempts = 4096

// Found is the serializer's output and what surrounded it.
type Found struct {
	// Payload is the JSON between the markers.
	Payload []byte
	// Rest is everything else that was printed.
	Rest []byte
	// Others counts the further blocks that would have been valid output as well.
	Others int
	// Warnings are set by Run.
	Warnings []string
}

// Extract finds the output; sections are the members that it must have. It
// reports false when there is none.
func Extract(out []byte, sections []string) (Found, bool) {
	var found Found
	ok := false
	attempts := 0
	limit := len(out)
	for attempts < maxAttempts {
		end := bytes.LastIndex(out[:limit], []byte(End))
		if end < 0 {
			break
		}
		start, at := match(out, end, sections, &attempts)
		if !at {
			limit = end
			continue
		}
		if ok {
			found.Others++
		} else {
			ok = true
			found.Payload = bytes.TrimSpace(out[start+len(Start) : end])
			rest := append([]byte{}, out[:start]...)
			after := bytes.TrimPrefix(out[end+len(End):], []byte("\n"))
			found.Rest = append(rest, after...)
		}
		limit = start
	}
	return found, ok
}

// match goes back from an end marker to the nearest start marker that makes a
// valid block: the JSON may itself contain a start marker in a text.
func match(out []byte, end int, sections []string, attempts *int) (start int, ok bool) {
	limit := end
	for ; *attempts < maxAttempts; *attempts++ {
		start = bytes.LastIndex(out[:limit], []byte(Start))
		if start < 0 {
			*attempts++
			return 0, false
		}
		if valid(bytes.TrimSpace(out[start+len(Start):end]), sections) {
			*attempts++
			return start, true
		}
		limit = start
	}
	return 0, false
}

func valid(payload []byte, sections []string) bool {
	if len(payload) < 2 || payload[0] != '{' || payload[len(payload)-1] != '}' {
		return false
	}
	var members map[string]jsontext.Value
	if json.Unmarshal(payload, &members) != nil {
		return false
	}
	for _, name := range sections {
		if v, ok := members[name]; !ok || v.Kind() != '{' {
			return false
		}
	}
	return true
}
