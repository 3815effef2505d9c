package chdb

import (
	"errors"
	"fmt"
	"io"
	"runtime"
	"strings"
	"sync"
	"time"
	"unsafe"
)

// ErrClosed is returned by every call on a closed connection.
var ErrClosed = errors.New("the engine connection is closed")

// insertChunk is how many bytes of an insert are handed to the engine at once.
const insertChunk = 1 << 20

// Param is a query parameter: {Name:Type} in the statement. Value is in the
// escaped text form that ClickHouse uses for parameters (a newline as \n, a
// backslash as \\).
type Param struct{ Name, Value string }

// Result is what a statement gave back. It is a copy: nothing in it belongs to
// the library.
type Result struct {
	// Data holds the rows in the format that was asked for, empty for
	// statements without output.
	Data []byte
	// RowsRead and BytesRead count what the statement produced as its result.
	RowsRead, BytesRead uint64
	// ScannedRows and ScannedBytes count what it read from tables for that.
	ScannedRows, ScannedBytes uint64
	// RowsWritten and BytesWritten count what an INSERT wrote, materialized
	// views included.
	RowsWritten, BytesWritten uint64
	// Elapsed is the engine's own time for the statement.
	Elapsed time.Duration
}

// Conn is one session of the engine: current database, settings and temporary
// tables are its own. It runs one statement at a time; calls from several
// goroutines wait for each other.
type Conn struct {
	lib    *Library
	mu     sync.Mutex
	handle unsafe.Pointer // chdb_connection *, nil when closed
}

// Connect opens a session. The first connection of the process starts the
// engine and decides the data directory; args are command-line arguments such
// as --path=DIR and --config-file=FILE.
func (l *Library) Connect(args ...string) (*Conn, error) {
	var pin runtime.Pinner
	defer pin.Unpin()
	argv := make([]unsafe.Pointer, 0, len(args)+2)
	for _, arg := range append([]string{"clickhouse"}, args...) {
		if strings.ContainsRune(arg, 0) {
			return nil, errors.New("connecting to the engine: an argument holds a zero byte")
		}
		p := &append([]byte(arg), 0)[0]
		pin.Pin(p)
		argv = append(argv, unsafe.Pointer(p))
	}
	argc := len(argv)
	argv = append(argv, nil)
	pin.Pin(&argv[0])
	handle := l.fn.connect(int32(argc), unsafe.Pointer(&argv[0]))
	if handle == nil {
		return nil, errors.New("the ClickHouse engine did not start; its own message is on the standard error stream " +
			"(a second process on the same data directory is the usual cause)")
	}
	return &Conn{lib: l, handle: handle}, nil
}

// Close ends the session. Closing twice does nothing. Closing the last
// connection of the process stops the engine.
func (c *Conn) Close() {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.handle != nil {
		c.lib.fn.closeConn(c.handle)
		c.handle = nil
	}
}

// Query runs one statement and returns its whole output in format. An error
// reported by the engine is an *Exception. The call cannot be interrupted; end
// the statement with KILL QUERY from another connection.
func (c *Conn) Query(sql, format string, params ...Param) (Result, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	conn, err := c.raw()
	if err != nil {
		return Result{}, err
	}
	res, err := c.query(conn, sql, format, params)
	if err != nil {
		// The engine keeps a statement that failed while it ran, with the locks on its
		// tables, until the connection's next one.
		_, _ = c.query(conn, "SELECT 1", "Null", nil)
	}
	return res, err
}

func (c *Conn) query(conn unsafe.Pointer, sql, format string, params []Param) (Result, error) {
	call := newCall(sql, format, params)
	defer call.release()
	return c.lib.take(c.lib.fn.query(conn, call.sql, call.sqlLen, call.format, call.formatLen,
		call.names, call.nameLens, call.values, call.valueLens, call.count))
}

// Insert runs head, an INSERT statement without FORMAT clause and data, and
// feeds it data in format until io.EOF. An error while reading data cancels the
// insert and is returned as it is; blocks already handed over may have been
// written, as with any ClickHouse server.
func (c *Conn) Insert(head, format string, data io.Reader, params ...Param) (Result, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	conn, err := c.raw()
	if err != nil {
		return Result{}, err
	}
	call := newCall(head, format, params)
	defer call.release()
	fn := &c.lib.fn
	stream := fn.insert(conn, call.sql, call.sqlLen, call.format, call.formatLen,
		call.names, call.nameLens, call.values, call.valueLens, call.count)
	if stream == nil {
		return Result{}, errors.New("the engine gave no insert stream")
	}
	defer fn.insertDestroy(stream)
	if text := goString(fn.insertError(stream)); text != "" {
		return Result{}, ParseException(text)
	}
	if err := c.feed(stream, data); err != nil {
		return Result{}, err
	}
	return c.lib.take(fn.insertDone(stream))
}

// feed copies data into stream. When the engine refuses a chunk the reason is
// left to insertDone or read from the stream.
func (c *Conn) feed(stream unsafe.Pointer, data io.Reader) error {
	fn := &c.lib.fn
	buf := make([]byte, insertChunk)
	for {
		n, err := fill(data, buf)
		if n > 0 {
			state := fn.insertAppend(stream, unsafe.Pointer(&buf[0]), uintptr(n))
			runtime.KeepAlive(buf)
			if state != 0 {
				if text := goString(fn.insertError(stream)); text != "" {
					return ParseException(text)
				}
				return nil
			}
		}
		switch {
		case errors.Is(err, io.EOF):
			return nil
		case err != nil:
			fn.insertCancel(stream)
			return err
		}
	}
}

// fill reads until buf is full or data fails. Unlike io.ReadFull it leaves the
// reader's error as it is: an io.ErrUnexpectedEOF means that data are missing.
func fill(data io.Reader, buf []byte) (n int, err error) {
	for n < len(buf) && err == nil {
		var m int
		m, err = data.Read(buf[n:])
		n += m
	}
	return n, err
}

// raw is the chdb_connection behind the handle. The caller holds mu.
func (c *Conn) raw() (unsafe.Pointer, error) {
	if c.handle == nil {
		return nil, ErrClosed
	}
	return *(*unsafe.Pointer)(c.handle), nil
}

// take copies a result and destroys the original.
func (l *Library) take(res unsafe.Pointer) (Result, error) {
	if res == nil {
		return Result{}, errors.New("the engine gave no result")
	}
	defer l.fn.destroyResult(res)
	if text := goString(l.fn.resultError(res)); text != "" {
		return Result{}, ParseException(text)
	}
	out := Result{
		RowsRead:     l.fn.resultRowsRead(res),
		BytesRead:    l.fn.resultBytesRead(res),
		ScannedRows:  l.fn.storageRowsRead(res),
		ScannedBytes: l.fn.storageBytesRead(res),
		RowsWritten:  l.fn.resultRowsWritten(res),
		BytesWritten: l.fn.resultBytesWritten(res),
		Elapsed:      time.Duration(l.fn.resultElapsed(res) * float64(time.Second)),
	}
	if n := l.fn.resultLength(res); n > 0 {
		buf := l.fn.resultBuffer(res)
		if buf == nil {
			return Result{}, fmt.Errorf("the engine announced %d bytes of result and gave none", n)
		}
		out.Data = append([]byte(nil), unsafe.Slice((*byte)(buf), n)...)
	}
	return out, nil
}
