package forgetest

import "slices"

// SetRequiredChecks makes a ruleset whose checks a merge into the branch waits for; none
// takes it away. On Gitea it is the protection of the branch.
func (s *Server) SetRequiredChecks(branch string, contexts ...string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.state.rules[branch] = contexts
}

// SetProtection makes GitHub's older branch protection with these checks.
func (s *Server) SetProtection(branch string, contexts ...string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.state.protection[branch] = contexts
}

func (s *Server) branchRules(a *ask) reply {
	contexts := s.state.rules[a.params["branch"]]
	all := []any{object{"type": "deletion", "ruleset_source_type": "Repository", "ruleset_source": s.o.Repo.String(), "ruleset_id": 1}}
	if len(contexts) > 0 {
		checks := make([]any, 0, len(contexts))
		for _, c := range contexts {
			checks = append(checks, object{"context": c})
		}
		all = append(all, object{
			"type": "required_status_checks", "ruleset_source_type": "Repository", "ruleset_source": s.o.Repo.String(), "ruleset_id": 1,
			"parameters": object{"strict_required_status_checks_policy": false, "required_status_checks": checks},
		})
	}
	return pages(all)
}

// protectedBranch is a branch with its protection.
func (s *Server) protectedBranch(a *ask) reply {
	name := a.params["branch"]
	c := s.resolve(name)
	if c == nil || s.state.branches[name] == "" {
		return notFound()
	}
	contexts := append([]string{}, s.state.protection[name]...)
	checks := make([]any, 0, len(contexts))
	for _, context := range contexts {
		checks = append(checks, object{"context": context, "app_id": nil})
	}
	url := s.repoURL(a) + "/branches/" + name
	return ok(object{
		"name": name, "commit": s.commitObject(a, c), "_links": object{"html": s.siteURL(a) + "/tree/" + name, "self": url}, "protected": len(contexts) > 0, "protection_url": url + "/protection",
		"protection": object{"enabled": len(contexts) > 0, "required_status_checks": object{"enforcement_level": "non_admins", "contexts": contexts, "checks": checks}},
	})
}

// changedFiles are the paths that differ between two commits, in the form of a comparison.
func (s *Server) changedFiles(a *ask, from, to *commit) []any {
	before, after := s.state.trees[from.tree], s.state.trees[to.tree]
	var names []string
	for path, blob := range after {
		if before[path] != blob {
			names = append(names, path)
		}
	}
	for path := range before {
		if _, kept := after[path]; !kept {
			names = append(names, path)
		}
	}
	slices.Sort(names)
	out := []any{}
	for _, path := range names {
		url := s.siteURL(a) + "/blob/" + to.sha + "/" + path
		status := "modified"
		if _, was := before[path]; !was {
			status = "added"
		} else if _, is := after[path]; !is {
			status = "removed"
		}
		out = append(out, object{
			"sha": after[path], "filename": path, "status": status, "additions": 1, "deletions": 0, "changes": 1,
			"blob_url": url, "raw_url": url, "contents_url": s.repoURL(a) + "/contents/" + path,
		})
	}
	return out
}
