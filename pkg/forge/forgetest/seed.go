package forgetest

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/moose-migrate/moose-migrate/pkg/forge"
)

// Pull is a pull request to seed. Number 0 takes the next one. Empty fields get: HeadRepo
// the repository itself, BaseRef its default branch, BaseSHA that branch's commit.
type Pull struct {
	forge.PullRequest
	Title string
	// Labels are the names of its labels.
	Labels []string
}

// Run is a workflow run.
type Run struct {
	ID      int64
	Attempt int
	// Status is "completed", "in_progress" or "queued".
	Status  string
	HeadSHA string
}

// AddPull seeds a pull request and gives its number.
func (s *Server) AddPull(p Pull) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	if p.Number == 0 {
		s.state.nextNumber++
		p.Number = s.state.nextNumber
	}
	s.state.nextNumber = max(s.state.nextNumber, p.Number)
	p.HeadRepo = cmp.Or(p.HeadRepo, s.o.Repo.String())
	p.HeadRef = cmp.Or(p.HeadRef, fmt.Sprintf("branch-%d", p.Number))
	p.BaseRef = cmp.Or(p.BaseRef, s.o.DefaultBranch)
	p.BaseSHA = cmp.Or(p.BaseSHA, s.state.branches[p.BaseRef], strings.Repeat("b", 40))
	p.HeadSHA = cmp.Or(p.HeadSHA, s.state.branches[p.HeadRef], fmt.Sprintf("%040x", p.Number))
	p.Author = cmp.Or(p.Author, "octocat")
	p.Title = cmp.Or(p.Title, fmt.Sprintf("Pull request %d", p.Number))
	if !p.Merged {
		p.Open = true
	}
	s.state.pulls[p.Number] = &p
	return p.Number
}

// SetPull replaces a pull request: its head has moved, it was merged or closed.
func (s *Server) SetPull(p Pull) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.state.pulls[p.Number] = &p
}

// Pull gives a pull request.
func (s *Server) Pull(number int) Pull {
	s.mu.Lock()
	defer s.mu.Unlock()
	if p := s.state.pulls[number]; p != nil {
		return *p
	}
	return Pull{}
}

// AddComment seeds a comment and gives its id.
func (s *Server) AddComment(number int, author, body string) int64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.addComment(number, author, body).id
}

func (s *Server) addComment(number int, author, body string) *comment {
	m := &comment{id: s.id(), number: number, author: author, body: body, created: s.time(), updated: s.time()}
	s.state.comments = append(s.state.comments, m)
	return m
}

// DeleteComment takes a comment away.
func (s *Server) DeleteComment(id int64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.state.comments = slices.DeleteFunc(s.state.comments, func(m *comment) bool { return m.id == id })
}

// SetComment replaces a comment's text, as another run would.
func (s *Server) SetComment(id int64, body string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, m := range s.state.comments {
		if m.id == id {
			m.body, m.updated = body, s.time()
		}
	}
}

// AddIssue seeds an issue and gives its number.
func (s *Server) AddIssue(author, title, body string, open bool, labels ...string) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, l := range labels {
		s.label(l)
	}
	return s.addIssue(author, title, body, open, labels).number
}

func (s *Server) addIssue(author, title, body string, open bool, labels []string) *issue {
	s.state.nextNumber++
	i := &issue{number: s.state.nextNumber, author: author, title: title, body: body, open: open, labels: labels, created: s.time(), updated: s.time()}
	s.state.issues[i.number] = i
	return i
}

// SetRole says what a login may do: "admin", "maintain", "write", "triage", "read".
func (s *Server) SetRole(login, role string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.state.roles[strings.ToLower(login)] = role
}

// AddRun seeds a workflow run.
func (s *Server) AddRun(r Run) {
	s.mu.Lock()
	defer s.mu.Unlock()
	r.Attempt, r.Status = max(1, r.Attempt), cmp.Or(r.Status, "completed")
	s.state.runs[r.ID] = &r
}

// Run gives a workflow run; its Attempt counts the reruns.
func (s *Server) Run(id int64) Run {
	s.mu.Lock()
	defer s.mu.Unlock()
	if r := s.state.runs[id]; r != nil {
		return *r
	}
	return Run{}
}

// Commit makes a commit on a branch, which it makes when there is none, and gives its SHA.
// files are added to those of the branch; a nil content removes one.
func (s *Server) Commit(branch, message string, files map[string][]byte) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	tree := map[string]string{}
	var parents []string
	if head := s.state.branches[branch]; head != "" {
		maps.Copy(tree, s.state.trees[s.state.commits[head].tree])
		parents = []string{head}
	}
	for path, content := range files {
		if content == nil {
			delete(tree, path)
			continue
		}
		tree[path] = s.blob(content)
	}
	sha := s.commit(s.tree(tree), message, parents)
	s.state.branches[branch] = sha
	return sha
}

// Branch makes or moves a branch.
func (s *Server) Branch(branch, sha string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.state.branches[branch] = sha
}

// Import makes a commit of a real repository known, and the branch's newest; the files in
// it are not.
func (s *Server) Import(branch, sha string, parents ...string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.state.commits[sha] = &commit{sha: sha, tree: s.tree(map[string]string{}), message: "imported", parents: parents, at: s.o.Now()}
	s.state.branches[branch] = sha
}

// SetToken adds a token, or changes what it may do.
func (s *Server) SetToken(value string, t Token) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.o.Tokens[value] = t
}
