package forgetest

import (
	"encoding/base64"
	"maps"
	"net/http"
	"slices"
)

// giteaRoutes are those of Gitea's routers/api/v1/api.go that the client uses: no deployments,
// no writing of git data, no rerun, comments unpaged.
func (s *Server) giteaRoutes() {
	s.on("GET", "/user", "", (*Server).getUser)
	s.on("GET", "/version", "", func(s *Server, _ *ask) reply { return ok(object{"version": s.o.GiteaVersion}) })
	s.shared("id", "index", "index")
	s.on("GET", inRepo+"/commits/{sha}/pull", "pull-requests:read", (*Server).pullOf)
	s.on("GET", inRepo+"/branches/{branch}", "contents:read", (*Server).getBranch)
	s.on("POST", inRepo+"/contents", "contents:write", (*Server).changeFiles)
	s.on("GET", inRepo+"/actions/runs/{run_id}", "actions:read", func(*Server, *ask) reply { return notFound() })
}

// pullOf gives the one that merged the commit.
func (s *Server) pullOf(a *ask) reply {
	for _, n := range slices.Sorted(maps.Keys(s.state.pulls)) {
		if p := s.state.pulls[n]; p.MergeSHA == a.params["sha"] {
			return ok(s.pull(a, p, true))
		}
	}
	return notFound()
}

func (s *Server) getBranch(a *ask) reply {
	sha, known := s.state.branches[a.params["branch"]]
	if !known {
		return notFound()
	}
	return ok(object{"name": a.params["branch"], "commit": object{"id": sha}, "enable_status_check": len(s.state.rules[a.params["branch"]]) > 0, "status_check_contexts": s.state.rules[a.params["branch"]]})
}

func (s *Server) changeFiles(a *ask) reply {
	var in struct {
		Branch  string `json:"branch"`
		Message string `json:"message"`
		Files   []struct {
			Operation string `json:"operation"`
			Path      string `json:"path"`
			Content   string `json:"content"`
			SHA       string `json:"sha"`
		} `json:"files"`
	}
	if a.into(&in) != nil {
		return badJSON()
	}
	head := s.resolve(in.Branch)
	if head == nil {
		return notFound()
	}
	files := maps.Clone(s.state.trees[head.tree])
	for _, f := range in.Files {
		content, err := base64.StdEncoding.DecodeString(f.Content)
		if err != nil {
			return failed(http.StatusUnprocessableEntity, "content is not base64")
		}
		old, there := files[f.Path]
		switch {
		case f.Operation == "create" && there:
			return failed(http.StatusUnprocessableEntity, "repository file already exists [path: "+f.Path+"]")
		case f.Operation == "update" && (!there || old != f.SHA):
			return failed(http.StatusUnprocessableEntity, "sha does not match [given: "+f.SHA+", expected: "+old+"]")
		case f.Operation != "create" && f.Operation != "update":
			return failed(http.StatusUnprocessableEntity, "unknown operation")
		}
		files[f.Path] = s.blob(content)
	}
	sha := s.commit(s.tree(files), in.Message, []string{head.sha})
	s.state.branches[in.Branch] = sha
	return created(object{"commit": object{"sha": sha}, "files": []any{}})
}
