package parts

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"crypto/sha512"
	"encoding/base64"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// packedWith makes a package with one file, and says its integrity.
func packedWith(t *testing.T, path, member, content string) string {
	t.Helper()
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	w := tar.NewWriter(z)
	if err := w.WriteHeader(&tar.Header{Name: "package/other", Size: 1, Mode: 0o644}); err != nil {
		t.Fatal(err)
	}
	if _, err := w.Write([]byte("x")); err != nil {
		t.Fatal(err)
	}
	if err := w.WriteHeader(&tar.Header{Name: member, Size: int64(len(content)), Mode: 0o644}); err != nil {
		t.Fatal(err)
	}
	if _, err := w.Write([]byte(content)); err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(w.Close(), z.Close(), os.WriteFile(path, b.Bytes(), 0o644)); err != nil {
		t.Fatal(err)
	}
	sum := sha512.Sum512(b.Bytes())
	return "sha512-" + base64.StdEncoding.EncodeToString(sum[:])
}

func TestOneFileOfAPackageIsKept(t *testing.T) {
	m := newMachine(t)
	integrity := packedWith(t, filepath.Join(m.bin, "made"), "package/a.json", "content")
	m.program("npm", `cp "$BIN/made" made.tgz`)
	pkg := pinnedPackage{"@x/y", "1.2.3", integrity}
	for range 2 {
		path, err := m.packed(t.Context(), "part", "label", "key", pkg, "package/a.json", func(data []byte) ([]byte, error) { return append(data, '!'), nil })
		if err != nil {
			t.Fatal(err)
		}
		if data, err := os.ReadFile(path); err != nil || string(data) != "content!" {
			t.Errorf("%q, %v", data, err)
		}
		if left, _ := filepath.Glob(filepath.Join(filepath.Dir(path), "*.tgz")); len(left) != 0 {
			t.Errorf("the package stayed: %q", left)
		}
	}
	if calls := m.called(); len(calls) != 1 || !strings.Contains(calls[0], "pack") || !strings.Contains(calls[0], "@x/y@1.2.3") {
		t.Errorf("calls: %q", calls)
	}
	_, err := m.packed(t.Context(), "part", "label", "other", pkg, "package/b.json", nil)
	unavailable(t, err, "it has no package/b.json")
	pkg.integrity = "sha512-AAAA"
	_, err = m.packed(t.Context(), "part", "label", "third", pkg, "package/a.json", nil)
	unavailable(t, err, "its integrity is sha512-")
	m.program("npm", "true")
	_, err = m.packed(t.Context(), "part", "label", "fourth", pkg, "package/a.json", nil)
	unavailable(t, err, "npm pack left no package")
	if got := m.entries(); len(got) != 1 {
		t.Errorf("failures left entries: %q", got)
	}
}

func TestFilesThatTheEnvironmentNames(t *testing.T) {
	file := filepath.Join(t.TempDir(), "openapi.json")
	if err := os.WriteFile(file, []byte("{}"), 0o644); err != nil {
		t.Fatal(err)
	}
	m := newMachine(t, EnvGitHubOpenAPI+"="+file, EnvWebhookExamples+"="+file+"x")
	if path, err := m.GitHubOpenAPI(t.Context()); err != nil || path != file {
		t.Errorf("%q, %v", path, err)
	}
	_, err := m.WebhookExamples(t.Context())
	unavailable(t, err, EnvWebhookExamples, "is not a file")
}

func TestTrimOpenAPI(t *testing.T) {
	const doc = `{"openapi":"3.0.3","x-webhooks":{},"paths":{
"/a":{"get":{"parameters":[{"$ref":"#/components/parameters/p"}],"responses":{"200":{"content":{"application/json":{"schema":{"$ref":"#/components/schemas/s"},"examples":{"default":{"$ref":"#/components/examples/e"}}}}}}}},
"/b":{"get":{"responses":{"200":{"$ref":"#/components/responses/unused"}}}}},
"components":{"parameters":{"p":{"name":"p","schema":{"$ref":"#/components/schemas/deep"}}},"examples":{"e":{"value":1}},"responses":{"unused":{}},
"schemas":{"s":{"properties":{"example":{"type":"string","example":"x"},"examples":{"type":"array"},"self":{"$ref":"#/components/schemas/s"}}},"deep":{"type":"string"},"unused":{}}}}`
	data, err := trimOpenAPI([]byte(doc), []string{"/a"})
	if err != nil {
		t.Fatal(err)
	}
	var got, want any
	if err := json.Unmarshal(data, &got); err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal([]byte(`{"openapi":"3.0.3","paths":{"/a":{"get":{"parameters":[{"$ref":"#/components/parameters/p"}],
"responses":{"200":{"content":{"application/json":{"schema":{"$ref":"#/components/schemas/s"}}}}}}}},
"components":{"parameters":{"p":{"name":"p","schema":{"$ref":"#/components/schemas/deep"}}},
"schemas":{"s":{"properties":{"example":{"type":"string"},"examples":{"type":"array"},"self":{"$ref":"#/components/schemas/s"}}},"deep":{"type":"string"}}}}`), &want); err != nil {
		t.Fatal(err)
	}
	a, _ := json.Marshal(got)
	b, _ := json.Marshal(want)
	if !bytes.Equal(a, b) {
		t.Errorf("got  %s\nwant %s", a, b)
	}
	for _, bad := range []string{`{`, `{"paths":{}}`, `{"paths":{"/a":{"$ref":"#/components/schemas/gone"}}}`} {
		if _, err := trimOpenAPI([]byte(bad), []string{"/a"}); err == nil {
			t.Errorf("%s was accepted", bad)
		}
	}
}

func FuzzTrimOpenAPI(f *testing.F) {
	f.Add([]byte(`{"paths":{"/a":{"$ref":"#/components/schemas/s"}},"components":{"schemas":{"s":{"x":[{"$ref":"#/components/schemas/s"}]}}}}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		out, err := trimOpenAPI(data, []string{"/a"})
		if (out == nil) == (err == nil) {
			t.Errorf("%s, %v", out, err)
		}
	})
}
