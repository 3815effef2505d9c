package chserver

import (
	"encoding/binary"
	"fmt"
	"io"
)

// The bits of the word that starts each piece of a LowCardinality column, from
// SerializationLowCardinality.cpp.
const (
	lcIndexWidth      = 0xff   // log2 of the bytes of an index
	lcGlobalKeys      = 1 << 8 // a shared dictionary precedes
	lcAdditionalKeys  = 1 << 9 // a dictionary of this piece follows
	lcVersion         = 1      // the only serialization version
	variantBasic      = 0      // discriminators as plain bytes
	variantNull       = 255    // the discriminator of NULL
	jsonAsText        = 1      // serialization version of JSON as text
	nestedRowsMessage = "a block announces %d nested rows, which is too many"
)

// bytes copies n bytes. Memory grows only as they arrive.
func (b *blockReader) bytes(n uint64) error {
	for n > 0 {
		step := min(n, readStep)
		at := len(b.out)
		b.out = append(b.out, make([]byte, step)...)
		if _, err := io.ReadFull(b.r, b.out[at:]); err != nil {
			return unexpected(err)
		}
		n -= step
	}
	return nil
}

func (b *blockReader) rowBytes(rows, width uint64) error {
	if width > 0 && rows > maxBlockRows/width {
		return fmt.Errorf(nestedRowsMessage, rows)
	}
	return b.bytes(rows * width)
}

func (b *blockReader) uvarint() (uint64, error) {
	n, err := binary.ReadUvarint(b.r)
	b.out = binary.AppendUvarint(b.out, n)
	return n, err
}

func (b *blockReader) word() (uint64, error) {
	if err := b.bytes(8); err != nil {
		return 0, err
	}
	return binary.LittleEndian.Uint64(b.out[len(b.out)-8:]), nil
}

// prefix copies the state that precedes a column's values, in the order of the
// types.
func (b *blockReader) prefix(t *columnType) error {
	want := uint64(0)
	switch t.shape {
	case shapeLowCardinality:
		want = lcVersion
	case shapeVariant:
		want = variantBasic
	case shapeJSON:
		want = jsonAsText
	}
	switch t.shape {
	case shapeLowCardinality, shapeVariant, shapeJSON:
		got, err := b.word()
		if err != nil {
			return err
		}
		if got != want {
			return unsupportedType(fmt.Sprintf("in serialization version %d", got))
		}
	}
	if t.shape == shapeLowCardinality {
		return nil
	}
	for _, inner := range t.inner {
		if err := b.prefix(inner); err != nil {
			return err
		}
	}
	return nil
}

// values copies rows values of type t.
func (b *blockReader) values(t *columnType, rows uint64) error {
	switch t.shape {
	case shapeFixed:
		return b.rowBytes(rows, t.width)
	case shapeString, shapeJSON:
		for range rows {
			n, err := b.uvarint()
			if err != nil {
				return err
			}
			if err := b.bytes(n); err != nil {
				return err
			}
		}
		return nil
	case shapeNullable:
		if err := b.bytes(rows); err != nil {
			return err
		}
		return b.values(t.inner[0], rows)
	case shapeArray:
		return b.array(t, rows)
	case shapeTuple:
		if len(t.inner) == 0 {
			return b.bytes(rows) // an empty tuple takes a byte a row
		}
		for _, inner := range t.inner {
			if err := b.values(inner, rows); err != nil {
				return err
			}
		}
		return nil
	case shapeLowCardinality:
		return b.lowCardinality(t, rows)
	case shapeVariant:
		return b.variant(t, rows)
	}
	return fmt.Errorf("unknown column shape %d", t.shape)
}

func (b *blockReader) array(t *columnType, rows uint64) error {
	if rows == 0 {
		return nil
	}
	if err := b.rowBytes(rows, 8); err != nil {
		return err
	}
	total := binary.LittleEndian.Uint64(b.out[len(b.out)-8:])
	if total > maxBlockRows {
		return fmt.Errorf(nestedRowsMessage, total)
	}
	return b.values(t.inner[0], total)
}

// lowCardinality copies pieces of dictionary and indexes until all rows are
// there.
func (b *blockReader) lowCardinality(t *columnType, rows uint64) error {
	for rows > 0 {
		flags, err := b.word()
		if err != nil {
			return err
		}
		for _, bit := range []uint64{lcGlobalKeys, lcAdditionalKeys} {
			if flags&bit == 0 {
				continue
			}
			keys, err := b.word()
			if err != nil {
				return err
			}
			if keys > maxBlockRows {
				return fmt.Errorf(nestedRowsMessage, keys)
			}
			if err := b.values(t.inner[0], keys); err != nil {
				return err
			}
		}
		count, err := b.word()
		if err != nil {
			return err
		}
		width := flags & lcIndexWidth
		if count == 0 || count > rows || width > 3 {
			return fmt.Errorf("a LowCardinality column announces %d of %d rows with indexes of 2^%d bytes", count, rows, width)
		}
		if err := b.rowBytes(count, 1<<width); err != nil {
			return err
		}
		rows -= count
	}
	return nil
}

func (b *blockReader) variant(t *columnType, rows uint64) error {
	at := len(b.out)
	if err := b.bytes(rows); err != nil {
		return err
	}
	counts := make([]uint64, len(t.inner))
	for _, d := range b.out[at:] {
		if d == variantNull {
			continue
		}
		if int(d) >= len(counts) {
			return fmt.Errorf("a Variant of %d types has the discriminator %d", len(counts), d)
		}
		counts[d]++
	}
	for i, inner := range t.inner {
		if err := b.values(inner, counts[i]); err != nil {
			return err
		}
	}
	return nil
}
