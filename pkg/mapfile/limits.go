package mapfile

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/go-json-experiment/json/jsontext"
)

// The bounds of a map. They are far above every project that was seen, and low enough
// for a plan to take minutes at most.
const (
	// DefaultMaxBytes bounds the file.
	DefaultMaxBytes = 64 << 20
	// maxDepth bounds the nesting of values; real maps stay below 40.
	maxDepth = 64
	// maxText bounds one text, such as the SELECT of a view, in bytes.
	maxText = 1 << 20
	// maxValue bounds the parts of an object, such as a column with its type, in bytes.
	maxValue = 1 << 20
	// partDepth is where those parts begin: {"tables": {id: {"columns": [ part.
	partDepth = 4
	// maxBrackets bounds the brackets that are open at once in a text, times its length:
	// the work of reading SQL grows with both.
	maxBrackets = 32 << 20
	// maxColumns bounds the columns of one table.
	maxColumns = 10_000
	// maxObjects bounds the objects of one kind.
	maxObjects = 20_000
)

// checkShape reads the tokens of a map without keeping any.
func checkShape(data []byte) error {
	d := jsontext.NewDecoder(bytes.NewReader(data))
	var starts []int64
	for {
		token, err := d.ReadToken()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("it is not valid JSON: %w", err)
		}
		switch token.Kind() {
		case '{', '[':
			if len(starts) >= maxDepth {
				return fmt.Errorf("%s: nested deeper than %d levels", place(d), maxDepth)
			}
			starts = append(starts, d.InputOffset())
		case '}', ']':
			start := starts[len(starts)-1]
			starts = starts[:len(starts)-1]
			if size := d.InputOffset() - start; len(starts) >= partDepth && size > maxValue {
				return fmt.Errorf("%s: %d bytes, more than the %d that a column or another part of an object may have", place(d), size, maxValue)
			}
		case '"':
			if err := checkText(token.String()); err != nil {
				return fmt.Errorf("%s: %w", place(d), err)
			}
		}
	}
}

// place is the JSON pointer of the last value, cut: its names are the stranger's.
func place(d *jsontext.Decoder) string {
	const most = 200
	pointer := string(d.StackPointer())
	if len(pointer) > most {
		pointer = pointer[:most] + "…"
	}
	return fmt.Sprintf("%q", pointer)
}

func checkText(text string) error {
	if len(text) > maxText {
		return fmt.Errorf("a text of %d bytes; at most %d are read. Split the SQL into several objects", len(text), maxText)
	}
	depth, deepest := 0, 0
	for i := range len(text) {
		switch text[i] {
		case '(', '[', '{':
			depth++
			deepest = max(deepest, depth)
		case ')', ']', '}':
			depth--
		}
	}
	if deepest*len(text) > maxBrackets {
		return fmt.Errorf("a text of %d bytes with %d brackets in one another, which would take too long to read", len(text), deepest)
	}
	if strings.ContainsRune(text, 0) {
		return errors.New("a text holds a NUL")
	}
	return nil
}
