package forgetest

import (
	"encoding/base64"
	"maps"
	"net/http"
	"slices"
	"strings"
)

// resolve makes a branch or a SHA a commit.
func (s *Server) resolve(name string) *commit {
	if sha, ok := s.state.branches[name]; ok {
		name = sha
	}
	return s.state.commits[name]
}

func (s *Server) getRef(a *ask) reply {
	branch := strings.TrimPrefix(a.params["ref"], "heads/")
	if sha, ok := s.state.branches[branch]; ok {
		return reply{status: http.StatusOK, body: s.refObject(a, branch, sha)}
	}
	return notFound()
}

func (s *Server) updateRef(a *ask) reply {
	branch := strings.TrimPrefix(a.params["ref"], "heads/")
	var in struct {
		SHA   string `json:"sha"`
		Force bool   `json:"force"`
	}
	if a.into(&in) != nil {
		return badJSON()
	}
	old, known := s.state.branches[branch]
	if !known || s.state.commits[in.SHA] == nil {
		return failed(http.StatusUnprocessableEntity, "Reference does not exist")
	}
	if !in.Force && !slices.Contains(s.ancestors(in.SHA), old) {
		return failed(http.StatusUnprocessableEntity, "Update is not a fast forward")
	}
	s.state.branches[branch] = in.SHA
	return ok(s.refObject(a, branch, in.SHA))
}

func (s *Server) getCommit(a *ask) reply {
	if c := s.state.commits[a.params["commit_sha"]]; c != nil {
		return ok(s.gitCommitObject(a, c))
	}
	return notFound()
}

func (s *Server) createCommit(a *ask) reply {
	var in struct {
		Message string   `json:"message"`
		Tree    string   `json:"tree"`
		Parents []string `json:"parents"`
	}
	if a.into(&in) != nil {
		return badJSON()
	}
	if s.state.trees[in.Tree] == nil {
		return failed(http.StatusUnprocessableEntity, "Tree SHA does not exist")
	}
	return created(s.gitCommitObject(a, s.state.commits[s.commit(in.Tree, in.Message, in.Parents)]))
}

func (s *Server) getTree(a *ask) reply {
	sha := a.params["tree_sha"]
	if c := s.resolve(sha); c != nil {
		sha = c.tree
	}
	if s.state.trees[sha] == nil {
		return notFound()
	}
	return ok(s.treeObject(a, sha))
}

func (s *Server) createTree(a *ask) reply {
	var in struct {
		BaseTree string `json:"base_tree"`
		Tree     []struct {
			Path string `json:"path"`
			Mode string `json:"mode"`
			Type string `json:"type"`
			SHA  string `json:"sha"`
		} `json:"tree"`
	}
	if a.into(&in) != nil {
		return badJSON()
	}
	files := map[string]string{}
	maps.Copy(files, s.state.trees[in.BaseTree])
	for _, e := range in.Tree {
		if s.state.blobs[e.SHA] == nil {
			return failed(http.StatusUnprocessableEntity, "tree.sha "+e.SHA+" is not a valid blob")
		}
		files[e.Path] = e.SHA
	}
	return created(s.treeObject(a, s.tree(files)))
}

func (s *Server) createBlob(a *ask) reply {
	var in struct {
		Content  string `json:"content"`
		Encoding string `json:"encoding"`
	}
	if a.into(&in) != nil {
		return badJSON()
	}
	content := []byte(in.Content)
	if in.Encoding == "base64" {
		var err error
		if content, err = base64.StdEncoding.DecodeString(in.Content); err != nil {
			return failed(http.StatusUnprocessableEntity, "content is not valid Base64")
		}
	}
	sha := s.blob(content)
	return created(object{"sha": sha, "url": s.repoURL(a) + "/git/blobs/" + sha})
}

func (s *Server) getContents(a *ask) reply {
	ref := a.URL.Query().Get("ref")
	if ref == "" {
		ref = s.o.DefaultBranch
	}
	c := s.resolve(ref)
	if c == nil {
		return notFound()
	}
	blob, known := s.state.trees[c.tree][a.params["path"]]
	if !known {
		return notFound()
	}
	return ok(s.fileObject(a, a.params["path"], blob))
}
