package forgetest

import (
	"encoding/base64"
	"maps"
	"net/http"
	"slices"
	"strings"

	"github.com/moose-migrate/moose-migrate/pkg/forge"
)

func (s *Server) listPulls(a *ask) reply {
	q := a.URL.Query()
	var all []any
	for _, n := range slices.Backward(slices.Sorted(maps.Keys(s.state.pulls))) {
		p := s.state.pulls[n]
		owner, _, _ := strings.Cut(p.HeadRepo, "/")
		if q.Get("state") != "all" && p.Open == (q.Get("state") == "closed") {
			continue
		}
		if head := q.Get("head"); head != "" && head != owner+":"+p.HeadRef && s.o.Flavor == forge.GitHub {
			continue
		}
		all = append(all, s.pull(a, p, s.o.Flavor == forge.Gitea))
	}
	return pages(all)
}

func (s *Server) getPull(a *ask) reply {
	if p := s.state.pulls[a.number()]; p != nil {
		return ok(s.pull(a, p, true))
	}
	return notFound()
}

// pullsOf gives those whose head or merge the commit is, or that contain it.
func (s *Server) pullsOf(a *ask) reply {
	sha := a.params["commit_sha"]
	var all []any
	for _, n := range slices.Sorted(maps.Keys(s.state.pulls)) {
		p := s.state.pulls[n]
		in := slices.Contains(s.ancestors(p.HeadSHA), sha) && !slices.Contains(s.ancestors(p.BaseSHA), sha)
		if p.HeadSHA == sha || p.MergeSHA == sha || in {
			all = append(all, s.pull(a, p, false))
		}
	}
	return pages(all)
}

// resolve makes a branch or a SHA a commit.
func (s *Server) resolve(name string) *commit {
	if sha, ok := s.state.branches[name]; ok {
		name = sha
	}
	return s.state.commits[name]
}

func (s *Server) compare(a *ask) reply {
	baseName, headName, found := strings.Cut(a.params["basehead"], "...")
	base, head := s.resolve(baseName), s.resolve(headName)
	if !found || base == nil || head == nil {
		return notFound()
	}
	inBase, inHead := s.ancestors(base.sha), s.ancestors(head.sha)
	var ahead []any
	for _, sha := range slices.Backward(inHead) {
		if !slices.Contains(inBase, sha) {
			ahead = append(ahead, s.commitObject(a, s.state.commits[sha]))
		}
	}
	behind := 0
	for _, sha := range inBase {
		if !slices.Contains(inHead, sha) {
			behind++
		}
	}
	common := base
	for _, sha := range inHead {
		if slices.Contains(inBase, sha) {
			common = s.state.commits[sha]
			break
		}
	}
	total := len(ahead)
	status := "identical"
	switch {
	case total > 0 && behind > 0:
		status = "diverged"
	case total > 0:
		status = "ahead"
	case behind > 0:
		status = "behind"
	}
	header := http.Header{}
	commits := append([]any{}, ahead...)
	if s.o.Flavor == forge.GitHub {
		commits = s.page(a, ahead, header)
	}
	url := s.siteURL(a) + "/compare/x"
	return ok(object{
		"url": url, "html_url": url, "permalink_url": url, "diff_url": url + ".diff", "patch_url": url + ".patch", "base_commit": s.commitObject(a, base),
		"merge_base_commit": s.commitObject(a, common), "status": status, "ahead_by": total, "behind_by": behind, "total_commits": total, "commits": commits, "files": []any{},
	})
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
