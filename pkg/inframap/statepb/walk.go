package statepb

import (
	"fmt"
	"strings"

	"github.com/moose-migrate/moose-migrate/pkg/inframap"
)

// walker knows where in the map a conversion is and keeps its first error, so
// that the conversions themselves stay plain.
type walker struct {
	path []string
	err  error
}

func (w *walker) enter(place string) { w.path = append(w.path, place) }

func (w *walker) leave() { w.path = w.path[:len(w.path)-1] }

func (w *walker) fail(format string, args ...any) {
	if w.err == nil {
		w.err = fmt.Errorf("%s: "+format, append([]any{strings.Join(w.path, ", ")}, args...)...)
	}
}

// tooDeep reports, as an error, that the walk is nested deeper than any real map.
func (w *walker) tooDeep() bool {
	if len(w.path) <= inframap.MaxDepth {
		return false
	}
	if w.err == nil {
		w.err = fmt.Errorf("%s: nested deeper than %d levels", strings.Join(w.path[:4], ", "), inframap.MaxDepth)
	}
	return true
}

type decoder struct{ walker }

type encoder struct{ walker }

func decodeMap[P, M any](d *decoder, section string, in map[string]P, convert func(P) M) map[string]M {
	out := make(map[string]M, len(in))
	for _, id := range inframap.Keys(in) {
		d.enter(fmt.Sprintf("%s %q", section, id))
		out[id] = convert(in[id])
		d.leave()
	}
	return out
}

func encodeMap[M, P any](e *encoder, section string, in map[string]M, convert func(M) P) map[string]P {
	if len(in) == 0 {
		return nil
	}
	out := make(map[string]P, len(in))
	for _, id := range inframap.Keys(in) {
		e.enter(fmt.Sprintf("%s %q", section, id))
		out[id] = convert(in[id])
		e.leave()
	}
	return out
}

// list converts every element; the result is never nil, because Moose writes
// empty lists as [].
func list[A, B any](in []A, convert func(A) B) []B {
	out := make([]B, len(in))
	for i, v := range in {
		out[i] = convert(v)
	}
	return out
}
