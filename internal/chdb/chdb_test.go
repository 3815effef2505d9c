package chdb_test

import (
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"testing/iotest"

	"github.com/moose-migrate/moose-migrate/internal/chdb"
)

// engine is the only one of the test process.
var engine struct {
	once sync.Once
	lib  *chdb.Library
	conn *chdb.Conn
	dir  string
	err  error
}

func TestMain(m *testing.M) {
	code := m.Run()
	if engine.conn != nil {
		engine.conn.Close()
	}
	_ = os.RemoveAll(engine.dir)
	os.Exit(code)
}

func open(t *testing.T) *chdb.Conn {
	t.Helper()
	path := os.Getenv("MOOSE_CHDB_LIB")
	if path == "" {
		if os.Getenv("MOOSE_TEST_STRICT") == "1" {
			t.Fatal("MOOSE_CHDB_LIB is not set: it names libchdb.so")
		}
		t.Skip("MOOSE_CHDB_LIB is not set: it names libchdb.so")
	}
	engine.once.Do(func() {
		signal.Ignore(syscall.SIGPIPE)
		if engine.lib, engine.err = chdb.Open(path); engine.err != nil {
			return
		}
		if engine.dir, engine.err = os.MkdirTemp("", "chdb"); engine.err != nil {
			return
		}
		engine.conn, engine.err = engine.lib.Connect("--path=" + engine.dir)
	})
	if engine.err != nil {
		t.Fatal(engine.err)
	}
	conn, err := engine.lib.Connect("--path=" + engine.dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(conn.Close)
	return conn
}

func TestOpenRefusesWhatIsNoEngine(t *testing.T) {
	text := filepath.Join(t.TempDir(), "lib.so")
	if err := os.WriteFile(text, []byte("no library"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{filepath.Join(t.TempDir(), "missing.so"), text, "libc.so.6"} {
		if _, err := chdb.Open(path); !errors.Is(err, chdb.ErrLibrary) || !strings.Contains(err.Error(), path) {
			t.Errorf("%s: %v", path, err)
		}
	}
}

func TestQuery(t *testing.T) {
	conn := open(t)
	res, err := conn.Query("SELECT {a:String}, {b:UInt8}", "TSV", chdb.Param{Name: "a", Value: `x\n\\`}, chdb.Param{Name: "b", Value: "7"})
	if err != nil || string(res.Data) != "x\\n\\\\\t7\n" || res.RowsRead != 1 {
		t.Errorf("%q, %d rows, %v", res.Data, res.RowsRead, err)
	}
	res, err = conn.Query("SELECT ''", "RawBLOB")
	if err != nil || len(res.Data) != 0 {
		t.Errorf("%q, %v", res.Data, err)
	}
	_, err = conn.Query("SELECT * FROM nope", "TSV")
	var e *chdb.Exception
	if !errors.As(err, &e) || e.Code != 60 || e.Name != "UNKNOWN_TABLE" {
		t.Errorf("%v", err)
	}
	zero := "a\x00b"
	res, err = conn.Query("SELECT length('"+zero+"')", "TSV")
	if err != nil || string(res.Data) != "3\n" {
		t.Errorf("zero byte: %q, %v", res.Data, err)
	}
}

func TestSessionsAreApart(t *testing.T) {
	a, b := open(t), open(t)
	for _, sql := range []string{"CREATE DATABASE one", "USE one", "SET max_threads = 3", "CREATE TEMPORARY TABLE tmp (x Int8)"} {
		if _, err := a.Query(sql, "Null"); err != nil {
			t.Fatalf("%s: %v", sql, err)
		}
	}
	res, err := b.Query("SELECT currentDatabase() != 'one', getSetting('max_threads') != 3", "TSV")
	if err != nil || string(res.Data) != "1\t1\n" {
		t.Errorf("%q, %v", res.Data, err)
	}
	if _, err := b.Query("SELECT * FROM tmp", "Null"); err == nil {
		t.Error("a temporary table is seen by another session")
	}
}

func TestInsert(t *testing.T) {
	conn := open(t)
	if _, err := conn.Query("CREATE TABLE t (a Int32, b String) ENGINE = MergeTree ORDER BY a", "Null"); err != nil {
		t.Fatal(err)
	}
	const rows = 200_000 // several chunks
	var data strings.Builder
	for i := range rows {
		fmt.Fprintf(&data, "%d\trow %d\n", i, i)
	}
	res, err := conn.Insert("INSERT INTO {t:Identifier}", "TSV", iotest.HalfReader(strings.NewReader(data.String())), chdb.Param{Name: "t", Value: "t"})
	if err != nil || res.RowsWritten != rows {
		t.Fatalf("%d rows, %v", res.RowsWritten, err)
	}
	var e *chdb.Exception
	if _, err := conn.Insert("INSERT INTO t", "TSV", strings.NewReader("1\tx\nnope\tx\n")); !errors.As(err, &e) || e.Code != 27 {
		t.Errorf("bad data: %v", err)
	}
	if _, err := conn.Insert("INSERT INTO nope", "TSV", strings.NewReader("")); !errors.As(err, &e) || e.Code != 60 {
		t.Errorf("no table: %v", err)
	}
	for _, cut := range []error{io.ErrUnexpectedEOF, errors.New("gone")} {
		if _, err := conn.Insert("INSERT INTO t", "TSV", io.MultiReader(strings.NewReader("1\tx\n"), iotest.ErrReader(cut))); !errors.Is(err, cut) {
			t.Errorf("a reader that fails with %v: %v", cut, err)
		}
	}
	out, err := conn.Query("SELECT count() FROM t", "TSV")
	if err != nil || string(out.Data) != fmt.Sprintf("%d\n", rows) {
		t.Errorf("%q, %v", out.Data, err)
	}
}

func TestClassify(t *testing.T) {
	conn := open(t)
	for sql, want := range map[string]chdb.Analysis{
		"SELECT 1":               {Statements: 1, Class: chdb.ReadOnly},
		"SHOW TABLES":            {Statements: 1, Class: chdb.ReadOnly},
		"DROP TABLE x":           {Statements: 1, Class: chdb.Mutating},
		"SET max_threads = 1":    {Statements: 1, Class: chdb.Control},
		"SELECT 1; DROP TABLE x": {Statements: 2, Class: chdb.Mutating},
		"nonsense )":             {Statements: 0, Class: chdb.Unknown},
		"":                       {Statements: 0, Class: chdb.Unknown},
	} {
		got, err := conn.Classify(sql)
		if err != nil || got != want {
			t.Errorf("%q: %+v, %v", sql, got, err)
		}
	}
}

func TestClosed(t *testing.T) {
	conn := open(t)
	conn.Close()
	conn.Close()
	if _, err := conn.Query("SELECT 1", "TSV"); !errors.Is(err, chdb.ErrClosed) {
		t.Error(err)
	}
	if _, err := conn.Insert("INSERT INTO t", "TSV", strings.NewReader("")); !errors.Is(err, chdb.ErrClosed) {
		t.Error(err)
	}
	if _, err := conn.Classify("SELECT 1"); !errors.Is(err, chdb.ErrClosed) {
		t.Error(err)
	}
}
