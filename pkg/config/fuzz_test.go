package config

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// marker stands in for a credential in fuzzed documents.
const marker = "zq7Kx9marker"

func FuzzLoad(f *testing.F) {
	paths, err := filepath.Glob("../../testdata/*/*/" + FileName)
	if err != nil {
		f.Fatal(err)
	}
	for _, path := range paths {
		doc, err := os.ReadFile(path)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(doc, "A=1\n")
	}
	f.Add([]byte(minimal+"[jwt]\nsecret = \""+marker+"\""), "A="+marker)
	f.Add([]byte("[[clickhouse_config.clusters]]\nname = 1\n[redis_config]\nurl = "+marker), "\""+marker)
	f.Add([]byte("language = 'Python'\n[clickhouse_config]\npassword = 1e99\n[migration_config]\nignore_operations = []"), "export A")
	f.Fuzz(func(t *testing.T, doc []byte, dotenv string) {
		env, err := parseDotenv(".env", []byte(dotenv))
		if err != nil && strings.Contains(err.Error(), marker) {
			t.Errorf("shows a value: %v", err)
		}
		s, _, err := parse(FileName, doc, env)
		if err == nil {
			if s.Language == "" || len(s.Databases()) == 0 || s.State.Storage != StorageRedis && s.State.Storage != StorageClickHouse {
				t.Errorf("accepted unfit settings %+v", s)
			}
			return
		}
		if len(err.Error()) == 0 {
			t.Error("an error without text")
		}
	})
}

// FuzzSecretInValue puts a credential where passwords stand, damaged by the
// fuzzed text around it, and looks for it in the error and the warnings.
func FuzzSecretInValue(f *testing.F) {
	f.Add("\"", "\"")
	f.Add("", "")
	f.Add("'", "\n[x]")
	f.Add("[\"", "\"]")
	f.Add("{a=\"", "\"}")
	f.Add("\"\"\"", "\\q")
	f.Fuzz(func(t *testing.T, before, after string) {
		for _, key := range []string{"[clickhouse_config]\npassword", "[jwt]\nsecret", "[redis_config]\nport"} {
			doc := "language = 'Python'\n" + key + " = " + before + marker + after
			_, warnings, err := parse(FileName, []byte(doc), nil)
			// A key may be named; the fuzzed text can turn the marker into one.
			if err != nil && strings.Contains(err.Error(), marker) && !strings.ContainsAny(before+after, "\n\r=.[{,") {
				t.Errorf("%q: %v", doc, err)
			}
			_ = warnings
		}
	})
}
