package forgetest

import (
	"net/http"
	"slices"
	"strings"

	"github.com/moose-migrate/moose-migrate/pkg/forge"
)

// exists reports whether a number is an issue or a pull request.
func (s *Server) exists(number int) bool {
	return s.state.issues[number] != nil || s.state.pulls[number] != nil
}

func (s *Server) comment(a *ask) *comment {
	id := max(a.num("comment_id"), a.num("id"))
	for _, m := range s.state.comments {
		if m.id == id {
			return m
		}
	}
	return nil
}

func (a *ask) number() int {
	return int(max(a.num("issue_number"), a.num("pull_number"), a.num("index")))
}

func (s *Server) listComments(a *ask) reply {
	if !s.exists(a.number()) {
		return notFound()
	}
	all := []any{}
	for _, m := range s.state.comments {
		if m.number == a.number() {
			all = append(all, s.commentObject(a, m))
		}
	}
	if s.o.Flavor == forge.Gitea { // all in one answer
		return reply{status: http.StatusOK, list: all}
	}
	return pages(all)
}

func (s *Server) getComment(a *ask) reply {
	if m := s.comment(a); m != nil {
		return ok(s.commentObject(a, m))
	}
	return notFound()
}

// text checks the body of a comment.
func (s *Server) text(a *ask) (string, *reply) {
	var in struct {
		Body *string `json:"body"`
	}
	if a.into(&in) != nil {
		r := badJSON()
		return "", &r
	}
	if in.Body == nil || strings.TrimSpace(*in.Body) == "" {
		r := invalid("IssueComment", "body", "missing_field", "")
		return "", &r
	}
	if len(*in.Body) > s.o.CommentLimit {
		r := invalid("IssueComment", "data", "unprocessable", "Body is too long (maximum is 65536 characters)")
		return "", &r
	}
	return *in.Body, nil
}

func (s *Server) createComment(a *ask) reply {
	if !s.exists(a.number()) {
		return notFound()
	}
	body, bad := s.text(a)
	if bad != nil {
		return *bad
	}
	return created(s.commentObject(a, s.addComment(a.number(), a.token.Login, body)))
}

func (s *Server) updateComment(a *ask) reply {
	m := s.comment(a)
	if m == nil {
		return notFound()
	}
	body, bad := s.text(a)
	if bad != nil {
		return *bad
	}
	m.body, m.updated = body, s.time()
	return ok(s.commentObject(a, m))
}

func (s *Server) deleteComment(a *ask) reply {
	m := s.comment(a)
	if m == nil {
		return notFound()
	}
	s.state.comments = slices.DeleteFunc(s.state.comments, func(o *comment) bool { return o == m })
	return reply{status: http.StatusNoContent}
}

func (s *Server) react(a *ask) reply {
	var in struct {
		Content string `json:"content"`
	}
	m := s.comment(a)
	if m == nil {
		return notFound()
	}
	if a.into(&in) != nil {
		return badJSON()
	}
	out := object{"id": s.id(), "node_id": nodeID("REA", m.id), "user": s.user(a, a.token.Login), "content": in.Content, "created_at": stamp(s.time())}
	if slices.Contains(m.reactions, in.Content) {
		return ok(out)
	}
	m.reactions = append(m.reactions, in.Content)
	return created(out)
}
