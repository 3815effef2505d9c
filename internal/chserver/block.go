package chserver

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
)

const (
	// maxBlockColumns bounds the columns of one block.
	maxBlockColumns = 100_000
	// maxBlockRows bounds the rows of one block, nested ones included.
	maxBlockRows = 1 << 40
	// readStep is how much is allocated ahead of the bytes that have arrived.
	readStep = 1 << 20
)

// blockInfo is the BlockInfo that precedes a block from revision 51903 on: no
// overflows, bucket -1.
var blockInfo = []byte{1, 0, 2, 0xff, 0xff, 0xff, 0xff, 0}

// blockColumn is one column of a block; data is in the Native format.
type blockColumn struct {
	name, typ string
	data      []byte
}

// block is a block of rows in the Native format.
type block struct {
	columns []blockColumn
	rows    uint64
}

// end tells whether b is the empty block that ends a stream of blocks.
func (b block) end() bool { return len(b.columns) == 0 && b.rows == 0 }

// header is b without its rows.
func (b block) header() block {
	h := block{columns: make([]blockColumn, len(b.columns))}
	for i, c := range b.columns {
		h.columns[i] = blockColumn{name: c.name, typ: c.typ}
	}
	return h
}

// append writes b to dst. Framed blocks have a BlockInfo and a flag per column
// that says whether it is serialized in a special way (revision 54454); the
// engine library itself writes and reads unframed blocks, those of revision 0.
func (b block) append(dst []byte, framed bool) []byte {
	if framed {
		dst = append(dst, blockInfo...)
	}
	dst = binary.AppendUvarint(dst, uint64(len(b.columns)))
	dst = binary.AppendUvarint(dst, b.rows)
	for _, c := range b.columns {
		dst = appendString(dst, c.name)
		dst = appendString(dst, c.typ)
		if framed {
			dst = append(dst, 0)
		}
		dst = append(dst, c.data...)
	}
	return dst
}

func appendString(dst []byte, s string) []byte {
	return append(binary.AppendUvarint(dst, uint64(len(s))), s...)
}

// byteReader is what blocks are read from.
type byteReader interface {
	io.Reader
	io.ByteReader
}

// blockReader reads blocks and so finds out where they end.
type blockReader struct {
	r      byteReader
	framed bool
	types  map[string]*columnType
	out    []byte // the column being read
}

func newBlockReader(r byteReader, framed bool) *blockReader {
	return &blockReader{r: r, framed: framed, types: map[string]*columnType{}}
}

// next reads one block. At the end of the input it returns io.EOF; an input
// that ends inside a block is io.ErrUnexpectedEOF.
func (b *blockReader) next() (block, error) {
	if b.framed {
		if err := b.skipInfo(); err != nil {
			return block{}, err
		}
	}
	columns, err := binary.ReadUvarint(b.r)
	if err != nil {
		if errors.Is(err, io.EOF) && !b.framed {
			return block{}, io.EOF
		}
		return block{}, unexpected(err)
	}
	rows, err := binary.ReadUvarint(b.r)
	if err != nil {
		return block{}, unexpected(err)
	}
	if columns > maxBlockColumns || rows > maxBlockRows {
		return block{}, fmt.Errorf("a block of %d columns and %d rows is too large", columns, rows)
	}
	out := block{rows: rows}
	for i := range columns {
		c, err := b.column(rows)
		if err != nil {
			return block{}, fmt.Errorf("reading column %d of a block: %w", i+1, unexpected(err))
		}
		out.columns = append(out.columns, c)
	}
	return out, nil
}

// unexpected turns an end of input inside a block into io.ErrUnexpectedEOF.
func unexpected(err error) error {
	if errors.Is(err, io.EOF) {
		return io.ErrUnexpectedEOF
	}
	return err
}

// skipInfo reads the field list of a BlockInfo. The end of the input before it
// is io.EOF.
func (b *blockReader) skipInfo() error {
	for first := true; ; first = false {
		field, err := binary.ReadUvarint(b.r)
		if err != nil {
			if first && errors.Is(err, io.EOF) {
				return io.EOF
			}
			return unexpected(err)
		}
		var width int
		switch field {
		case 0:
			return nil
		case 1:
			width = 1
		case 2:
			width = 4
		default:
			return fmt.Errorf("a block starts with the unknown field %d", field)
		}
		if _, err := io.ReadFull(b.r, make([]byte, width)); err != nil {
			return unexpected(err)
		}
	}
}

func (b *blockReader) column(rows uint64) (blockColumn, error) {
	name, err := b.text()
	if err != nil {
		return blockColumn{}, err
	}
	typ, err := b.text()
	if err != nil {
		return blockColumn{}, err
	}
	if b.framed {
		special, err := b.r.ReadByte()
		if err != nil {
			return blockColumn{}, err
		}
		if special != 0 {
			return blockColumn{}, unsupportedType(typ + " with a custom serialization")
		}
	}
	c := blockColumn{name: name, typ: typ}
	if rows == 0 {
		return c, nil
	}
	t, ok := b.types[typ]
	if !ok {
		if t, err = parseColumnType(typ); err != nil {
			return blockColumn{}, err
		}
		b.types[typ] = t
	}
	b.out = nil
	if err := b.prefix(t); err != nil {
		return blockColumn{}, err
	}
	if err := b.values(t, rows); err != nil {
		return blockColumn{}, err
	}
	c.data = b.out
	return c, nil
}

func (b *blockReader) text() (string, error) {
	b.out = nil
	n, err := b.uvarint()
	if err != nil {
		return "", err
	}
	b.out = b.out[:0]
	if err := b.bytes(n); err != nil {
		return "", err
	}
	return string(b.out), nil
}
