package forge

import (
	"context"
	"net/http"
	"strings"
	"time"
)

// Flavor is the kind of host.
type Flavor string

// The hosts there are.
const (
	// GitHub is github.com and GitHub Enterprise Server.
	GitHub Flavor = "github"
	// Gitea is Gitea and Forgejo.
	Gitea Flavor = "gitea"
)

// DetectFlavor tells the host from the API's address and from GITEA_ACTIONS, which
// the runners of Gitea and Forgejo set to "true". getenv may be nil.
func DetectFlavor(apiURL string, getenv func(string) string) Flavor {
	if strings.HasSuffix(strings.TrimRight(apiURL, "/"), "/api/v1") || getenv != nil && getenv("GITEA_ACTIONS") == "true" {
		return Gitea
	}
	return GitHub
}

// Options say where the host is and who asks.
type Options struct {
	// Token is sent to the host of APIURL and nowhere else.
	Token string
	// APIURL is the address of the REST API, such as https://api.github.com,
	// https://host/api/v3 or https://host/api/v1 (GITHUB_API_URL).
	APIURL string
	// GraphQLURL is that of the GraphQL API (GITHUB_GRAPHQL_URL); empty, or on another host:
	// derived from APIURL.
	GraphQLURL string
	// ServerURL is the address for people, such as https://github.com (GITHUB_SERVER_URL);
	// it is only for RepoURL.
	ServerURL string
	Repo      Repo
	// Flavor is the kind of host; empty: DetectFlavor of APIURL.
	Flavor Flavor
	// Transport carries the requests; nil: http.DefaultTransport, with its proxies.
	Transport http.RoundTripper
	// Timeout bounds one request with its answer; 0: 30 seconds. A call may repeat it.
	Timeout time.Duration
	// Now and Sleep are the clock; nil: the real one.
	Now   func() time.Time
	Sleep func(context.Context, time.Duration) error
	// Redact is applied to every text that leaves, and to every error; nil: nothing is hidden
	// but the token.
	Redact func(string) string
	// Log is told of waits and repetitions, a line each; nil: nobody is.
	Log func(string)
}

// EnvOptions fills the addresses and the repository from the variables that runners set:
// GITHUB_API_URL, GITHUB_GRAPHQL_URL, GITHUB_SERVER_URL, GITHUB_REPOSITORY, GITEA_ACTIONS.
// The token is left to the caller.
func EnvOptions(getenv func(string) string) Options {
	owner, name, _ := strings.Cut(getenv("GITHUB_REPOSITORY"), "/")
	api := getenv("GITHUB_API_URL")
	if api == "" {
		api = "https://api.github.com"
	}
	return Options{
		APIURL: api, GraphQLURL: getenv("GITHUB_GRAPHQL_URL"), ServerURL: getenv("GITHUB_SERVER_URL"),
		Repo: Repo{Owner: owner, Name: name}, Flavor: DetectFlavor(api, getenv),
	}
}
