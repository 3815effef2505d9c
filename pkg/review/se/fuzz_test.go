package se

import "testing"

// FuzzDangers reads workflows that anyone can have written: whatever they are, it names a
// job and a line of theirs, or nothing.
func FuzzDangers(f *testing.F) {
	for _, seed := range []string{
		"", "on: push", "on: [pull_request_target]\njobs: {}", "- [", "on: pull_request_target\njobs:\n  a:\n    steps:\n      -\n      - uses:\n      - run: x\n",
		"on: pull_request_target\njobs:\n  plan:\n    runs-on: ubuntu-latest\n    steps:\n      - uses: actions/checkout@v4\n        with: { ref: '${{ github.head_ref }}' }\n      - run: npx moose plan\n",
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, content []byte) {
		for _, d := range dangers(content) {
			if d.job == "" || d.line < 1 {
				t.Errorf("no place: %+v", d)
			}
		}
	})
}

func TestHowConnectionsAreProtected(t *testing.T) {
	for address, want := range map[string]bool{
		"db.example.com:9000": true, "8.8.8.8:9000": true, "[2001:4860:4860::8888]:9000": true, "example.com.": true,
		"localhost:9000": false, "LOCALHOST.:9000": false, "127.0.0.1:9000": false, "[::1]:9000": false, "10.0.0.1:9000": false, "clickhouse:9000": false, "ch.internal:9000": false, "": false,
	} {
		if remote(address) != want {
			t.Errorf("%q is remote: %v", address, !want)
		}
	}
}

func TestRightsToWrite(t *testing.T) {
	for line, want := range map[string]int{
		"GRANT ALL ON *.* TO default WITH GRANT OPTION":                                    1,
		"GRANT SELECT, INSERT, ALTER UPDATE(a, b), CREATE TABLE ON local.* TO app":         3,
		"GRANT SELECT(a, b), SHOW, dictGet, CREATE TEMPORARY TABLE, SOURCES ON *.* TO app": 0,
		"GRANT readers TO app": 0, "": 0,
	} {
		if got := writing([]string{line}); len(got) != want {
			t.Errorf("%q: %q, want %d", line, got, want)
		}
	}
}

func TestNoSecretIsSeenWhereThereIsNone(t *testing.T) {
	for _, sql := range []string{
		"SELECT 1", "SELECT 'changeme'", "SELECT * FROM s3('http://b/x.csv', '<key>', '${SECRET}', 'CSV', 'a String')", "SELECT * FROM s3('http://b/x.csv', NOSIGN, 'CSV')",
		"SELECT * FROM s3('http://b/x.csv', '__MOOSE_RUNTIME_ENV__:KEY', '__MOOSE_RUNTIME_ENV__:SECRET', 'CSV')", "SELECT 'ghp_short', 'sk-proj', 'eyJ.eyJ.x'",
	} {
		if found := known(sql); len(found) > 0 || random(sql) {
			t.Errorf("%s: %q, random %v", sql, found, random(sql))
		}
	}
}
