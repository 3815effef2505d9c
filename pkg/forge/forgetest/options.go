package forgetest

import (
	"strings"
	"time"

	"github.com/moose-migrate/moose-migrate/pkg/forge"
)

// Limits of GitHub.
const (
	// CommentDocumented is the comment length, in characters, that GitHub's error names.
	CommentDocumented = 65_536
	// CommentReal is the comment length, in bytes, from which github.com really refuses.
	CommentReal = 262_144
)

// Token is what a token may do.
type Token struct {
	// Login is who it is, such as "github-actions[bot]".
	Login string
	// Permissions has levels, "read" or "write", by name as in a workflow: "contents",
	// "pull-requests", "issues", "statuses", "deployments", "actions". Nil: everything.
	Permissions map[string]string
	// Fork makes it read-only, as that of a pull request from a fork.
	Fork bool
	// NoUser: GET /user is refused, as to the token of a workflow.
	NoUser bool
	// NoGraphQL: GraphQL is refused too.
	NoGraphQL bool
}

// Options say what the fake is like. The zero value is GitHub with the repository acme/shop
// and one token.
type Options struct {
	Repo   forge.Repo
	Flavor forge.Flavor
	// GiteaVersion is what Gitea says of itself; that of Forgejo is like "7.0.0+gitea-1.22.0".
	GiteaVersion string
	// DefaultBranch is "main" when empty.
	DefaultBranch string
	// Tokens by value; nil: DefaultToken, which is github-actions[bot] and may do all.
	Tokens map[string]Token
	// CommentLimit is the longest comment in bytes; 0: CommentDocumented.
	CommentLimit int
	// RateLimit is the number of requests in an hour; 0: 5000.
	RateLimit int
	// Now is the clock; nil: the real one.
	Now func() time.Time
	// OpenAPI is the file with GitHub's description of its API, by which requests and
	// answers are checked; empty: they are not. It does not apply to Gitea.
	OpenAPI string
	// BaseURL is the address the fake is reached at, for the addresses in its answers;
	// empty: the request's host.
	BaseURL string
}

// DefaultToken is the token when none are given.
const DefaultToken = "ghs_forgetest0123456789abcdefghijklmnopq"

// may reports whether one of the permissions is there; needs is "a,b:write" or empty.
func (t Token) may(needs string) bool {
	if needs == "" {
		return true
	}
	names, level, _ := strings.Cut(needs, ":")
	if level == "write" && t.Fork {
		return false
	}
	if t.Permissions == nil {
		return true
	}
	for name := range strings.SplitSeq(names, ",") {
		if has := t.Permissions[name]; has == "write" || has == "read" && level == "read" {
			return true
		}
	}
	return false
}
