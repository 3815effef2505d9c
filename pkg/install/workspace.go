package install

import (
	"encoding/json"
	"path"
	"path/filepath"
	"strings"

	"gopkg.in/yaml.v3"
)

// isMember reports whether the project is a package of the workspace in dir, by the
// patterns in package.json (npm, yarn) or pnpm-workspace.yaml.
func (p *Plan) isMember(dir string, pkg *packageJSON) bool {
	rel, err := filepath.Rel(dir, p.Project)
	if err != nil {
		return false
	}
	member := false
	for _, pattern := range p.patterns(dir, pkg) {
		excluded := strings.HasPrefix(pattern, "!")
		pattern = path.Clean(strings.TrimPrefix(strings.TrimPrefix(pattern, "!"), "/"))
		if matchPath(strings.Split(pattern, "/"), strings.Split(filepath.ToSlash(rel), "/")) {
			member = !excluded
		}
	}
	return member
}

func (p *Plan) patterns(dir string, pkg *packageJSON) []string {
	var list []string
	var object struct {
		Packages []string `json:"packages" yaml:"packages"`
	}
	if json.Unmarshal(pkg.Workspaces, &list) == nil && len(list) > 0 {
		return list
	}
	if json.Unmarshal(pkg.Workspaces, &object) == nil && len(object.Packages) > 0 {
		return object.Packages
	}
	data, err := p.read(dir, "pnpm-workspace.yaml")
	if err != nil || yaml.Unmarshal(data, &object) != nil {
		return nil
	}
	return object.Packages
}

// maxPattern bounds the parts of a pattern: ** is tried at every place.
const maxPattern = 20

// matchPath matches folder by folder; ** stands for any number of folders.
func matchPath(pattern, parts []string) bool {
	if len(pattern) > maxPattern {
		return false
	}
	if len(pattern) == 0 {
		return len(parts) == 0
	}
	if pattern[0] == "**" {
		for i := range len(parts) + 1 {
			if matchPath(pattern[1:], parts[i:]) {
				return true
			}
		}
		return false
	}
	if len(parts) == 0 {
		return false
	}
	ok, err := path.Match(pattern[0], parts[0])
	return err == nil && ok && matchPath(pattern[1:], parts[1:])
}
