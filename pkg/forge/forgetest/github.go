package forgetest

import (
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
	s.on("GET", inRepo+"/branches/{branch}", "contents:read", (*Server).protectedBranch)
	s.on("GET", inRepo+"/rules/branches/{branch}", "", (*Server).branchRules)
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
	s.on("GET", inRepo+"/issues/{"+issueNumber+"}/labels", talk+":read", (*Server).labelsOf)
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
