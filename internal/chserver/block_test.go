package chserver

import (
	"bytes"
	"encoding/binary"
	"errors"
	"io"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/moose-migrate/moose-migrate/internal/chdb"
)

func word(n uint64) string { return string(binary.LittleEndian.AppendUint64(nil, n)) }

func blockOf(rows uint64, columns ...blockColumn) []byte {
	return block{columns: columns, rows: rows}.append(nil, false)
}

// columnData are encoded columns by type: what comes after them must be found.
var columnData = []struct {
	typ  string
	rows uint64
	data string
}{
	{"UInt8", 3, "abc"},
	{"Decimal(38, 2)", 2, strings.Repeat("d", 32)},
	{"String", 2, "\x01a\x00"},
	{"Nullable(UInt16)", 2, "\x00\x01aabb"},
	{"Array(String)", 2, word(1) + word(2) + "\x01a\x01b"},
	{"Array(Array(UInt8))", 2, word(0) + word(2) + word(1) + word(3) + "xyz"},
	{"Map(String, UInt8)", 1, word(2) + "\x01a\x01b" + "12"},
	{"Tuple(a UInt8, `b c)` UInt16)", 2, "12aabb"},
	{"Tuple()", 2, "00"},
	{"LowCardinality(Nullable(String))", 3, word(1) + word(1<<9) + word(2) + "\x00\x01a" + word(3) + "\x00\x01\x00"},
	{"LowCardinality(String)", 2, word(1) + word(1<<9|1) + word(1) + "\x00" + word(2) + "\x00\x00\x00\x00"},
	{"Array(LowCardinality(String))", 1, word(1) + word(0)},
	{"Tuple(LowCardinality(String), UInt8)", 1, word(1) + word(1<<9) + word(1) + "\x01a" + word(1) + "\x00" + "z"},
	{"Variant(String, UInt8)", 4, word(0) + "\x01\xff\x00\x01" + "\x01a" + "12"},
	{"JSON(max_dynamic_paths=8, a.b UInt32)", 1, word(1) + "\x02{}"},
	{"SimpleAggregateFunction(sum, UInt32)", 1, "1234"},
	{"Enum8('a)' = 1, 'b\\'(' = 2)", 2, "\x01\x02"},
	{"DateTime64(3, 'Europe/Berlin')", 1, "12345678"},
	{"QBit(Float32, 9)", 1, strings.Repeat("qb", 32)},
	{"IntervalDay", 1, "12345678"},
	{"Nullable(Nothing)", 2, "\x01\x0100"},
	{"Polygon", 1, word(1) + word(1) + strings.Repeat("f", 16)},
	{"Nested(a UInt8, b String)", 1, word(1) + "1" + "\x01b"},
}

func TestBlocksAreReadWhole(t *testing.T) {
	for _, c := range columnData {
		for _, framed := range []bool{false, true} {
			want := block{rows: c.rows, columns: []blockColumn{
				{name: "first", typ: c.typ, data: []byte(c.data)}, {name: "second", typ: "UInt8", data: bytes.Repeat([]byte{7}, int(c.rows))},
			}}
			raw := want.append(nil, framed)
			raw = want.append(raw, framed)
			r := newBlockReader(bytes.NewReader(raw), framed)
			for range 2 {
				got, err := r.next()
				if err != nil {
					t.Errorf("%s, framed %v: %v", c.typ, framed, err)
					break
				}
				if diff := cmp.Diff(want, got, cmp.AllowUnexported(block{}, blockColumn{})); diff != "" {
					t.Errorf("%s, framed %v: %s", c.typ, framed, diff)
				}
			}
			if _, err := r.next(); !errors.Is(err, io.EOF) {
				t.Errorf("%s, framed %v: the end is %v", c.typ, framed, err)
			}
			for cut := 1; cut < len(raw)/2; cut++ {
				if _, err := newBlockReader(bytes.NewReader(raw[:cut]), framed).next(); !errors.Is(err, io.ErrUnexpectedEOF) {
					t.Errorf("%s, framed %v, cut at %d: %v", c.typ, framed, cut, err)
				}
			}
		}
	}
}

func TestBlocksThatAreRefused(t *testing.T) {
	for name, raw := range map[string][]byte{
		"dynamic":              blockOf(1, blockColumn{"a", "Dynamic", []byte("x")}),
		"aggregate state":      blockOf(1, blockColumn{"a", "AggregateFunction(sum, UInt8)", []byte("x")}),
		"unknown type":         blockOf(1, blockColumn{"a", "Whatever", []byte("x")}),
		"JSON as object":       blockOf(1, blockColumn{"a", "JSON", []byte(word(0))}),
		"too many rows":        append(binary.AppendUvarint([]byte{1}, 1<<50), "\x01a\x05UInt8"...),
		"too many columns":     binary.AppendUvarint(binary.AppendUvarint(nil, 1<<40), 1),
		"huge array":           blockOf(1, blockColumn{"a", "Array(UInt8)", []byte(word(1 << 60))}),
		"huge string":          blockOf(1, blockColumn{"a", "String", binary.AppendUvarint(nil, 1<<60)}),
		"huge dictionary":      blockOf(1, blockColumn{"a", "LowCardinality(UInt8)", []byte(word(1) + word(1<<9) + word(1<<60))}),
		"endless dictionary":   blockOf(1, blockColumn{"a", "LowCardinality(UInt8)", []byte(word(1) + word(0) + word(0) + word(0))}),
		"variant of no type":   blockOf(1, blockColumn{"a", "Variant(UInt8)", []byte(word(0) + "\x05")}),
		"deep type":            blockOf(1, blockColumn{"a", strings.Repeat("Array(", 100) + "UInt8" + strings.Repeat(")", 100), nil}),
		"open bracket":         blockOf(1, blockColumn{"a", "Array(UInt8", nil}),
		"decimal of 77 digits": blockOf(1, blockColumn{"a", "Decimal(77, 1)", nil}),
		"array of two":         blockOf(1, blockColumn{"a", "Array(UInt8, UInt8)", nil}),
	} {
		if _, err := newBlockReader(bytes.NewReader(raw), false).next(); err == nil || errors.Is(err, io.EOF) {
			t.Errorf("%s: %v", name, err)
		}
	}
	_, err := newBlockReader(bytes.NewReader(blockOf(1, blockColumn{"a", "Dynamic", nil})), false).next()
	var e *chdb.Exception
	if !errors.As(err, &e) || e.Code != 48 {
		t.Errorf("Dynamic: %v, want code 48", err)
	}
}

// FuzzBlockReader: a block that can be read comes out as it went in.
func FuzzBlockReader(f *testing.F) {
	for _, c := range columnData {
		b := block{rows: c.rows, columns: []blockColumn{{name: "a", typ: c.typ, data: []byte(c.data)}}}
		f.Add(b.append(nil, false), false)
		f.Add(b.append(nil, true), true)
	}
	f.Fuzz(func(t *testing.T, raw []byte, framed bool) {
		b, err := newBlockReader(bytes.NewReader(raw), framed).next()
		if err != nil {
			return
		}
		again, err := newBlockReader(bytes.NewReader(b.append(nil, framed)), framed).next()
		if err != nil {
			t.Fatalf("%+v cannot be read again: %v", b, err)
		}
		if diff := cmp.Diff(b, again, cmp.AllowUnexported(block{}, blockColumn{})); diff != "" {
			t.Fatal(diff)
		}
	})
}

// FuzzColumnType: no type name is a fault.
func FuzzColumnType(f *testing.F) {
	for _, c := range columnData {
		f.Add(c.typ)
	}
	f.Fuzz(func(_ *testing.T, name string) { _, _ = parseColumnType(name) })
}
