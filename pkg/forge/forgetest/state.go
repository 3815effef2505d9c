package forgetest

import (
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
	// rules and protection are the checks that branches demand, by branch.
	rules, protection map[string][]string
}

func newState() state {
	return state{
		nextID: 1000, issues: map[int]*issue{}, pulls: map[int]*Pull{}, statuses: map[string][]*status{},
		roles: map[string]string{}, runs: map[int64]*Run{}, blobs: map[string][]byte{},
		trees: map[string]map[string]string{}, commits: map[string]*commit{}, branches: map[string]string{},
		rules: map[string][]string{}, protection: map[string][]string{},
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
