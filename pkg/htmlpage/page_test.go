package htmlpage_test

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/moose-migrate/moose-migrate/pkg/htmlpage"
	"github.com/moose-migrate/moose-migrate/pkg/report"
)

var update = flag.Bool("update", false, "write the golden files anew")

func html(t testing.TB, r *report.Report) string {
	t.Helper()
	var b bytes.Buffer
	if err := htmlpage.Write(&b, r, htmlpage.Options{Environment: "production", Commit: "1a2b3c4d5e6f7a8b9c0d1e2f3a4b5c6d7e8f9a0b", ToolVersion: "1.2.3"}); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestGolden(t *testing.T) {
	for name, r := range situations(t) {
		t.Run(name, func(t *testing.T) {
			got, file := html(t, r), filepath.Join("testdata", name+".html")
			if *update {
				if err := os.MkdirAll("testdata", 0o755); err != nil {
					t.Fatal(err)
				}
				if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(file)
			if err != nil {
				t.Fatalf("%v; run the test with -update to write it", err)
			}
			if d := cmp.Diff(string(want), got); d != "" {
				t.Errorf("%s differs (-want +got); run the test with -update if that is meant:\n%s", file, d)
			}
		})
	}
}
