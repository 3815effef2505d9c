package forgetest

import (
	"maps"
	"slices"

	"github.com/moose-migrate/moose-migrate/pkg/forge"
)

// DeploymentState is a state that a deployment was given.
type DeploymentState struct {
	State                               forge.DeploymentState
	Description, LogURL, EnvironmentURL string
}

// Deployment is one that was created.
type Deployment struct {
	ID int64
	forge.Deployment
	States []DeploymentState
}

// Issue is one that was created or seeded.
type Issue struct {
	forge.Issue
	Labels []string
}

// Comments gives the comments on a pull request or an issue, oldest first.
func (s *Server) Comments(number int) []forge.Comment {
	s.mu.Lock()
	defer s.mu.Unlock()
	var all []forge.Comment
	for _, m := range s.state.comments {
		if m.number == number {
			all = append(all, forge.Comment{ID: m.id, Author: m.author, Body: m.body, CreatedAt: m.created, UpdatedAt: m.updated})
		}
	}
	return all
}

// Reactions gives those on a comment.
func (s *Server) Reactions(id int64) []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, m := range s.state.comments {
		if m.id == id {
			return slices.Clone(m.reactions)
		}
	}
	return nil
}

// Statuses gives those of a commit, newest first.
func (s *Server) Statuses(sha string) []forge.Status {
	s.mu.Lock()
	defer s.mu.Unlock()
	var all []forge.Status
	for _, st := range slices.Backward(s.state.statuses[sha]) {
		all = append(all, st.Status)
	}
	return all
}

// Issues gives all issues by number, without pull requests.
func (s *Server) Issues() []Issue {
	s.mu.Lock()
	defer s.mu.Unlock()
	var all []Issue
	for _, n := range slices.Sorted(maps.Keys(s.state.issues)) {
		i := s.state.issues[n]
		all = append(all, Issue{
			Issue:  forge.Issue{Number: n, Author: i.author, Title: i.title, Body: i.body, Open: i.open},
			Labels: slices.Clone(i.labels),
		})
	}
	return all
}

// Deployments gives all, oldest first, with their states in the order they were set.
func (s *Server) Deployments() []Deployment {
	s.mu.Lock()
	defer s.mu.Unlock()
	var all []Deployment
	for _, d := range s.state.deployments {
		all = append(all, Deployment{ID: d.id, Deployment: d.in, States: slices.Clone(d.states)})
	}
	return all
}

// Head is the newest commit of a branch, empty when there is no such branch.
func (s *Server) Head(branch string) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.state.branches[branch]
}

// File gives a file's content on a branch; false: it is not there.
func (s *Server) File(branch, path string) ([]byte, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	c := s.state.commits[s.state.branches[branch]]
	if c == nil {
		return nil, false
	}
	sha, ok := s.state.trees[c.tree][path]
	return slices.Clone(s.state.blobs[sha]), ok
}

// Files lists the paths on a branch.
func (s *Server) Files(branch string) []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	c := s.state.commits[s.state.branches[branch]]
	if c == nil {
		return nil
	}
	return slices.Sorted(maps.Keys(s.state.trees[c.tree]))
}
