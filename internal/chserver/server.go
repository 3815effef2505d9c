package chserver

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"strconv"
	"time"
)

// Server is an engine with its two listeners.
type Server struct {
	engine     *Engine
	http       *http.Server
	httpListen net.Listener
	native     *NativeServer
	tcpListen  net.Listener
	failed     chan error
}

// Listen serves engine on host. A port of 0 is chosen by the system. The
// server owns the engine from then on.
func Listen(engine *Engine, host string, httpPort, nativePort int) (*Server, error) {
	h, err := net.Listen("tcp", net.JoinHostPort(host, strconv.Itoa(httpPort)))
	if err != nil {
		return nil, fmt.Errorf("listening for HTTP: %w", err)
	}
	n, err := net.Listen("tcp", net.JoinHostPort(host, strconv.Itoa(nativePort)))
	if err != nil {
		_ = h.Close()
		return nil, fmt.Errorf("listening for the native protocol: %w", err)
	}
	s := &Server{
		engine: engine, httpListen: h, tcpListen: n, native: NewNativeServer(engine),
		http:   &http.Server{Handler: NewHTTPHandler(engine), ReadHeaderTimeout: 30 * time.Second},
		failed: make(chan error, 2),
	}
	go func() {
		if err := s.http.Serve(h); !errors.Is(err, http.ErrServerClosed) {
			s.failed <- fmt.Errorf("serving HTTP: %w", err)
		}
	}()
	go func() {
		if err := s.native.Serve(n); err != nil {
			s.failed <- err
		}
	}()
	return s, nil
}

// HTTPPort is the port of the HTTP interface.
func (s *Server) HTTPPort() int { return port(s.httpListen) }

// NativePort is the port of the native protocol.
func (s *Server) NativePort() int { return port(s.tcpListen) }

func port(l net.Listener) int {
	if a, ok := l.Addr().(*net.TCPAddr); ok {
		return a.Port
	}
	return 0
}

// Failed delivers the error of a listener that stopped by itself.
func (s *Server) Failed() <-chan error { return s.failed }

// Close stops accepting, ends the running statements and stops the engine.
func (s *Server) Close(ctx context.Context) error {
	_ = s.tcpListen.Close()
	_ = s.httpListen.Close()
	err := s.engine.Close(ctx)
	// The statements have ended, so their answers go out at once.
	if shutdown := s.http.Shutdown(ctx); shutdown != nil {
		_ = s.http.Close()
	}
	s.native.Close(ctx)
	return err
}
