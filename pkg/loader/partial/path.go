package partial

import (
	"net/url"
	"path/filepath"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/moose-migrate/moose-migrate/pkg/inframap"
)

// Relative returns a path function that writes paths below any of the roots
// relative to it, with slashes; roots are absolute. Module URLs (file://…) become
// paths first. Paths outside the roots stay.
func Relative(roots ...string) func(string) string {
	return func(p string) string {
		if rest, ok := strings.CutPrefix(p, "file://"); ok {
			if plain, err := url.PathUnescape(rest); err == nil {
				p = plain
			}
		}
		for _, root := range roots {
			if rel, err := filepath.Rel(root, p); err == nil && rel != ".." && !strings.HasPrefix(rel, "../") {
				return filepath.ToSlash(rel)
			}
		}
		return p
	}
}

// metadata reads the description and the source file. The line and whatever else
// the user wrote are dropped, as Moose does, so that moving a declaration inside
// its file changes no map.
func (c *converter) metadata(o *object) *inframap.Metadata {
	child := o.child("metadata")
	if child == nil {
		return nil
	}
	m := &inframap.Metadata{Description: child.text("description")}
	if source := child.child("source"); source != nil {
		m.Source = c.source(source.required("file"))
	}
	return m
}

func (c *converter) source(file string) *inframap.SourceLocation {
	return &inframap.SourceLocation{File: c.opts.Path(file)}
}

// rawMetadata is metadata for objects that stay raw JSON.
func (c *converter) rawMetadata(o *object) (jsontext.Value, bool) {
	m := c.metadata(o)
	if m == nil {
		return nil, false
	}
	raw, err := json.Marshal(m, json.Deterministic(true))
	if err != nil {
		o.fail(o.where, err.Error())
		return nil, false
	}
	return raw, true
}
