package chserver

import (
	"sync"
	"time"

	"github.com/moose-migrate/moose-migrate/internal/chdb"
)

// namedSession is an HTTP session that outlives its requests.
type namedSession struct {
	session *Session
	busy    bool
	expire  *time.Timer
}

// namedSessions holds the sessions that requests name with session_id.
type namedSessions struct {
	engine *Engine
	mu     sync.Mutex
	open   map[string]*namedSession
}

// acquire finds or opens the session id and locks it; the returned function
// gives it back. A session in use is error 373, and with session_check=1 one
// that is not open is error 372.
func (n *namedSessions) acquire(id string, q *httpRequest) (*Session, func(), error) {
	n.mu.Lock()
	defer n.mu.Unlock()
	s, ok := n.open[id]
	if ok && s.busy {
		return nil, nil, &chdb.Exception{Code: 373, Name: "SESSION_IS_LOCKED", Message: "Session is locked by a concurrent client."}
	}
	if !ok {
		if truthy(q.values.Get("session_check")) {
			return nil, nil, &chdb.Exception{Code: 372, Name: "SESSION_NOT_FOUND", Message: "Session not found."}
		}
		session, err := n.engine.NewSession(q.database)
		if err != nil {
			return nil, nil, err
		}
		s = &namedSession{session: session}
		n.open[id] = s
	} else if q.database != "" {
		if err := s.session.Use(q.database); err != nil {
			return nil, nil, err
		}
	}
	if s.expire != nil {
		s.expire.Stop()
	}
	s.busy = true
	return s.session, func() { n.release(id, s, q) }, nil
}

// release gives the session back and closes it after its timeout, or at once
// when the request asked for that or left it without the right to be changed.
func (n *namedSessions) release(id string, s *namedSession, q *httpRequest) {
	n.mu.Lock()
	defer n.mu.Unlock()
	s.busy = false
	if truthy(q.values.Get("close_session")) || s.session.ReadOnly() {
		delete(n.open, id)
		s.session.Close()
		return
	}
	s.expire = time.AfterFunc(q.sessionTimeout(), func() { n.drop(id, s) })
}

func (n *namedSessions) drop(id string, s *namedSession) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.open[id] == s && !s.busy {
		delete(n.open, id)
		s.session.Close()
	}
}
