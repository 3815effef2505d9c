package chserver

import (
	"context"
	"errors"
	"io"
	"strings"
	"time"

	"github.com/ClickHouse/ch-go/proto"

	"github.com/moose-migrate/moose-migrate/internal/chdb"
)

// query runs one statement. The error is one of the connection; what the
// statement fails with is sent to the client.
func (c *nativeConn) query(q *nativeQuery) error {
	if err := c.skipExternal(q); err != nil {
		return err
	}
	defer func() { c.r.DisableCompression() }()
	if q.err != nil {
		return c.sendException(q.err)
	}
	st, err := parseStatement(q.text)
	if err != nil {
		return c.sendException(err)
	}
	if st.verb == "SET" {
		// What SET changes must outlive this query's own settings.
		err = c.session.Apply(map[string]string{})
	} else {
		err = c.session.Apply(q.settings)
	}
	if err != nil {
		return c.sendException(err)
	}
	if c.session.ReadOnly() {
		defer func() { _ = c.reopen() }()
	}
	in := st.insert
	if in != nil && strings.TrimSpace(in.data) == "" {
		return c.insert(q, st)
	}
	ctx, stop := c.watch()
	var res nativeResult
	if in != nil && !in.values {
		res.stats, err = c.session.Insert(ctx, in.head, st.format, strings.NewReader(in.data), q.params)
	} else {
		res, err = c.session.runNative(ctx, st, q.params)
	}
	if gone := stop(); gone != nil {
		return gone
	}
	if err != nil {
		return c.sendException(err)
	}
	c.noteDatabase(st)
	return c.sendResult(q, res)
}

// noteDatabase remembers the database of USE for a session that is reopened.
func (c *nativeConn) noteDatabase(st statement) {
	if st.verb != "USE" {
		return
	}
	l := &lexer{text: st.sql}
	l.next()
	t := l.next()
	if l.is(t, "DATABASE") && l.peek().kind != tokenEnd {
		t = l.next()
	}
	c.database = unquote(st.sql[t.start:t.end])
}

// watch returns a context that ends when the client cancels or goes away. The
// returned function ends the watching and tells whether the client is gone.
func (c *nativeConn) watch() (context.Context, func() error) {
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() {
		head, err := c.raw.Peek(1)
		switch {
		case err != nil && !isTimeout(err):
			cancel()
			done <- err
			return
		case err == nil && head[0] == byte(proto.ClientCodeCancel):
			_, _ = c.raw.Discard(1)
			cancel()
		}
		done <- nil
	}()
	return ctx, func() error {
		_ = c.conn.SetReadDeadline(time.Unix(1, 0)) // wakes the Peek
		gone := <-done
		_ = c.conn.SetReadDeadline(time.Time{})
		cancel()
		return gone
	}
}

func isTimeout(err error) bool {
	var t interface{ Timeout() bool }
	return errors.As(err, &t) && t.Timeout()
}

// skipExternal reads the external tables that precede every query's run, of
// which only the empty block that ends them is supported.
func (c *nativeConn) skipExternal(q *nativeQuery) error {
	for {
		b, err := c.readData(q)
		if err != nil {
			return err
		}
		if b.end() {
			return nil
		}
		q.err = &chdb.Exception{Code: 48, Name: "NOT_IMPLEMENTED", Message: "External tables are not supported; insert into a temporary table"}
	}
}

// errClientCancelled says that the client cancelled while it sent data.
var errClientCancelled = errors.New("the client cancelled the query")

// readData reads the next Data packet.
func (c *nativeConn) readData(q *nativeQuery) (block, error) {
	code, err := c.r.UVarInt()
	if err != nil {
		return block{}, err
	}
	switch proto.ClientCode(code) {
	case proto.ClientCodeData, packetScalar:
	case proto.ClientCodeCancel:
		return block{}, errClientCancelled
	default:
		return block{}, errors.New("a packet other than data came in the middle of a query")
	}
	f := &fieldReader{r: c.r}
	f.str() // the table's name
	if f.err != nil {
		return block{}, f.err
	}
	if q.compressed {
		c.r.EnableCompression()
		defer c.r.DisableCompression()
	}
	return newBlockReader(c.r, true).next()
}

// insert sends the sample block, then feeds the client's blocks to the engine
// until the empty one.
func (c *nativeConn) insert(q *nativeQuery, st statement) error {
	columns, err := c.session.insertColumns(context.Background(), st.insert, q.params)
	if err != nil {
		return c.sendException(err)
	}
	if err := c.sendBlock(q, block{columns: columns}); err != nil {
		return err
	}
	if err := c.flush(); err != nil {
		return err
	}
	src := &blockSource{next: func() (block, error) { return c.readData(q) }}
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	src.failed = cancel
	res, err := c.session.Insert(ctx, st.insert.head, "Native", src, q.params)
	// The client sends all its blocks before it reads the answer.
	broken := src.drain()
	switch {
	case errors.Is(broken, errClientCancelled):
		return c.sendException(errCancelled)
	case broken != nil:
		// The rest of the stream cannot be told apart from packets.
		_ = c.sendException(broken)
		return broken
	case err != nil:
		return c.sendException(err)
	}
	return c.sendResult(q, nativeResult{stats: res})
}

// blockSource gives a client's blocks as one stream of unframed blocks.
type blockSource struct {
	next   func() (block, error)
	failed func()
	buf    []byte
	ended  bool
	err    error
}

// Read implements io.Reader.
func (s *blockSource) Read(p []byte) (int, error) {
	for len(s.buf) == 0 {
		if s.err != nil {
			return 0, s.err
		}
		if s.ended {
			return 0, io.EOF
		}
		s.advance()
	}
	n := copy(p, s.buf)
	s.buf = s.buf[n:]
	return n, nil
}

func (s *blockSource) advance() {
	b, err := s.next()
	switch {
	case err != nil:
		s.err = err
		if s.failed != nil {
			s.failed()
		}
	case b.end():
		s.ended = true
	case b.rows > 0:
		s.buf = b.append(s.buf[:0], false)
	}
}

// drain reads what the client still sends.
func (s *blockSource) drain() error {
	for !s.ended && s.err == nil {
		s.advance()
	}
	return s.err
}

// sendResult sends the blocks of a result and its end.
func (c *nativeConn) sendResult(q *nativeQuery, res nativeResult) error {
	if len(res.header.columns) > 0 {
		for _, b := range append([]block{res.header}, res.blocks...) {
			if err := c.sendBlock(q, b); err != nil {
				return err
			}
			if err := c.flush(); err != nil {
				return err
			}
		}
	}
	proto.ServerCodeProgress.Encode(&c.buf)
	proto.Progress{
		Rows: res.stats.ScannedRows, Bytes: res.stats.ScannedBytes,
		WroteRows: res.stats.RowsWritten, WroteBytes: res.stats.BytesWritten,
		ElapsedNs: uint64(res.stats.Elapsed.Nanoseconds()),
	}.EncodeAware(&c.buf, c.revision)
	proto.ServerCodeEndOfStream.Encode(&c.buf)
	return c.flush()
}

// sendBlock puts a Data packet into the buffer.
func (c *nativeConn) sendBlock(q *nativeQuery, b block) error {
	proto.ServerCodeData.Encode(&c.buf)
	c.buf.PutString("") // the table's name
	if !q.compressed {
		c.buf.Buf = b.append(c.buf.Buf, true)
		return nil
	}
	var err error
	c.buf.Buf, err = frames(c.buf.Buf, b.append(nil, true), methodOf(q.settings["network_compression_method"]))
	return err
}
