package forgetest

import (
	"encoding/base64"
	"strings"
)

var person = object{"name": "moose", "email": "moose@example.com"}

func (s *Server) gitCommitObject(a *ask, c *commit) object {
	who := with(object{"date": stamp(c.at)}, person)
	parents := []any{}
	for _, p := range c.parents {
		parents = append(parents, object{"sha": p, "url": s.repoURL(a) + "/git/commits/" + p, "html_url": s.siteURL(a) + "/commit/" + p})
	}
	return object{
		"sha": c.sha, "node_id": nodeID("C", c.sha), "url": s.repoURL(a) + "/git/commits/" + c.sha, "html_url": s.siteURL(a) + "/commit/" + c.sha, "author": who, "committer": who,
		"tree": object{"sha": c.tree, "url": s.repoURL(a) + "/git/trees/" + c.tree}, "message": c.message, "parents": parents,
		"verification": object{"verified": false, "reason": "unsigned", "signature": nil, "payload": nil, "verified_at": nil},
	}
}

func (s *Server) commitObject(a *ask, c *commit) object {
	g := s.gitCommitObject(a, c)
	return object{
		"url": s.repoURL(a) + "/commits/" + c.sha, "sha": c.sha, "node_id": g["node_id"], "html_url": g["html_url"], "comments_url": s.repoURL(a) + "/commits/" + c.sha + "/comments",
		"commit": object{"url": g["url"], "author": g["author"], "committer": g["committer"], "message": c.message, "comment_count": 0, "tree": g["tree"], "verification": g["verification"]},
		"author": nil, "committer": nil, "parents": g["parents"],
	}
}

func (s *Server) refObject(a *ask, branch, sha string) object {
	return object{
		"ref": "refs/heads/" + branch, "node_id": nodeID("REF", branch), "url": s.repoURL(a) + "/git/refs/heads/" + branch,
		"object": object{"type": "commit", "sha": sha, "url": s.repoURL(a) + "/git/commits/" + sha},
	}
}

func (s *Server) treeObject(a *ask, sha string) object {
	entries := []any{}
	for path, blob := range s.state.trees[sha] {
		entries = append(entries, object{"path": path, "mode": "100644", "type": "blob", "sha": blob, "size": len(s.state.blobs[blob]), "url": s.repoURL(a) + "/git/blobs/" + blob})
	}
	return object{"sha": sha, "url": s.repoURL(a) + "/git/trees/" + sha, "tree": entries, "truncated": false}
}

func (s *Server) fileObject(a *ask, path, blob string) object {
	url := s.repoURL(a) + "/contents/" + path
	return object{
		"type": "file", "encoding": "base64", "size": len(s.state.blobs[blob]), "name": path[strings.LastIndexByte(path, '/')+1:], "path": path,
		"content": base64.StdEncoding.EncodeToString(s.state.blobs[blob]), "sha": blob, "url": url, "git_url": s.repoURL(a) + "/git/blobs/" + blob,
		"html_url": s.siteURL(a) + "/blob/main/" + path, "download_url": s.siteURL(a) + "/raw/" + path, "_links": object{"git": url, "html": url, "self": url},
	}
}
