// Package policy reads moose-migrate.yml: what a project decides about its own plans.
// It lies beside moose.config.toml and is reviewed like code.
package policy

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"strings"

	"gopkg.in/yaml.v3"

	"github.com/moose-migrate/moose-migrate/pkg/diff"
	"github.com/moose-migrate/moose-migrate/pkg/schema"
)

// File is the name of the file in the project's folder.
const File = "moose-migrate.yml"

// Policy is the content of the file; the zero value is that of a project without one.
type Policy struct {
	// Ignore are differences that are left out of plans and of drift.
	Ignore []Ignore `yaml:"ignore"`
	// Renames are tables and columns that have another name now.
	Renames []Rename `yaml:"renames"`
}

// Ignore leaves out the differences of objects that match a pattern: all of them, or
// those whose attribute matches one. Patterns are those of a shell: * and ?.
type Ignore struct {
	// Objects are "name" or "database.name".
	Objects []string `yaml:"objects"`
	// Attributes are named as a plan names them: "TTL", "setting merge_*",
	// "column note: comment", "column *: codec", "table comment".
	Attributes []string `yaml:"attributes"`
}

// Rename says what a table, or columns of it, are called now.
type Rename struct {
	// Table is the table's old name, with its database unless that is the default one.
	Table string `yaml:"table"`
	// To is its new name, empty when only columns are renamed.
	To string `yaml:"to"`
	// Columns maps old names to new ones.
	Columns map[string]string `yaml:"columns"`
}

// Load reads the file of a project, none when there is no such file. An error names
// the file and the line.
func Load(root string) (*Policy, error) { return LoadFile(root, "") }

// LoadFile reads a file that someone named, relative to the project; it must be there.
// An empty name stands for the usual one.
func LoadFile(root, name string) (*Policy, error) {
	shown := cmp.Or(name, File)
	path := shown
	if !filepath.IsAbs(path) {
		path = filepath.Join(root, path)
	}
	data, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) && name == "" {
		return &Policy{}, nil
	}
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", shown, err)
	}
	p, err := Parse(data)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", shown, err)
	}
	return p, nil
}

// Parse reads the file's content. Unknown keys are errors: a misspelled one must not
// pass for a rule.
func Parse(data []byte) (*Policy, error) {
	p := &Policy{}
	dec := yaml.NewDecoder(bytes.NewReader(data))
	dec.KnownFields(true)
	if err := dec.Decode(p); err != nil && !errors.Is(err, io.EOF) {
		return nil, explain(err)
	}
	if err := dec.Decode(&Policy{}); !errors.Is(err, io.EOF) {
		return nil, errors.New("it holds a second document; put everything into one")
	}
	return p, p.check()
}

// unknownKey is how the library says that a key is not known.
var unknownKey = regexp.MustCompile(`^(line \d+): field (.*) not found in type policy\.(\w+)$`)

// knownKeys are the keys of each type, for messages.
var knownKeys = map[string]string{"Policy": "ignore, renames", "Ignore": "objects, attributes", "Rename": "table, to, columns"}

// explain says an error of the library in words for people.
func explain(err error) error {
	var typed *yaml.TypeError
	if !errors.As(err, &typed) {
		return errors.New(strings.TrimPrefix(err.Error(), "yaml: "))
	}
	messages := make([]string, len(typed.Errors))
	for i, m := range typed.Errors {
		messages[i] = m
		if parts := unknownKey.FindStringSubmatch(m); parts != nil {
			messages[i] = fmt.Sprintf("%s: the key %q is not known here; known are %s", parts[1], parts[2], knownKeys[parts[3]])
		}
	}
	return errors.New(strings.Join(messages, "; "))
}

func (p *Policy) check() error {
	for i, rule := range p.Ignore {
		where := fmt.Sprintf("ignore, entry %d", i+1)
		if len(rule.Objects)+len(rule.Attributes) == 0 {
			return fmt.Errorf("%s: name objects, attributes or both; an empty entry would ignore everything", where)
		}
		for _, pattern := range append(append([]string{}, rule.Objects...), rule.Attributes...) {
			if _, err := path.Match(pattern, ""); err != nil || pattern == "" {
				return fmt.Errorf("%s: %q is no pattern; * stands for any text, ? for one character", where, pattern)
			}
		}
	}
	for i, r := range p.Renames {
		where := fmt.Sprintf("renames, entry %d", i+1)
		switch {
		case r.Table == "":
			return fmt.Errorf("%s: table is missing; it is the name before the rename", where)
		case r.To == "" && len(r.Columns) == 0:
			return fmt.Errorf("%s (%s): say the new name of the table (to), or those of its columns (columns)", where, r.Table)
		case r.To == r.Table:
			return fmt.Errorf("%s (%s): it has the same name before and after", where, r.Table)
		}
		for from, to := range r.Columns {
			if from == "" || to == "" || from == to {
				return fmt.Errorf("%s (%s): column %q: %q is no new name for it", where, r.Table, from, to)
			}
		}
	}
	return nil
}

// Apply adds the rules to the options of a comparison. database is the one of names
// without a database.
func (p *Policy) Apply(o *diff.Options, database string) {
	for _, rule := range p.Ignore {
		o.Ignore = append(o.Ignore, diff.IgnoreRule{Objects: rule.Objects, Attributes: rule.Attributes})
	}
	for _, r := range p.Renames {
		from := name(r.Table, database)
		to := from
		if r.To != "" {
			to = name(r.To, from.Database)
		}
		o.Renames = append(o.Renames, diff.Rename{Table: from, To: to, Columns: r.Columns})
	}
}

func name(text, database string) schema.Name {
	if db, object, ok := strings.Cut(text, "."); ok {
		return schema.Name{Database: db, Object: object}
	}
	return schema.Name{Database: database, Object: text}
}
