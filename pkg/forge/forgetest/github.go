package forgetest

import (
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/moose-migrate/moose-migrate/pkg/forge"
)

const inRepo = "/repos/{owner}/{repo}"

// githubRoutes are those that the client uses, and a few that users of the fake do.
func (s *Server) githubRoutes() {
	s.on("GET", "/user", "", (*Server).getUser)
	s.on("POST", "/graphql", "", (*Server).graphql)
	s.on("POST", "/api/graphql", "", (*Server).graphql)
	s.on("GET", "/rate_limit", "", (*Server).rateLimit)
	s.shared("comment_id", "issue_number", "pull_number")
	s.on("GET", inRepo+"/commits/{commit_sha}/pulls", "pull-requests:read", (*Server).pullsOf)
	s.on("GET", inRepo+"/git/ref/{ref}", "contents:read", (*Server).getRef)
	s.on("PATCH", inRepo+"/git/refs/{ref}", "contents:write", (*Server).updateRef)
	s.on("GET", inRepo+"/git/commits/{commit_sha}", "contents:read", (*Server).getCommit)
	s.on("POST", inRepo+"/git/commits", "contents:write", (*Server).createCommit)
	s.on("GET", inRepo+"/git/trees/{tree_sha}", "contents:read", (*Server).getTree)
	s.on("POST", inRepo+"/git/trees", "contents:write", (*Server).createTree)
	s.on("POST", inRepo+"/git/blobs", "contents:write", (*Server).createBlob)
	s.on("GET", inRepo+"/actions/runs/{run_id}", "actions:read", (*Server).getRun)
	s.on("POST", inRepo+"/actions/runs/{run_id}/rerun", "actions:write", (*Server).rerun)
	s.on("GET", inRepo+"/deployments", "deployments:read", (*Server).listDeployments)
	s.on("POST", inRepo+"/deployments", "deployments:write", (*Server).createDeployment)
	s.on("GET", inRepo+"/deployments/{deployment_id}/statuses", "deployments:read", (*Server).listDeploymentStates)
	s.on("POST", inRepo+"/deployments/{deployment_id}/statuses", "deployments:write", (*Server).createDeploymentState)
}

// shared are the routes that Gitea has too, with its names for the parameters.
func (s *Server) shared(commentID, issueNumber, pullNumber string) {
	talk := "issues,pull-requests"
	s.on("GET", inRepo, "", func(s *Server, a *ask) reply { return ok(s.repo(a, s.o.Repo.String())) })
	s.on("GET", inRepo+"/issues/comments/{"+commentID+"}", talk+":read", (*Server).getComment)
	s.on("PATCH", inRepo+"/issues/comments/{"+commentID+"}", talk+":write", (*Server).updateComment)
	s.on("DELETE", inRepo+"/issues/comments/{"+commentID+"}", talk+":write", (*Server).deleteComment)
	s.on("POST", inRepo+"/issues/comments/{"+commentID+"}/reactions", talk+":write", (*Server).react)
	s.on("GET", inRepo+"/issues/{"+issueNumber+"}/comments", talk+":read", (*Server).listComments)
	s.on("POST", inRepo+"/issues/{"+issueNumber+"}/comments", talk+":write", (*Server).createComment)
	s.on("GET", inRepo+"/issues", talk+":read", (*Server).listIssues)
	s.on("POST", inRepo+"/issues", "issues:write", (*Server).createIssue)
	s.on("PATCH", inRepo+"/issues/{"+issueNumber+"}", "issues:write", (*Server).updateIssue)
	s.on("GET", inRepo+"/labels", talk+":read", (*Server).listLabels)
	s.on("POST", inRepo+"/labels", "issues:write", (*Server).createLabel)
	s.on("POST", inRepo+"/statuses/{sha}", "statuses:write", (*Server).createStatus)
	s.on("GET", inRepo+"/commits/{ref}/statuses", "statuses:read", (*Server).listStatuses)
	s.on("GET", inRepo+"/pulls", "pull-requests:read", (*Server).listPulls)
	s.on("GET", inRepo+"/pulls/{"+pullNumber+"}", "pull-requests:read", (*Server).getPull)
	s.on("GET", inRepo+"/compare/{basehead}", "contents:read", (*Server).compare)
	s.on("GET", inRepo+"/collaborators/{username}/permission", "", (*Server).permission)
	s.on("GET", inRepo+"/contents/{path}", "contents:read", (*Server).getContents)
}

func notFound() reply { return failed(http.StatusNotFound, "Not Found") }

func badJSON() reply { return failed(http.StatusBadRequest, "Problems parsing JSON") }

func (s *Server) getUser(a *ask) reply {
	if a.token.NoUser {
		return failed(http.StatusForbidden, "Resource not accessible by integration")
	}
	at := "2024-01-01T00:00:00Z"
	return ok(with(s.user(a, a.token.Login), object{
		"bio": nil, "blog": nil, "company": nil, "email": nil, "followers": 0, "following": 0, "hireable": nil, "location": nil, "name": nil,
		"user_view_type": "public", "public_gists": 0, "public_repos": 0, "created_at": at, "updated_at": at,
	}))
}

func (s *Server) graphql(a *ask) reply {
	var in struct {
		Query string `json:"query"`
	}
	if a.into(&in) != nil {
		return badJSON()
	}
	if a.token.NoGraphQL {
		return failed(http.StatusForbidden, "Resource not accessible by integration")
	}
	if strings.Join(strings.Fields(in.Query), "") != "query{viewer{login}}" {
		s.problem("nobody models the GraphQL query %s", in.Query)
		return ok(object{"errors": []any{object{"message": "unknown"}}})
	}
	return ok(object{"data": object{"viewer": object{"login": strings.TrimSuffix(a.token.Login, "[bot]")}}})
}

func (s *Server) rateLimit(*ask) reply {
	r := object{"limit": s.o.RateLimit, "remaining": s.limit.remaining, "reset": s.limit.reset.Unix(), "used": s.o.RateLimit - s.limit.remaining}
	return ok(object{"resources": object{"core": r, "search": r}, "rate": r})
}

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

func (s *Server) createStatus(a *ask) reply {
	var in struct {
		State       forge.State `json:"state"`
		Context     string      `json:"context"`
		Description string      `json:"description"`
		TargetURL   string      `json:"target_url"`
	}
	if a.into(&in) != nil {
		return badJSON()
	}
	switch {
	case utf8.RuneCountInString(in.Description) > 140 && s.o.Flavor == forge.GitHub:
		return invalid("Status", "description", "custom", "description is too long (maximum is 140 characters)")
	case utf8.RuneCountInString(in.Context) > 255:
		return invalid("Status", "context", "custom", "context is too long (maximum is 255 characters)")
	}
	st := &status{id: s.id(), author: a.token.Login, created: s.time(), Status: forge.Status{State: in.State, Context: in.Context, Description: in.Description, TargetURL: in.TargetURL}}
	sha := a.params["sha"]
	s.state.statuses[sha] = append(s.state.statuses[sha], st)
	return created(s.statusObject(a, sha, st))
}

func (s *Server) listStatuses(a *ask) reply {
	var all []any
	for _, st := range slices.Backward(s.state.statuses[a.params["ref"]]) {
		all = append(all, s.statusObject(a, a.params["ref"], st))
	}
	return pages(all)
}

func (s *Server) permission(a *ask) reply {
	role, known := s.state.roles[strings.ToLower(a.params["username"])]
	if !known {
		return notFound()
	}
	level := map[string]string{"maintain": "write", "triage": "read"}[role]
	if level == "" {
		level = role
	}
	return ok(object{"permission": level, "role_name": role, "user": with(s.user(a, a.params["username"]), object{"role_name": role})})
}

func (s *Server) getRun(a *ask) reply {
	if r := s.state.runs[a.num("run_id")]; r != nil {
		return ok(s.runObject(a, r))
	}
	return notFound()
}

func (s *Server) rerun(a *ask) reply {
	r := s.state.runs[a.num("run_id")]
	if r == nil {
		return notFound()
	}
	if r.Status != "completed" {
		return failed(http.StatusForbidden, "The workflow run is already running")
	}
	r.Attempt++
	r.Status = "queued"
	return created(object{})
}

func (s *Server) deploymentOf(a *ask) *deployment {
	for _, d := range s.state.deployments {
		if d.id == a.num("deployment_id") {
			return d
		}
	}
	return nil
}

func (s *Server) listDeployments(a *ask) reply {
	q := a.URL.Query()
	var all []any
	for _, d := range slices.Backward(s.state.deployments) {
		if (q.Get("ref") == "" || q.Get("ref") == d.in.Ref) && (q.Get("environment") == "" || q.Get("environment") == d.in.Environment) {
			all = append(all, s.deploymentObject(a, d))
		}
	}
	return pages(all)
}

func (s *Server) createDeployment(a *ask) reply {
	var in struct {
		Ref              string            `json:"ref"`
		Environment      string            `json:"environment"`
		Description      string            `json:"description"`
		Payload          map[string]string `json:"payload"`
		AutoMerge        *bool             `json:"auto_merge"`
		RequiredContexts *[]string         `json:"required_contexts"`
	}
	if a.into(&in) != nil {
		return badJSON()
	}
	if in.AutoMerge == nil || *in.AutoMerge {
		return reply{status: http.StatusAccepted, body: object{"message": "Auto-merged main into " + in.Ref + " on deployment."}}
	}
	if in.RequiredContexts == nil {
		return failed(http.StatusConflict, "Conflict: Commit status checks failed for "+in.Ref)
	}
	if utf8.RuneCountInString(in.Description) > 140 {
		return invalid("Deployment", "description", "custom", "description is too long (maximum is 140 characters)")
	}
	d := &deployment{id: s.id(), author: a.token.Login, created: s.time(), sha: in.Ref, in: forge.Deployment{Ref: in.Ref, Environment: in.Environment, Description: in.Description, Payload: in.Payload}}
	s.state.deployments = append(s.state.deployments, d)
	return created(s.deploymentObject(a, d))
}

func (s *Server) listDeploymentStates(a *ask) reply {
	d := s.deploymentOf(a)
	if d == nil {
		return notFound()
	}
	var all []any
	for _, st := range slices.Backward(d.states) {
		all = append(all, s.deploymentStateObject(a, d, st))
	}
	return pages(all)
}

func (s *Server) createDeploymentState(a *ask) reply {
	d := s.deploymentOf(a)
	if d == nil {
		return notFound()
	}
	var in struct {
		State          forge.DeploymentState `json:"state"`
		Description    string                `json:"description"`
		LogURL         string                `json:"log_url"`
		EnvironmentURL string                `json:"environment_url"`
	}
	if json.Unmarshal(a.body, &in) != nil {
		return badJSON()
	}
	if utf8.RuneCountInString(in.Description) > 140 {
		return invalid("DeploymentStatus", "description", "custom", "description is too long (maximum is 140 characters)")
	}
	st := DeploymentState{State: in.State, Description: in.Description, LogURL: in.LogURL, EnvironmentURL: in.EnvironmentURL}
	d.states = append(d.states, st)
	return created(s.deploymentStateObject(a, d, st))
}
