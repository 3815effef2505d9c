package forgetest

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/moose-migrate/moose-migrate/pkg/forge"
)

// state is what the fake remembers; Server.mu guards it.
type state struct {
	nextID      int64
	nextNumber  int
	comments    []*comment
	issues      map[int]*issue
	pulls       map[int]*Pull
	labels      []*label
	statuses    map[string][]*status
	deployments []*deployment
	roles       map[string]string
	runs        map[int64]*Run
	blobs       map[string][]byte
	trees       map[string]map[string]string // path → blob
	commits     map[string]*commit
	branches    map[string]string
}

func newState() state {
	return state{
		nextID: 1000, issues: map[int]*issue{}, pulls: map[int]*Pull{}, statuses: map[string][]*status{},
		roles: map[string]string{}, runs: map[int64]*Run{}, blobs: map[string][]byte{},
		trees: map[string]map[string]string{}, commits: map[string]*commit{}, branches: map[string]string{},
	}
}

func (s *Server) id() int64 {
	s.state.nextID++
	return s.state.nextID
}

// time is the clock in the hosts' resolution, seconds.
func (s *Server) time() time.Time { return s.o.Now().UTC().Truncate(time.Second) }

type comment struct {
	id               int64
	number           int
	author, body     string
	created, updated time.Time
	reactions        []string
}

type issue struct {
	number              int
	author, title, body string
	open                bool
	labels              []string
	created, updated    time.Time
}

type label struct {
	id          int64
	name, color string
}

type status struct {
	id      int64
	author  string
	created time.Time
	forge.Status
}

type deployment struct {
	id      int64
	author  string
	created time.Time
	sha     string
	in      forge.Deployment
	states  []DeploymentState
}

type commit struct {
	sha, tree, message string
	parents            []string
	at                 time.Time
}

// Pull is a pull request to seed. Number 0 takes the next one. Empty fields get: HeadRepo
// the repository itself, BaseRef its default branch, BaseSHA that branch's commit.
type Pull struct {
	forge.PullRequest
	Title string
}

// Run is a workflow run.
type Run struct {
	ID      int64
	Attempt int
	// Status is "completed", "in_progress" or "queued".
	Status  string
	HeadSHA string
}

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

// label finds or makes one.
func (s *Server) label(name string) *label {
	for _, l := range s.state.labels {
		if strings.EqualFold(l.name, name) {
			return l
		}
	}
	l := &label{id: s.id(), name: name, color: "ededed"}
	s.state.labels = append(s.state.labels, l)
	return l
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

func (s *Server) blob(content []byte) string {
	sha := digest(append(fmt.Appendf(nil, "blob %d\x00", len(content)), content...))
	s.state.blobs[sha] = slices.Clone(content)
	return sha
}

// tree keeps a whole tree flat, by path.
func (s *Server) tree(files map[string]string) string {
	var b strings.Builder
	for _, path := range slices.Sorted(maps.Keys(files)) {
		fmt.Fprintf(&b, "%s %s\n", path, files[path])
	}
	sha := digest([]byte("tree " + b.String()))
	s.state.trees[sha] = files
	return sha
}

func (s *Server) commit(tree, message string, parents []string) string {
	sha := digest(fmt.Appendf(nil, "commit %s %s %v %d", tree, message, parents, s.id()))
	s.state.commits[sha] = &commit{sha: sha, tree: tree, message: message, parents: parents, at: s.time()}
	return sha
}

// ancestors are a commit and all that it builds on, newest first.
func (s *Server) ancestors(sha string) []string {
	var order []string
	seen := map[string]bool{}
	queue := []string{sha}
	for len(queue) > 0 {
		sha, queue = queue[0], queue[1:]
		c := s.state.commits[sha]
		if c == nil || seen[sha] {
			continue
		}
		seen[sha] = true
		order = append(order, sha)
		queue = append(queue, c.parents...)
	}
	return order
}
