package ap

import (
	"slices"

	"github.com/moose-migrate/moose-migrate/pkg/diff"
	"github.com/moose-migrate/moose-migrate/pkg/inframap"
	"github.com/moose-migrate/moose-migrate/pkg/review"
)

// edit is an endpoint that the plan adds, changes or removes.
type edit struct {
	*diff.Change
	before, after *inframap.APIEndpoint
}

func edits(s *review.Subject, actions ...diff.Action) []edit {
	var out []edit
	for _, c := range s.Changes(diff.API, actions...) {
		e := edit{Change: c}
		if c.API != nil {
			e.before, e.after = c.API.Before, c.API.After
		}
		out = append(out, e)
	}
	return out
}

// updates are the endpoints that are there before and after.
func updates(s *review.Subject) []edit {
	return slices.DeleteFunc(edits(s, diff.Update), func(e edit) bool { return e.before == nil || e.after == nil })
}

func version(e *inframap.APIEndpoint) string {
	if e == nil || e.Version == nil {
		return ""
	}
	return *e.Version
}

func object(e edit) string { return string(diff.API) + " " + e.Name }

// label is the endpoint in a sentence, with its version where it has one: several
// versions can be there at once.
func label(e edit) string {
	if e.before != nil {
		return withVersion(e.Name, version(e.before))
	}
	return withVersion(e.Name, version(e.after))
}

func withVersion(name, version string) string {
	if version == "" {
		return name
	}
	return name + " (version " + version + ")"
}

func hit(s *review.Subject, e edit, what ...string) review.Hit {
	for _, side := range []*inframap.APIEndpoint{e.before, e.after} {
		if v := version(side); v != "" {
			what = append(what, "version "+v)
			break
		}
	}
	return review.Hit{Object: object(e), Source: s.Source(e.Change), What: what}
}

// address is how an endpoint is called: "GET /api/top/1". Moose serves what reads data
// under /api.
func address(e *inframap.APIEndpoint) string {
	path := e.Path
	if e.APIType.Egress != nil {
		path = "api/" + path
	}
	return e.Method + " /" + path
}

// consumption are both sides of an endpoint that reads data, false for another one.
func consumption(e edit) (before, after *inframap.Egress, ok bool) {
	before, after = e.before.APIType.Egress, e.after.APIType.Egress
	return before, after, before != nil && after != nil
}
