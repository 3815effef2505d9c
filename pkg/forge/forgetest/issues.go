package forgetest

import (
	"encoding/json"
	"maps"
	"net/http"
	"slices"
	"strings"

	"github.com/moose-migrate/moose-migrate/pkg/forge"
)

// listIssues gives issues and, as GitHub does, pull requests; newest first.
func (s *Server) listIssues(a *ask) reply {
	q := a.URL.Query()
	state := q.Get("state")
	if state == "" {
		state = "open"
	}
	wanted := func(open bool, labels []string) bool {
		if state != "all" && open != (state == "open") {
			return false
		}
		for l := range strings.SplitSeq(q.Get("labels"), ",") {
			if l != "" && !slices.Contains(labels, l) {
				return false
			}
		}
		return true
	}
	var all []any
	numbers := append(slices.Collect(maps.Keys(s.state.issues)), slices.Collect(maps.Keys(s.state.pulls))...)
	slices.Sort(numbers)
	for _, n := range slices.Backward(numbers) {
		if i := s.state.issues[n]; i != nil {
			if wanted(i.open, i.labels) {
				all = append(all, s.issueObject(a, i))
			}
		} else if p := s.state.pulls[n]; q.Get("type") != "issues" && wanted(p.Open, nil) {
			all = append(all, s.pullAsIssue(a, p))
		}
	}
	return pages(all)
}

// labelNames are those asked for: names on GitHub, numbers on Gitea.
func (s *Server) labelNames(raw []json.RawMessage) ([]string, bool) {
	var names []string
	for _, r := range raw {
		var name string
		var id int64
		if s.o.Flavor == forge.Gitea {
			if json.Unmarshal(r, &id) != nil {
				return nil, false
			}
			for _, l := range s.state.labels {
				if l.id == id {
					name = l.name
				}
			}
		} else if json.Unmarshal(r, &name) != nil {
			return nil, false
		}
		if name != "" {
			names = append(names, s.label(name).name)
		}
	}
	return names, true
}

func (s *Server) createIssue(a *ask) reply {
	var in struct {
		Title  string            `json:"title"`
		Body   string            `json:"body"`
		Labels []json.RawMessage `json:"labels"`
	}
	if a.into(&in) != nil {
		return badJSON()
	}
	labels, valid := s.labelNames(in.Labels)
	if in.Title == "" || !valid {
		return invalid("Issue", "title", "missing_field", "")
	}
	if len([]rune(in.Body)) > CommentDocumented {
		return invalid("Issue", "body", "custom", "body is too long (maximum is 65536 characters)")
	}
	return created(s.issueObject(a, s.addIssue(a.token.Login, in.Title, in.Body, true, labels)))
}

func (s *Server) updateIssue(a *ask) reply {
	i := s.state.issues[a.number()]
	if i == nil {
		return notFound()
	}
	var in struct {
		Title *string `json:"title"`
		Body  *string `json:"body"`
		State *string `json:"state"`
	}
	if a.into(&in) != nil {
		return badJSON()
	}
	if in.Title != nil {
		i.title = *in.Title
	}
	if in.Body != nil {
		if len([]rune(*in.Body)) > CommentDocumented {
			return invalid("Issue", "body", "custom", "body is too long (maximum is 65536 characters)")
		}
		i.body = *in.Body
	}
	if in.State != nil {
		i.open = *in.State == "open"
	}
	i.updated = s.time()
	return ok(s.issueObject(a, i))
}

// labelsOf gives the labels of an issue or a pull request.
func (s *Server) labelsOf(a *ask) reply {
	var names []string
	if i := s.state.issues[a.number()]; i != nil {
		names = i.labels
	} else if p := s.state.pulls[a.number()]; p != nil {
		names = p.Labels
	} else {
		return notFound()
	}
	all := []any{}
	for _, name := range names {
		all = append(all, s.labelObject(a, s.label(name)))
	}
	return pages(all)
}

func (s *Server) listLabels(a *ask) reply {
	var all []any
	for _, l := range s.state.labels {
		all = append(all, s.labelObject(a, l))
	}
	return pages(all)
}

func (s *Server) createLabel(a *ask) reply {
	var in struct {
		Name  string `json:"name"`
		Color string `json:"color"`
	}
	if a.into(&in) != nil {
		return badJSON()
	}
	for _, l := range s.state.labels {
		if strings.EqualFold(l.name, in.Name) {
			return invalid("Label", "name", "already_exists", "")
		}
	}
	if len([]rune(in.Name)) > 50 {
		return invalid("Label", "name", "custom", "name is too long (maximum is 50 characters)")
	}
	l := s.label(in.Name)
	l.color = in.Color
	return reply{status: http.StatusCreated, body: s.labelObject(a, l)}
}
