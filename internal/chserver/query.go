package chserver

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"slices"

	"github.com/moose-migrate/moose-migrate/internal/chdb"
)

// nativeResult is the output of a statement as blocks.
type nativeResult struct {
	// header is a block without rows that names the columns; without columns
	// for a statement without output.
	header block
	blocks []block
	stats  chdb.Result // without Data
}

// runNative runs a statement for a client that reads blocks. The library's
// Native output lacks what such a client relies on, which is put back: it
// writes nothing at all for an empty result, and it drops the time zone of
// top-level DateTime columns because it believes to talk to a client of
// revision 0.
func (s *Session) runNative(ctx context.Context, st statement, params []chdb.Param) (nativeResult, error) {
	res, err := s.Run(ctx, st.sql, "Native", params)
	if err != nil {
		return nativeResult{}, err
	}
	out := nativeResult{stats: res}
	out.stats.Data = nil
	r := newBlockReader(bytes.NewReader(res.Data), false)
	for {
		b, err := r.next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nativeResult{}, err
		}
		out.blocks = append(out.blocks, b)
	}
	if len(out.blocks) > 0 {
		out.header = out.blocks[0].header()
	}
	return out, s.completeHeader(ctx, &out, st, params)
}

// completeHeader finds the column types where the blocks do not tell them.
func (s *Session) completeHeader(ctx context.Context, out *nativeResult, st statement, params []chdb.Param) error {
	bare := slices.ContainsFunc(out.header.columns, func(c blockColumn) bool { return c.typ == "DateTime" })
	if len(out.blocks) > 0 && !bare {
		return nil
	}
	analysis, err := s.conn.Classify(st.sql)
	if err != nil {
		return err
	}
	if analysis.Class != chdb.ReadOnly {
		return nil
	}
	columns, err := s.describe(ctx, "("+st.sql+"\n)", params)
	if err != nil && len(out.blocks) == 0 {
		columns, err = s.rerunForHeader(ctx, st, params)
	} else if err != nil {
		return nil //nolint:nilerr // SHOW and the like cannot be described; the types stand as they are
	}
	if err != nil {
		return err
	}
	if len(out.blocks) == 0 {
		out.header = block{columns: columns}
		return nil
	}
	if len(columns) != len(out.header.columns) {
		return nil
	}
	for i := range columns {
		if out.header.columns[i].typ != "DateTime" {
			continue
		}
		out.header.columns[i].typ = columns[i].typ
		for _, b := range out.blocks {
			b.columns[i].typ = columns[i].typ
		}
	}
	return nil
}

// describe returns the columns of what, a bracketed query or the target of an
// INSERT, without those that are only computed.
func (s *Session) describe(ctx context.Context, what string, params []chdb.Param) ([]blockColumn, error) {
	res, err := s.Run(ctx, "DESCRIBE TABLE "+what, "Native", params)
	if err != nil {
		return nil, err
	}
	var columns []blockColumn
	r := newBlockReader(bytes.NewReader(res.Data), false)
	for {
		b, err := r.next()
		if errors.Is(err, io.EOF) {
			return columns, nil
		}
		if err != nil {
			return nil, fmt.Errorf("reading a description: %w", err)
		}
		if len(b.columns) < 3 {
			return nil, fmt.Errorf("a description has %d columns instead of at least 3", len(b.columns))
		}
		names, types, kinds := splitStrings(b.columns[0].data), splitStrings(b.columns[1].data), splitStrings(b.columns[2].data)
		for i := range min(len(names), len(types), len(kinds)) {
			columns = append(columns, blockColumn{name: names[i], typ: types[i], data: []byte(kinds[i])})
		}
	}
}

// rerunForHeader runs a statement that gave no rows once more in a format that
// names its columns even so. Only for statements that change nothing.
func (s *Session) rerunForHeader(ctx context.Context, st statement, params []chdb.Param) ([]blockColumn, error) {
	res, err := s.Run(ctx, st.sql, "RowBinaryWithNamesAndTypes", params)
	if err != nil || len(res.Data) == 0 {
		return nil, err
	}
	count, n := binary.Uvarint(res.Data)
	texts := splitStrings(res.Data[max(n, 0):])
	if n <= 0 || count > maxBlockColumns || uint64(len(texts)) < 2*count {
		return nil, errors.New("the engine's column header cannot be read")
	}
	columns := make([]blockColumn, count)
	for i := range columns {
		columns[i] = blockColumn{name: texts[i], typ: texts[uint64(i)+count]}
	}
	return columns, nil
}

// splitStrings reads strings, each preceded by its length, as far as they are
// whole.
func splitStrings(data []byte) []string {
	var out []string
	for len(data) > 0 {
		size, n := binary.Uvarint(data)
		if n <= 0 || size > uint64(len(data)-n) {
			return out
		}
		out = append(out, string(data[n:n+int(size)]))
		data = data[n+int(size):]
	}
	return out
}

// insertColumns returns the sample block of an INSERT: the columns it lists,
// or all that can be written.
func (s *Session) insertColumns(ctx context.Context, parts *insertParts, params []chdb.Param) ([]blockColumn, error) {
	all, err := s.describe(ctx, parts.target, params)
	if err != nil {
		return nil, err
	}
	var sample []blockColumn
	byName := map[string]blockColumn{}
	for _, c := range all {
		kind := string(c.data)
		c.data = nil
		byName[c.name] = c
		if kind == "" || kind == "DEFAULT" {
			sample = append(sample, c)
		}
	}
	names, plain := columnList(parts.columns)
	if !plain {
		columns, err := s.describe(ctx, "(SELECT "+parts.columns+" FROM "+parts.target+")", params)
		for i := range columns {
			columns[i].data = nil
		}
		return columns, err
	}
	if len(names) == 0 {
		return sample, nil
	}
	sample = nil
	for _, name := range names {
		c, ok := byName[name]
		if !ok {
			return nil, &chdb.Exception{Code: 16, Name: "NO_SUCH_COLUMN_IN_TABLE", Message: fmt.Sprintf("No such column %s in table %s", name, parts.target)}
		}
		sample = append(sample, c)
	}
	return sample, nil
}

// columnList reads a list of column names; it reports false for matchers such
// as * EXCEPT (a).
func columnList(list string) (names []string, plain bool) {
	l := &lexer{text: list}
	var name string
	for {
		t := l.next()
		switch {
		case t.kind == tokenEnd || l.punct(t, ','):
			if name != "" {
				names = append(names, name)
			}
			if t.kind == tokenEnd {
				return names, true
			}
			name = ""
		case t.kind == tokenWord:
			name += list[t.start:t.end]
		case t.kind == tokenQuoted:
			name += unquote(list[t.start:t.end])
		case l.punct(t, '.'):
			name += "."
		default:
			return nil, false
		}
	}
}
