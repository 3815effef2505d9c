// Package declared reads where a project declares its objects.
//
// moose-lib itself tells too little: a line of a compiled file without a column,
// which several declarations can share, for views only a file, in Python a file
// at most. So the scripts that run before moose-lib (preload.cjs for TypeScript,
// prelude.py for Python) watch its registries, and write for every object that is
// registered the innermost place of the stack that is the project's own code: one
// JSON object per line, into a file that only this program knows. The serializer's
// output stays what it is.
package declared

import (
	"bytes"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/go-json-experiment/json"
)

// Variable names the environment variable that tells a script where to write.
const Variable = "MOOSE_MIGRATE_DECLARATIONS"

// FileName is the file's name in the temporary folder of a run.
const FileName = "declarations.jsonl"

// maxBytes bounds what is read: a hundred times what 10,000 objects need.
const maxBytes = 256 << 20

// Object is a declared object as moose-lib knows it.
type Object struct {
	// Section is that of the serializer's output: "tables", "ingestApis".
	Section string `json:"section"`
	Name    string `json:"name"`
	// Version and Database are empty when none is declared.
	Version  string `json:"version"`
	Database string `json:"database"`
}

// Place is where an object is declared. A file without a line is not used: both
// are known, or neither.
type Place struct {
	// File is absolute as written, relative to the project once read by Read.
	File string `json:"file"`
	// Line counts from 1.
	Line int `json:"line"`
}

// Decode reads what a script wrote. Lines that are not understood are passed over,
// since what is not known is only left out; of two lines about one object the last
// counts, and without a place it takes the earlier one away.
func Decode(data []byte) map[Object]Place {
	found := map[Object]Place{}
	for line := range bytes.Lines(data) {
		var record struct {
			Object
			Place
		}
		if json.Unmarshal(line, &record) != nil || record.Section == "" || record.Name == "" {
			continue
		}
		if record.File == "" || record.Line <= 0 {
			delete(found, record.Object)
			continue
		}
		found[record.Object] = record.Place
	}
	return found
}

// Read reads the file that a script wrote. The function path makes a path relative
// to the project at root; places outside of it, in files that do not exist, and in
// packages that lie inside are left out. A file that is missing or cannot be read
// holds no places: nothing but the reader's comfort depends on them.
func Read(file, root string, path func(string) string) map[Object]Place {
	f, err := os.Open(file)
	if err != nil {
		return nil
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, maxBytes))
	if err != nil {
		return nil
	}
	found := Decode(data)
	usable := map[string]bool{}
	for object, place := range found {
		place.File = path(place.File)
		ok, seen := usable[place.File]
		if !seen {
			ok = own(root, place.File)
			usable[place.File] = ok
		}
		if !ok {
			delete(found, object)
			continue
		}
		found[object] = place
	}
	return found
}

// packages are folders of code that is not the project's own.
var packages = []string{"node_modules", "site-packages"}

func own(root, file string) bool {
	if !filepath.IsLocal(file) {
		return false
	}
	for part := range strings.SplitSeq(file, "/") {
		if slices.Contains(packages, part) {
			return false
		}
	}
	info, err := os.Stat(filepath.Join(root, file))
	return err == nil && info.Mode().IsRegular()
}
