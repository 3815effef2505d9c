package secretsql

import (
	"slices"
	"strings"

	"github.com/moose-migrate/moose-migrate/pkg/clickhouse/sqltext"
)

// call is a pair of brackets with the word before it.
type call struct {
	name string
	// engine: the word follows ENGINE.
	engine bool
	// args are the significant tokens of each argument, those of inner calls included.
	args [][]int
}

// scanned is SQL with what is around each token.
type scanned struct {
	tokens []sqltext.Token
	// significant are the tokens that are no space, and rank the place of each among them.
	significant []int
	rank        map[int]int
	calls       []*call
	// around is the innermost call of a token, nil outside of all; query tells that a
	// token stands among the clauses of a SELECT, where name = 'x' is a comparison.
	around map[int]*call
	query  map[int]bool
	// database: the statement makes a database.
	database bool
}

func scan(sql string) *scanned {
	s := &scanned{tokens: tokens(sql), rank: map[int]int{}, around: map[int]*call{}, query: map[int]bool{}}
	var stack []*call
	query := false
	for i, t := range s.tokens {
		if t.Kind == sqltext.Space {
			continue
		}
		s.rank[i] = len(s.significant)
		s.significant = append(s.significant, i)
		if t.Kind == sqltext.Close && len(stack) > 0 {
			stack = stack[:len(stack)-1]
		}
		if len(stack) > 0 {
			s.around[i] = stack[len(stack)-1]
		}
		if len(stack) == 0 && t.Kind == sqltext.Word {
			query = s.clause(i, query)
		}
		s.query[i] = query
		for depth, c := range stack {
			if t.Kind == sqltext.Comma && depth == len(stack)-1 {
				c.args = append(c.args, nil)
			} else {
				c.args[len(c.args)-1] = append(c.args[len(c.args)-1], i)
			}
		}
		if t.Kind == sqltext.Open {
			c := s.open(i)
			s.calls = append(s.calls, c)
			stack = append(stack, c)
		}
	}
	return s
}

// clause follows the keywords outside every bracket.
func (s *scanned) clause(i int, query bool) bool {
	switch word := s.word(i); word {
	case "select", "where":
		return true
	case "settings", "engine", "collection", "identified":
		return false
	case "database":
		s.database = s.database || s.word(s.before(i, 1)) == "create"
	}
	return query
}

func (s *scanned) open(i int) *call {
	c := &call{args: [][]int{nil}}
	at := s.before(i, 1)
	if at < 0 || s.tokens[at].Kind != sqltext.Word {
		return c
	}
	c.name = s.word(at)
	c.engine = s.word(s.before(at, 1)) == "engine" || s.text(s.before(at, 1)) == "=" && s.word(s.before(at, 2)) == "engine"
	return c
}

// before is the n-th significant token before token i, -1 when there is none.
func (s *scanned) before(i, n int) int {
	if r, ok := s.rank[i]; ok && r-n >= 0 {
		return s.significant[r-n]
	}
	return -1
}

func (s *scanned) text(i int) string {
	if i < 0 {
		return ""
	}
	return s.tokens[i].Text
}

// word is a bare or quoted name in lower case, "" for any other token.
func (s *scanned) word(i int) string {
	if i < 0 || s.tokens[i].Kind != sqltext.Word && s.tokens[i].Kind != sqltext.QuotedName {
		return ""
	}
	return strings.ToLower(sqltext.Unquote(s.tokens[i].Text))
}

// positional are the literals of a call that are credentials by their position.
func (s *scanned) positional(c *call) []int {
	p := places[c.name]
	switch {
	case c.name == "remote", c.name == "remotesecure":
		p = place{at: []int{s.remotePassword(c)}}
	case c.engine && s.database:
		p = databaseEngines[c.name]
	case c.engine && c.name == "redis":
		p = third
	}
	var out []int
	for _, n := range p.at {
		if n >= len(c.args) || len(c.args[n]) == 0 {
			continue
		}
		arg := c.args[n]
		if p.optional && len(arg) == 1 && s.isFormat(arg[0]) {
			break
		}
		if len(arg) > 1 && s.text(arg[1]) == "=" {
			continue // by name
		}
		out = append(out, slices.DeleteFunc(slices.Clone(arg), func(i int) bool { return s.tokens[i].Kind != sqltext.Literal })...)
	}
	return out
}

// remotePassword is the position of the password in remote(addresses, db, table,
// user, password), where db and table can be one: db.table or a table function.
func (s *scanned) remotePassword(c *call) int {
	if len(c.args) < 2 || len(c.args[1]) == 0 {
		return 4
	}
	for _, i := range c.args[1] {
		if t := s.tokens[i]; t.Kind == sqltext.Open || strings.Contains(sqltext.Unquote(t.Text), ".") {
			return 3
		}
	}
	return 4
}

// named reports whether the words before a literal make it a credential.
func (s *scanned) named(i int) bool {
	around := s.around[i]
	p1, p2 := s.before(i, 1), s.before(i, 2)
	switch {
	case s.word(p1) != "" && p1 == i-1:
		return false // the password's: prose
	case s.word(p1) == "by":
		for n := 2; n <= 4; n++ {
			if w := s.word(s.before(i, n)); w == "identified" || n == 2 && secretName.MatchString(w) {
				return true
			}
		}
		return false
	case s.word(p1) == "identified", secretName.MatchString(s.word(p1)):
		return true
	case around != nil && around.name == "header":
		return s.word(p1) == "value"
	case s.text(p1) != "=":
		return false
	case around != nil && around.name == "headers":
		return true
	case !secretName.MatchString(s.word(p2)):
		return false
	case around == nil:
		return !s.query[i]
	}
	_, places := places[around.name]
	return places || named[around.name]
}

func (s *scanned) isFormat(i int) bool {
	t := s.tokens[i]
	return (t.Kind == sqltext.Literal || t.Kind == sqltext.Word) && formats[strings.ToLower(sqltext.Unquote(t.Text))]
}
