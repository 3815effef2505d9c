package cli

import "strings"

// tailBytes bounds how much of the user's own output is passed on.
const tailBytes = 64 << 10

// tail keeps the last part of what is written to it.
type tail struct {
	data []byte
	cut  bool
}

func (t *tail) Write(p []byte) (int, error) {
	t.data = append(t.data, p...)
	if over := len(t.data) - tailBytes; over > 0 {
		t.data, t.cut = append([]byte(nil), t.data[over:]...), true
	}
	return len(p), nil
}

// foreign writes what the user's code and its tools printed to standard error,
// each line behind a bar, so that it is not taken for a message of this program.
func (f *Factory) foreign(t *tail) {
	text := strings.TrimSpace(strings.ToValidUTF8(string(t.data), "?"))
	if text == "" {
		return
	}
	if t.cut {
		text = "…\n" + text
	}
	for line := range strings.SplitSeq(text, "\n") {
		f.Note("| " + line)
	}
}
