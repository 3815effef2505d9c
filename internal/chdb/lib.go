// Package chdb binds the ClickHouse engine that ships as a shared library
// (libchdb.so) without cgo. It knows connections, queries with parameters,
// streaming inserts, statement classification and the engine's error text, and
// nothing about servers or protocols.
//
// One process can run one engine on one data directory. The engine starts with
// the first connection and stops when the last one is closed, so callers keep
// one connection open for as long as they need it.
package chdb

import (
	"errors"
	"fmt"
	"unsafe"

	"github.com/ebitengine/purego"
)

// ErrLibrary is matched by every error about a library that cannot be used:
// missing file, wrong architecture, or a version without a needed function.
var ErrLibrary = errors.New("the ClickHouse engine library cannot be used")

// Library is a loaded engine library. Its functions may be called from any
// goroutine. A library cannot be unloaded.
type Library struct {
	path string
	fn   functions
}

// functions are the C entry points in use, named as in chdb.h of chDB 26.7.
// Every pointer is passed as unsafe.Pointer so that no Go value is turned into
// an integer the garbage collector cannot see.
type functions struct {
	version            func() unsafe.Pointer
	setSignalHandlers  func(enabled int32)
	connect            func(argc int32, argv unsafe.Pointer) unsafe.Pointer
	closeConn          func(handle unsafe.Pointer)
	query              func(conn, sql unsafe.Pointer, sqlLen uintptr, format unsafe.Pointer, formatLen uintptr, names, nameLens, values, valueLens unsafe.Pointer, count uintptr) unsafe.Pointer
	destroyResult      func(result unsafe.Pointer)
	resultBuffer       func(result unsafe.Pointer) unsafe.Pointer
	resultLength       func(result unsafe.Pointer) uintptr
	resultError        func(result unsafe.Pointer) unsafe.Pointer
	resultElapsed      func(result unsafe.Pointer) float64
	resultRowsRead     func(result unsafe.Pointer) uint64
	resultBytesRead    func(result unsafe.Pointer) uint64
	storageRowsRead    func(result unsafe.Pointer) uint64
	storageBytesRead   func(result unsafe.Pointer) uint64
	resultRowsWritten  func(result unsafe.Pointer) uint64
	resultBytesWritten func(result unsafe.Pointer) uint64
	insert             func(conn, sql unsafe.Pointer, sqlLen uintptr, format unsafe.Pointer, formatLen uintptr, names, nameLens, values, valueLens unsafe.Pointer, count uintptr) unsafe.Pointer
	insertAppend       func(stream, data unsafe.Pointer, length uintptr) int32
	insertDone         func(stream unsafe.Pointer) unsafe.Pointer
	insertCancel       func(stream unsafe.Pointer)
	insertError        func(stream unsafe.Pointer) unsafe.Pointer
	insertDestroy      func(stream unsafe.Pointer)
	classify           func(conn, sql unsafe.Pointer, sqlLen uintptr, database unsafe.Pointer, databaseLen uintptr, out unsafe.Pointer) int32
}

// Open loads the library at path and switches off the engine's own signal
// handlers: with them on, a fault that Go could recover from blocks the
// faulting goroutine for good and makes every later query fail. The caller
// must ignore SIGPIPE before, because the engine writes to sockets on threads
// that the Go runtime does not know.
func Open(path string) (*Library, error) {
	handle, err := purego.Dlopen(path, purego.RTLD_NOW|purego.RTLD_LOCAL)
	if err != nil {
		return nil, fmt.Errorf("%w: loading %q: %w", ErrLibrary, path, err)
	}
	l := &Library{path: path}
	for name, target := range l.fn.symbols() {
		if _, err := purego.Dlsym(handle, name); err != nil {
			return nil, fmt.Errorf("%w: %q has no function %s; chDB 26.7.3 or newer is needed", ErrLibrary, path, name)
		}
		purego.RegisterLibFunc(target, handle, name)
	}
	l.fn.setSignalHandlers(0)
	return l, nil
}

func (f *functions) symbols() map[string]any {
	return map[string]any{
		"chdb_version":                     &f.version,
		"chdb_set_signal_handlers_enabled": &f.setSignalHandlers,
		"chdb_connect":                     &f.connect,
		"chdb_close_conn":                  &f.closeConn,
		"chdb_query_with_params_n":         &f.query,
		"chdb_destroy_query_result":        &f.destroyResult,
		"chdb_result_buffer":               &f.resultBuffer,
		"chdb_result_length":               &f.resultLength,
		"chdb_result_error":                &f.resultError,
		"chdb_result_elapsed":              &f.resultElapsed,
		"chdb_result_rows_read":            &f.resultRowsRead,
		"chdb_result_bytes_read":           &f.resultBytesRead,
		"chdb_result_storage_rows_read":    &f.storageRowsRead,
		"chdb_result_storage_bytes_read":   &f.storageBytesRead,
		"chdb_result_rows_written":         &f.resultRowsWritten,
		"chdb_result_bytes_written":        &f.resultBytesWritten,
		"chdb_stream_insert_with_params_n": &f.insert,
		"chdb_stream_append":               &f.insertAppend,
		"chdb_stream_done":                 &f.insertDone,
		"chdb_stream_cancel_insert":        &f.insertCancel,
		"chdb_stream_insert_error":         &f.insertError,
		"chdb_destroy_insert_stream":       &f.insertDestroy,
		"chdb_classify_query_n":            &f.classify,
	}
}

// Version is the version of the library, for example "26.7.3". It is not the
// ClickHouse version, which SELECT version() tells.
func (l *Library) Version() string { return goString(l.fn.version()) }

// Path is the file the library was loaded from.
func (l *Library) Path() string { return l.path }

// goString copies a NUL-terminated C string; nil gives "".
func goString(p unsafe.Pointer) string {
	if p == nil {
		return ""
	}
	n := 0
	for *(*byte)(unsafe.Add(p, n)) != 0 {
		n++
	}
	return string(unsafe.Slice((*byte)(p), n))
}
