package parts

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// machine is a computer whose only programs are shell scripts made by a test.
type machine struct {
	t     *testing.T
	bin   string
	calls string // file to which every script appends its name and arguments
	*Store
	said *strings.Builder
}

// newMachine makes a store whose PATH holds nothing but fake programs.
func newMachine(t *testing.T, environ ...string) *machine {
	t.Helper()
	m := &machine{t: t, bin: t.TempDir(), said: &strings.Builder{}}
	m.calls = filepath.Join(t.TempDir(), "calls")
	var err error
	m.Store, err = New(Options{Environ: append([]string{"PATH=" + m.bin}, environ...), Dir: filepath.Join(t.TempDir(), "cache"), Progress: m.said})
	if err != nil {
		t.Fatal(err)
	}
	m.patience = time.Hour
	return m
}

// program adds a shell script to the machine; the system's programs are on
// its own PATH.
func (m *machine) program(name, body string) {
	m.t.Helper()
	text := "#!/bin/sh\nBIN='" + m.bin + "'\nPATH=/usr/bin:/bin\necho " + name + " \"$@\" >> '" + m.calls + "'\n" + body + "\n"
	if err := os.WriteFile(filepath.Join(m.bin, name), []byte(text), 0o755); err != nil {
		m.t.Fatal(err)
	}
}

// called returns the calls so far, one a line.
func (m *machine) called() []string {
	data, _ := os.ReadFile(m.calls)
	return strings.Split(strings.TrimSuffix(string(data), "\n"), "\n")
}

// entries lists the cache without its lock files.
func (m *machine) entries() []string {
	m.t.Helper()
	found, err := os.ReadDir(m.Dir())
	if err != nil {
		m.t.Fatal(err)
	}
	var names []string
	for _, e := range found {
		if !strings.HasSuffix(e.Name(), ".lock") {
			names = append(names, e.Name())
		}
	}
	return names
}

// unavailable asserts that err is *Unavailable with the words in its text.
func unavailable(t *testing.T, err error, words ...string) {
	t.Helper()
	var u *Unavailable
	if !errors.As(err, &u) {
		t.Fatalf("error is %v, want *Unavailable", err)
	}
	if u.Part == "" || u.Why == "" || u.Remedy == "" {
		t.Errorf("incomplete: %#v", u)
	}
	for _, w := range words {
		if !strings.Contains(err.Error(), w) {
			t.Errorf("error lacks %q: %v", w, err)
		}
	}
}
