package forgetest

import (
	"encoding/base64"
	"fmt"
	"hash/fnv"
	"strings"
	"time"

	"github.com/moose-migrate/moose-migrate/pkg/forge"
)

// The answers' objects, with all members that GitHub's description requires.

type object = map[string]any

// urls gives each of the names an address below base.
func urls(base, names string) object {
	o := object{}
	for _, name := range strings.Fields(names) {
		o[name] = base + "/" + strings.TrimSuffix(name, "_url")
	}
	return o
}

func with(o object, more object) object {
	for k, v := range more {
		o[k] = v
	}
	return o
}

func stamp(t time.Time) string { return t.Format(time.RFC3339) }

func nodeID(kind string, id any) string {
	return base64.StdEncoding.EncodeToString(fmt.Append(nil, kind, id))
}

func numberOf(login string) int64 {
	h := fnv.New32a()
	h.Write([]byte(login)) //nolint:errcheck // never fails
	return int64(h.Sum32() & 0xffffff)
}

func (s *Server) user(a *ask, login string) object {
	kind := "User"
	if strings.HasSuffix(login, "[bot]") {
		kind = "Bot"
	}
	base := a.base + "/users/" + login
	return with(urls(base, "followers_url following_url gists_url starred_url subscriptions_url organizations_url repos_url events_url received_events_url"), object{
		"login": login, "id": numberOf(login), "node_id": nodeID("U", login), "avatar_url": a.site + "/avatars/" + login, "gravatar_id": "",
		"url": base, "html_url": a.site + "/" + login, "type": kind, "site_admin": false,
	})
}

func (s *Server) repoURL(a *ask) string { return a.base + "/repos/" + s.o.Repo.String() }
func (s *Server) siteURL(a *ask) string { return a.site + "/" + s.o.Repo.String() }

func (s *Server) repo(a *ask, full string) object {
	owner, name, _ := strings.Cut(full, "/")
	base := a.base + "/repos/" + full
	at := stamp(time.Date(2024, 1, 1, 0, 0, 0, 0, time.UTC))
	return with(urls(base, "archive_url assignees_url blobs_url branches_url collaborators_url comments_url commits_url compare_url contents_url contributors_url deployments_url downloads_url events_url forks_url git_commits_url git_refs_url git_tags_url hooks_url issue_comment_url issue_events_url issues_url keys_url labels_url languages_url merges_url milestones_url notifications_url pulls_url releases_url stargazers_url statuses_url subscribers_url subscription_url tags_url teams_url trees_url"), object{
		"id": numberOf(full), "node_id": nodeID("R", full), "name": name, "full_name": full, "owner": s.user(a, owner), "private": false,
		"html_url": a.site + "/" + full, "description": nil, "fork": full != s.o.Repo.String(), "url": base,
		"clone_url": a.site + "/" + full + ".git", "git_url": "git://host/" + full + ".git", "ssh_url": "git@host:" + full + ".git", "svn_url": a.site + "/" + full,
		"default_branch": s.o.DefaultBranch, "forks": 0, "forks_count": 0, "has_issues": true, "has_projects": true, "has_wiki": true, "has_pages": false,
		"has_discussions": false, "has_downloads": true, "homepage": nil, "language": nil, "archived": false, "disabled": false, "mirror_url": nil,
		"open_issues": 0, "open_issues_count": 0, "license": nil, "pushed_at": at, "created_at": at, "updated_at": at, "size": 1, "stargazers_count": 0,
		"watchers": 0, "watchers_count": 0, "network_count": 0, "subscribers_count": 0,
	})
}

func (s *Server) commentObject(a *ask, m *comment) object {
	kind := "issues"
	if s.state.pulls[m.number] != nil {
		kind = "pull"
	}
	return object{
		"id": m.id, "node_id": nodeID("IC", m.id), "body": m.body, "user": s.user(a, m.author),
		"url":       fmt.Sprintf("%s/issues/comments/%d", s.repoURL(a), m.id),
		"html_url":  fmt.Sprintf("%s/%s/%d#issuecomment-%d", s.siteURL(a), kind, m.number, m.id),
		"issue_url": fmt.Sprintf("%s/issues/%d", s.repoURL(a), m.number), "created_at": stamp(m.created), "updated_at": stamp(m.updated),
		"author_association": "NONE",
	}
}

func (s *Server) labelObject(a *ask, l *label) object {
	return object{"id": l.id, "node_id": nodeID("L", l.id), "url": s.repoURL(a) + "/labels/" + l.name, "name": l.name, "description": nil, "color": l.color, "default": false}
}

func (s *Server) issueObject(a *ask, i *issue) object {
	base := fmt.Sprintf("%s/issues/%d", s.repoURL(a), i.number)
	labels := []any{}
	for _, l := range i.labels {
		labels = append(labels, s.labelObject(a, s.label(l)))
	}
	o := with(urls(base, "comments_url events_url labels_url"), object{
		"id": 100000 + i.number, "node_id": nodeID("I", i.number), "number": i.number, "title": i.title, "body": i.body, "user": s.user(a, i.author),
		"state": "open", "labels": labels, "assignee": nil, "assignees": []any{}, "milestone": nil, "closed_at": nil, "comments": 0, "locked": false,
		"url": base, "html_url": fmt.Sprintf("%s/issues/%d", s.siteURL(a), i.number), "repository_url": s.repoURL(a),
		"created_at": stamp(i.created), "updated_at": stamp(i.updated), "author_association": "NONE",
	})
	if !i.open {
		o["state"], o["closed_at"] = "closed", stamp(i.updated)
	}
	return o
}

// pullAsIssue is a pull request in a list of issues.
func (s *Server) pullAsIssue(a *ask, p *Pull) object {
	at := s.time()
	o := s.issueObject(a, &issue{number: p.Number, author: p.Author, title: p.Title, open: p.Open, created: at, updated: at})
	o["pull_request"] = with(urls(s.siteURL(a), "diff_url html_url patch_url"), object{"url": fmt.Sprintf("%s/pulls/%d", s.repoURL(a), p.Number)})
	return o
}

// pull is one of a list; whole adds what only the single one has.
func (s *Server) pull(a *ask, p *Pull, whole bool) object {
	base := fmt.Sprintf("%s/pulls/%d", s.repoURL(a), p.Number)
	end := func(repo, ref, sha string) object {
		owner, _, _ := strings.Cut(repo, "/")
		o := object{"label": owner + ":" + ref, "ref": ref, "sha": sha, "user": s.user(a, owner), "repo": s.repo(a, repo)}
		if repo == "" {
			o["repo"], o["user"], o["label"] = nil, nil, "unknown:"+ref
		}
		return o
	}
	links := object{}
	for _, name := range strings.Fields("self html issue comments review_comments review_comment commits statuses") {
		links[name] = object{"href": base + "/" + name}
	}
	at := stamp(time.Date(2024, 1, 1, 0, 0, 0, 0, time.UTC))
	var mergeSHA any
	if p.MergeSHA != "" {
		mergeSHA = p.MergeSHA
	}
	o := with(urls(base, "comments_url commits_url diff_url issue_url patch_url review_comment_url review_comments_url statuses_url"), object{
		"id": 200000 + p.Number, "node_id": nodeID("PR", p.Number), "number": p.Number, "title": p.Title, "body": nil, "user": s.user(a, p.Author), "state": "open",
		"locked": false, "draft": p.Draft, "labels": []any{}, "assignee": nil, "milestone": nil, "closed_at": nil, "merged_at": nil, "merge_commit_sha": mergeSHA,
		"created_at": at, "updated_at": at, "url": base, "html_url": fmt.Sprintf("%s/pull/%d", s.siteURL(a), p.Number), "_links": links,
		"head": end(p.HeadRepo, p.HeadRef, p.HeadSHA), "base": end(s.o.Repo.String(), p.BaseRef, p.BaseSHA), "author_association": "NONE", "auto_merge": nil,
	})
	if !p.Open {
		o["state"], o["closed_at"] = "closed", at
	}
	if p.Merged {
		o["merged_at"] = at
	}
	if whole {
		with(o, object{
			"merged": p.Merged, "additions": 1, "deletions": 0, "changed_files": 1, "comments": 0, "commits": 1, "review_comments": 0, "mergeable": true,
			"mergeable_state": "clean", "maintainer_can_modify": false, "merged_by": nil,
		})
	}
	return o
}

func (s *Server) statusObject(a *ask, sha string, st *status) object {
	var target any
	if st.TargetURL != "" {
		target = st.TargetURL
	}
	o := object{
		"id": st.id, "node_id": nodeID("SC", st.id), "url": s.repoURL(a) + "/statuses/" + sha, "avatar_url": a.site + "/avatar", "state": st.State,
		"description": st.Description, "target_url": target, "context": st.Context, "created_at": stamp(st.created), "updated_at": stamp(st.created), "creator": s.user(a, st.author),
	}
	if s.o.Flavor == forge.Gitea {
		o["status"] = o["state"]
		delete(o, "state")
	}
	return o
}

func (s *Server) deploymentObject(a *ask, d *deployment) object {
	base := fmt.Sprintf("%s/deployments/%d", s.repoURL(a), d.id)
	payload := object{}
	for k, v := range d.in.Payload {
		payload[k] = v
	}
	return object{
		"id": d.id, "node_id": nodeID("DE", d.id), "url": base, "sha": d.sha, "ref": d.in.Ref, "task": "deploy", "environment": d.in.Environment, "creator": s.user(a, d.author),
		"payload": payload, "description": d.in.Description, "statuses_url": base + "/statuses", "repository_url": s.repoURL(a), "created_at": stamp(d.created), "updated_at": stamp(d.created),
	}
}

func (s *Server) deploymentStateObject(a *ask, d *deployment, st DeploymentState) object {
	base := fmt.Sprintf("%s/deployments/%d", s.repoURL(a), d.id)
	return object{
		"id": s.id(), "node_id": nodeID("DS", d.id), "state": st.State, "creator": s.user(a, d.author), "description": st.Description, "deployment_url": base, "target_url": st.LogURL,
		"log_url": st.LogURL, "environment_url": st.EnvironmentURL, "environment": d.in.Environment, "repository_url": s.repoURL(a), "url": base + "/statuses/1",
		"created_at": stamp(d.created), "updated_at": stamp(d.created),
	}
}

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

func (s *Server) runObject(a *ask, r *Run) object {
	base := fmt.Sprintf("%s/actions/runs/%d", s.repoURL(a), r.ID)
	at := stamp(s.time())
	var conclusion any
	if r.Status == "completed" {
		conclusion = "success"
	}
	return with(urls(base, "jobs_url logs_url check_suite_url cancel_url rerun_url artifacts_url workflow_url"), object{
		"id": r.ID, "node_id": nodeID("WFR", r.ID), "head_branch": s.o.DefaultBranch, "run_number": 1, "run_attempt": r.Attempt, "display_title": "plan", "event": "pull_request", "status": r.Status,
		"conclusion": conclusion, "head_sha": r.HeadSHA, "path": ".github/workflows/moose.yml", "workflow_id": 1, "url": base, "html_url": fmt.Sprintf("%s/actions/runs/%d", s.siteURL(a), r.ID),
		"created_at": at, "updated_at": at, "head_repository": s.repo(a, s.o.Repo.String()), "repository": s.repo(a, s.o.Repo.String()), "pull_requests": []any{},
		"head_commit": object{"id": r.HeadSHA, "tree_id": r.HeadSHA, "message": "m", "timestamp": at, "author": person, "committer": person},
	})
}
