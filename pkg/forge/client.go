package forge

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/google/go-github/v60/github"
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

const (
	// perPage is the most that GitHub gives in one page.
	perPage = 100
	// giteaLimit is the default of Gitea's MAX_RESPONSE_ITEMS.
	giteaLimit = 50
	// maxPages bounds every list.
	maxPages = 200
	// callTime bounds one call of this package with its retries and waits; lists and
	// Upsert, which are many requests, have it for each of these.
	callTime = 5 * time.Minute
)

// Options say where the host is and who asks.
type Options struct {
	// Token is sent to the host of APIURL and nowhere else.
	Token string
	// APIURL is the address of the REST API, such as https://api.github.com,
	// https://host/api/v3 or https://host/api/v1 (GITHUB_API_URL).
	APIURL string
	// GraphQLURL is that of the GraphQL API (GITHUB_GRAPHQL_URL); empty: derived from APIURL.
	GraphQLURL string
	// ServerURL is the address for people, such as https://github.com (GITHUB_SERVER_URL).
	ServerURL string
	Repo      Repo
	// Flavor is the kind of host; empty: DetectFlavor of APIURL.
	Flavor Flavor
	// Transport carries the requests; nil: http.DefaultTransport, with its proxies.
	Transport http.RoundTripper
	// Now and Sleep are the clock; nil: the real one.
	Now   func() time.Time
	Sleep func(context.Context, time.Duration) error
	// Redact is applied to every text that leaves, and to every error; nil: nothing is hidden
	// but the token.
	Redact func(string) string
	// Log is told of waits and repetitions, a line each; nil: nobody is.
	Log func(string)
}

// Client talks to one repository's host. It may be used by many goroutines.
type Client struct {
	o   Options
	api *github.Client

	mu    sync.Mutex
	login string
}

// New makes a client; it sends nothing yet.
func New(o Options) (*Client, error) {
	base, err := url.Parse(strings.TrimRight(o.APIURL, "/") + "/")
	if err != nil || base.Host == "" || base.Scheme != "https" && base.Scheme != "http" {
		return nil, errors.New("the address of the host's API is not an http(s) URL; set GITHUB_API_URL, for example to https://api.github.com")
	}
	if base.User != nil {
		return nil, errors.New("the address of the host's API must not contain a user or password")
	}
	if o.Repo.Owner == "" || o.Repo.Name == "" {
		return nil, errors.New("the repository is not named; set GITHUB_REPOSITORY to owner/name")
	}
	if o.Token == "" {
		return nil, fmt.Errorf("%w: there is none; pass `github-token: ${{ github.token }}`", ErrUnauthorized)
	}
	if o.Flavor == "" {
		o.Flavor = DetectFlavor(o.APIURL, nil)
	}
	if o.GraphQLURL == "" {
		o.GraphQLURL = graphQLURL(*base)
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Sleep == nil {
		o.Sleep = sleep
	}
	if o.Transport == nil {
		o.Transport = http.DefaultTransport
	}
	if o.Log == nil {
		o.Log = func(string) {}
	}
	c := &Client{o: o}
	c.api = github.NewClient(&http.Client{Transport: newTransport(c.o, base), CheckRedirect: sameHost})
	c.api.BaseURL = base
	c.api.UserAgent = "moose-migrate"
	return c, nil
}

// graphQLURL is where GitHub puts it: beside the REST API on github.com, at
// /api/graphql on GitHub Enterprise Server.
func graphQLURL(base url.URL) string {
	path := strings.TrimSuffix(strings.TrimRight(base.Path, "/"), "/v3")
	base.Path = path + "/graphql"
	return base.String()
}

// sameHost stops a redirect that would lead away from the host.
func sameHost(next *http.Request, via []*http.Request) error {
	first := via[0].URL
	if next.URL.Host != first.Host || next.URL.Scheme != first.Scheme {
		return fmt.Errorf("the host redirects to %s, where the token must not go", next.URL.Host)
	}
	if len(via) >= 5 {
		return errors.New("the host redirects in circles")
	}
	return nil
}

func sleep(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// EnvOptions fills the addresses and the repository from the variables that runners set:
// GITHUB_API_URL, GITHUB_GRAPHQL_URL, GITHUB_SERVER_URL, GITHUB_REPOSITORY, GITEA_ACTIONS.
// The token is left to the caller. getenv nil means os.Getenv.
func EnvOptions(getenv func(string) string) Options {
	if getenv == nil {
		getenv = os.Getenv
	}
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

// call is one request and what its failure means.
type call struct {
	// doing and permission are for errors: "comment on the pull request", "pull-requests: write".
	// An empty permission: reading, which a refusal is not explained by a line.
	doing, permission string
	method, path      string
	query             url.Values
	in, out           any
	// once: repeating it would do it twice.
	once bool
	// gone: the thing it works on may have been deleted, so 404 is not about permissions.
	gone bool
}

// repoPath is a path below the repository; args are escaped.
func (c *Client) repoPath(format string, args ...any) string {
	escaped := []any{url.PathEscape(c.o.Repo.Owner), url.PathEscape(c.o.Repo.Name)}
	for _, a := range args {
		if s, ok := a.(string); ok {
			a = url.PathEscape(s)
		}
		escaped = append(escaped, a)
	}
	return strings.TrimSuffix(fmt.Sprintf("repos/%s/%s/"+format, escaped...), "/")
}

func (c *Client) do(ctx context.Context, q call) (*github.Response, error) {
	ctx, cancel := context.WithTimeout(ctx, callTime)
	defer cancel()
	path := q.path
	if len(q.query) > 0 {
		path += "?" + q.query.Encode()
	}
	request, err := c.api.NewRequest(q.method, path, q.in)
	if err != nil {
		return nil, c.failed(q, err)
	}
	if q.once {
		ctx = context.WithValue(ctx, onceKey{}, true)
	}
	response, err := c.api.Do(ctx, request, q.out)
	if err != nil {
		return response, c.failed(q, err)
	}
	return response, nil
}

// list reads all pages. On GitHub a full page without a following one is not believed:
// an answer "not modified" need not carry the links of today.
func list[T any](ctx context.Context, c *Client, q call) ([]T, error) {
	q.method = http.MethodGet
	if q.query == nil {
		q.query = url.Values{}
	}
	q.query.Set("per_page", strconv.Itoa(perPage))
	if c.o.Flavor == Gitea {
		q.query.Del("per_page")
		q.query.Set("limit", strconv.Itoa(giteaLimit))
	}
	var all []T
	for page := 1; page <= maxPages; page++ {
		q.query.Set("page", strconv.Itoa(page))
		var items []T
		q.out = &items
		response, err := c.do(ctx, q)
		if err != nil {
			return nil, err
		}
		all = append(all, items...)
		more := response.NextPage > page || c.o.Flavor == GitHub && len(items) == perPage
		if !more || len(items) == 0 {
			return all, nil
		}
	}
	return nil, fmt.Errorf("cannot %s: there are more than %d pages", q.doing, maxPages)
}

// redact hides secrets in a text that leaves.
func (c *Client) redact(text string) string {
	if c.o.Redact != nil {
		text = c.o.Redact(text)
	}
	return strings.ReplaceAll(text, c.o.Token, "***")
}
