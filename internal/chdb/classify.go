package chdb

import (
	"errors"
	"runtime"
	"unsafe"
)

// Class says what a statement does to state that outlives it. The values are
// those of chdb_query_class in chdb.h.
type Class uint32

// The classes, from harmless to unknown.
const (
	ReadOnly       Class = iota // SELECT, SHOW, DESCRIBE, EXPLAIN, EXISTS, CHECK
	Mutating                    // INSERT, CREATE, ALTER, DROP, … inside a database
	MutatingGlobal              // functions, named collections, access, the system database
	Control                     // USE, SET, ATTACH, DETACH, SYSTEM, KILL, …
	Unknown                     // did not parse, or is not classified by this version
)

// Analysis is the parser's view of a text, without running it.
type Analysis struct {
	// Statements is how many executable statements the text holds; 0 for an
	// empty or malformed text.
	Statements int
	// Class is the most restricted class among them.
	Class Class
}

// analysisV1 mirrors chdb_query_analysis_v1.
type analysisV1 struct {
	structSize, statementCount, flags, queryClass uint32
}

// Classify asks the engine's parser about sql. Text that does not parse is not
// an error: its class is Unknown.
func (c *Conn) Classify(sql string) (Analysis, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	conn, err := c.raw()
	if err != nil {
		return Analysis{}, err
	}
	call := newCall(sql, "", nil)
	defer call.release()
	out := &analysisV1{structSize: uint32(unsafe.Sizeof(analysisV1{}))}
	call.pin.Pin(out)
	state := c.lib.fn.classify(conn, call.sql, call.sqlLen, nil, 0, unsafe.Pointer(out))
	runtime.KeepAlive(out)
	if state != 0 {
		return Analysis{}, errors.New("the engine could not classify the statement")
	}
	return Analysis{Statements: int(out.statementCount), Class: Class(out.queryClass)}, nil
}
