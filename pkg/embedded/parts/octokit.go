package parts

import (
	"archive/tar"
	"compress/gzip"
	"context"
	"crypto/sha512"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
)

// Environment variables that name files to use instead of the pinned releases.
const (
	EnvGitHubOpenAPI   = "MOOSE_GITHUB_OPENAPI"   // GitHub's description of its REST API
	EnvWebhookExamples = "MOOSE_WEBHOOK_EXAMPLES" // examples of GitHub's events
)

// maxPacked is the largest file that is taken out of a package, in bytes.
const maxPacked = 64 << 20

// GitHubOpenAPI returns the path of GitHub's description of its REST API (OpenAPI 3.0), cut
// down to the paths in githubPaths and what these refer to, without examples, so that it
// loads fast.
func (s *Store) GitHubOpenAPI(ctx context.Context) (string, error) {
	const part = "github-openapi"
	if path := s.env.get(EnvGitHubOpenAPI); path != "" {
		return s.given(part, EnvGitHubOpenAPI, path)
	}
	key := octokitOpenAPI.version + "-" + shortHash([]byte(strings.Join(githubPaths, " ")))
	return s.packed(ctx, part, "GitHub's API description", key, octokitOpenAPI, "package/generated/api.github.com.json", func(data []byte) ([]byte, error) {
		return trimOpenAPI(data, githubPaths)
	})
}

// WebhookExamples returns the path of a JSON file with examples of GitHub's events, as
// GitHub publishes them.
func (s *Store) WebhookExamples(ctx context.Context) (string, error) {
	const part = "webhook-examples"
	if path := s.env.get(EnvWebhookExamples); path != "" {
		return s.given(part, EnvWebhookExamples, path)
	}
	return s.packed(ctx, part, "examples of GitHub's events", octokitExamples.version, octokitExamples, "package/api.github.com/index.json", nil)
}

// given is a file that the environment names.
func (s *Store) given(part, variable, path string) (string, error) {
	if !isFile(path) {
		return "", &Unavailable{
			Part: part, Why: fmt.Sprintf("%s names %s, which is not a file", variable, path),
			Remedy: "Correct the path, or unset the variable to have the pinned release fetched.",
		}
	}
	return filepath.Abs(path)
}

// packed keeps one file of an npm package, changed by change, and returns its path. The
// package is not installed: its other files are hundreds of megabytes.
func (s *Store) packed(ctx context.Context, part, label, key string, pkg pinnedPackage, member string, change func([]byte) ([]byte, error)) (string, error) {
	dir, err := s.Build(ctx, label+" from npm", part, key, func(ctx context.Context, tmp, _ string) error {
		_, err := s.run(ctx, client{
			part: part, program: "npm", dir: tmp, args: []string{"pack", "--loglevel=error", pkg.name + "@" + pkg.version},
			remedy: "See what npm says; it needs its registry, or a filled cache, to answer.",
		})
		if err != nil {
			return err
		}
		archives, err := filepath.Glob(filepath.Join(tmp, "*.tgz"))
		if err != nil || len(archives) != 1 {
			return &Unavailable{Part: part, Why: "npm pack left no package", Remedy: "Run `npm pack " + pkg.name + "@" + pkg.version + "` and see what it says.", Err: err}
		}
		data, err := unpack(archives[0], member, pkg.integrity)
		if err == nil && change != nil {
			data, err = change(data)
		}
		if err != nil {
			return &Unavailable{Part: part, Why: fmt.Sprintf("%s %s cannot be used: %v", pkg.name, pkg.version, err), Remedy: "Fetch it again; if that does not help, its registry serves something else.", Err: err}
		}
		if err := os.Remove(archives[0]); err != nil {
			return fmt.Errorf("removing the package: %w", err)
		}
		return os.WriteFile(filepath.Join(tmp, part+".json"), data, 0o644)
	})
	if err != nil {
		return "", err
	}
	return filepath.Join(dir, part+".json"), nil
}

// unpack checks a package against npm's integrity and reads one file out of it.
func unpack(archive, member, integrity string) ([]byte, error) {
	f, err := os.Open(archive)
	if err != nil {
		return nil, fmt.Errorf("opening the package: %w", err)
	}
	defer f.Close()
	sum := sha512.New()
	if _, err := io.Copy(sum, f); err != nil {
		return nil, fmt.Errorf("reading the package: %w", err)
	}
	if got := "sha512-" + base64.StdEncoding.EncodeToString(sum.Sum(nil)); got != integrity {
		return nil, fmt.Errorf("its integrity is %s, not %s", got, integrity)
	}
	if _, err := f.Seek(0, io.SeekStart); err != nil {
		return nil, fmt.Errorf("reading the package: %w", err)
	}
	z, err := gzip.NewReader(f)
	if err != nil {
		return nil, fmt.Errorf("unpacking: %w", err)
	}
	for t := tar.NewReader(z); ; {
		header, err := t.Next()
		if errors.Is(err, io.EOF) {
			return nil, fmt.Errorf("it has no %s", member)
		}
		if err != nil {
			return nil, fmt.Errorf("unpacking: %w", err)
		}
		if header.Name != member {
			continue
		}
		data, err := io.ReadAll(io.LimitReader(t, maxPacked+1))
		if err == nil && len(data) > maxPacked {
			err = fmt.Errorf("%s has more than %d MB", member, maxPacked>>20)
		}
		return data, err
	}
}

// trimOpenAPI keeps the paths and every component that they refer to, and drops examples.
func trimOpenAPI(data []byte, paths []string) ([]byte, error) {
	var doc map[string]any
	if err := json.Unmarshal(data, &doc); err != nil {
		return nil, fmt.Errorf("reading the description: %w", err)
	}
	all, _ := doc["paths"].(map[string]any)
	kept := map[string]any{}
	for _, path := range paths {
		item, ok := all[path]
		if !ok {
			return nil, fmt.Errorf("the description has no path %s", path)
		}
		kept[path] = dropExamples(item, false)
	}
	doc["paths"] = kept
	components, _ := doc["components"].(map[string]any)
	used := map[string]any{}
	if err := follow(kept, components, used); err != nil {
		return nil, err
	}
	doc["components"] = used
	for _, name := range []string{"x-webhooks", "tags", "externalDocs", "servers"} {
		delete(doc, name)
	}
	return json.Marshal(doc)
}

// dropExamples removes examples, except properties that are called so.
func dropExamples(node any, properties bool) any {
	switch n := node.(type) {
	case map[string]any:
		for name, value := range n {
			if !properties && (name == "examples" || name == "example") {
				delete(n, name)
				continue
			}
			n[name] = dropExamples(value, !properties && name == "properties")
		}
	case []any:
		for i := range n {
			n[i] = dropExamples(n[i], false)
		}
	}
	return node
}

// follow copies the components that node refers to, and what these refer to.
func follow(node any, from, to map[string]any) error {
	switch n := node.(type) {
	case map[string]any:
		if ref, ok := n["$ref"].(string); ok {
			kind, name, _ := strings.Cut(strings.TrimPrefix(ref, "#/components/"), "/")
			group, _ := from[kind].(map[string]any)
			target, there := group[name]
			if !there {
				return fmt.Errorf("the description refers to %s, which it does not have", ref)
			}
			copied, _ := to[kind].(map[string]any)
			if copied == nil {
				copied = map[string]any{}
				to[kind] = copied
			}
			if _, done := copied[name]; done {
				return nil
			}
			copied[name] = dropExamples(target, false)
			return follow(target, from, to)
		}
		for _, value := range n {
			if err := follow(value, from, to); err != nil {
				return err
			}
		}
	case []any:
		for _, value := range n {
			if err := follow(value, from, to); err != nil {
				return err
			}
		}
	}
	return nil
}
