package chserver

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"sync"
	"time"

	"github.com/ClickHouse/ch-go/proto"
)

const (
	// nativeRevision is the protocol revision offered to clients, the highest
	// without packets that the client library's structures do not cover.
	nativeRevision = 54460
	// oldestRevision is the first with a serialization flag per column, which
	// every client in use knows.
	oldestRevision = 54454
	// readBuffer must be larger than the protocol reader's own, so that both
	// are the same buffer and the watcher can peek into it.
	readBuffer = 1 << 18
	// handshakeTimeout bounds the time between connection and first packet.
	handshakeTimeout = 30 * time.Second

	packetScalar = 7 // a block that only servers send
)

// NativeServer serves ClickHouse's native TCP protocol.
type NativeServer struct {
	engine *Engine
	mu     sync.Mutex
	conns  map[net.Conn]struct{}
	wg     sync.WaitGroup
}

// NewNativeServer serves the native protocol on engine.
func NewNativeServer(engine *Engine) *NativeServer {
	return &NativeServer{engine: engine, conns: map[net.Conn]struct{}{}}
}

// Serve accepts connections until l is closed, which is not an error.
func (n *NativeServer) Serve(l net.Listener) error {
	for {
		conn, err := l.Accept()
		if errors.Is(err, net.ErrClosed) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("accepting a native connection: %w", err)
		}
		n.mu.Lock()
		n.conns[conn] = struct{}{}
		n.mu.Unlock()
		n.wg.Go(func() { n.serve(conn) })
	}
}

// Close closes all connections, which cancels their statements, and waits for
// their goroutines until ctx ends. The caller closes the listener first.
func (n *NativeServer) Close(ctx context.Context) {
	n.mu.Lock()
	for c := range n.conns {
		_ = c.Close()
	}
	n.mu.Unlock()
	done := make(chan struct{})
	go func() { n.wg.Wait(); close(done) }()
	select {
	case <-done:
	case <-ctx.Done():
	}
}

func (n *NativeServer) serve(conn net.Conn) {
	defer func() {
		if p := recover(); p != nil {
			n.engine.cfg.logf("a native connection ended by a fault: %v", p)
		}
		_ = conn.Close()
		n.mu.Lock()
		delete(n.conns, conn)
		n.mu.Unlock()
	}()
	br := bufio.NewReaderSize(conn, readBuffer)
	c := &nativeConn{engine: n.engine, conn: conn, raw: br, r: proto.NewReader(br)}
	if err := c.handshake(); err != nil {
		if !quiet(err) {
			n.engine.cfg.logf("native handshake: %v", err)
		}
		return
	}
	defer c.session.Close()
	for {
		if err := c.packet(); err != nil {
			if !quiet(err) {
				n.engine.cfg.logf("native connection: %v", err)
			}
			return
		}
	}
}

// quiet tells whether err is only a client going away.
func quiet(err error) bool {
	var op *net.OpError
	return errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, net.ErrClosed) || errors.As(err, &op)
}

// nativeConn is one client connection.
type nativeConn struct {
	engine   *Engine
	conn     net.Conn
	raw      *bufio.Reader
	r        *proto.Reader
	buf      proto.Buffer
	revision int
	session  *Session
	database string
}

// handshake exchanges hellos, checks the credentials and opens the session.
func (c *nativeConn) handshake() error {
	_ = c.conn.SetDeadline(time.Now().Add(handshakeTimeout))
	code, err := c.r.UVarInt()
	if err != nil {
		return err
	}
	if code != uint64(proto.ClientCodeHello) {
		return fmt.Errorf("the first packet is %d, not a hello (an HTTP client on the native port?)", code)
	}
	f := &fieldReader{r: c.r}
	f.str() // client name
	f.uvarint()
	f.uvarint()
	revision := f.uvarint()
	database, user, password := f.str(), f.str(), f.str()
	if f.err != nil {
		return fmt.Errorf("reading the hello: %w", f.err)
	}
	c.revision = int(min(revision, nativeRevision))
	if c.revision < oldestRevision {
		_ = c.sendException(fmt.Errorf("protocol revision %d is too old, at least %d is needed", revision, oldestRevision))
		return io.EOF
	}
	err = c.engine.Authenticate(user, password)
	if err == nil {
		c.database = database
		c.session, err = c.engine.NewSession(database)
	}
	if err != nil {
		_ = c.sendException(err)
		return io.EOF
	}
	if err := c.greet(); err != nil {
		c.session.Close()
		return err
	}
	return c.conn.SetDeadline(time.Time{})
}

func (c *nativeConn) greet() error {
	major, minor, patch := splitVersion(c.engine.version)
	hello := proto.ServerHello{
		Name: "ClickHouse", Major: major, Minor: minor, Patch: patch,
		Revision: nativeRevision, Timezone: c.engine.zone, DisplayName: "moose-clickhouse",
	}
	hello.EncodeAware(&c.buf, c.revision)
	if err := c.flush(); err != nil {
		return err
	}
	if proto.FeatureAddendum.In(c.revision) {
		f := &fieldReader{r: c.r}
		f.str() // the quota key
		return f.err
	}
	return nil
}

func splitVersion(v string) (major, minor, patch int) {
	_, _ = fmt.Sscanf(v, "%d.%d.%d", &major, &minor, &patch)
	return major, minor, patch
}

// packet handles one packet between statements.
func (c *nativeConn) packet() error {
	code, err := c.r.UVarInt()
	if err != nil {
		return err
	}
	switch proto.ClientCode(code) {
	case proto.ClientCodePing:
		proto.ServerCodePong.Encode(&c.buf)
		return c.flush()
	case proto.ClientCodeCancel:
		return nil // for a statement that has ended
	case proto.ClientCodeQuery:
		q, err := readNativeQuery(c.r, c.revision)
		if err != nil {
			return fmt.Errorf("reading a query: %w", err)
		}
		return c.query(q)
	case proto.ClientCodeData, packetScalar:
		return errors.New("data came without a query")
	}
	return fmt.Errorf("packet %d is unknown", code)
}

func (c *nativeConn) flush() error {
	_, err := c.conn.Write(c.buf.Buf)
	c.buf.Reset()
	return err
}

func (c *nativeConn) sendException(err error) error {
	e := asException(err)
	c.buf.Reset()
	proto.ServerCodeException.Encode(&c.buf)
	text := proto.Exception{Code: proto.Error(e.Code), Name: "DB::Exception", Message: "DB::Exception: " + e.Message}
	if e.Name != "" {
		text.Message += " (" + e.Name + ")"
	}
	text.EncodeAware(&c.buf, c.revision)
	return c.flush()
}

// reopen replaces a session that can no longer be changed.
func (c *nativeConn) reopen() error {
	s, err := c.engine.NewSession(c.database)
	if err != nil {
		return err
	}
	c.session.Close()
	c.session = s
	return nil
}
