package forgetest

import (
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
		if base := q.Get("base"); base != "" && base != p.BaseRef && s.o.Flavor == forge.GitHub {
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
		"merge_base_commit": s.commitObject(a, common), "status": status, "ahead_by": total, "behind_by": behind, "total_commits": total, "commits": commits, "files": s.changedFiles(a, common, head),
	})
}
