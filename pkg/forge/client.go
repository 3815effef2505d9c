package forge

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"

	"github.com/google/go-github/v60/github"
)

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
	if g, err := url.Parse(o.GraphQLURL); err != nil || g.Host != base.Host || g.Scheme != base.Scheme {
		o.GraphQLURL = graphQLURL(*base)
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Sleep == nil {
		o.Sleep = Sleep
	}
	if o.Transport == nil {
		o.Transport = http.DefaultTransport
	}
	if o.Timeout <= 0 {
		o.Timeout = attemptTime
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

// RepoURL is the repository's address for people, for links to its commits and runs.
func (c *Client) RepoURL() string {
	return strings.TrimRight(c.o.ServerURL, "/") + "/" + c.o.Repo.String()
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

// Sleep waits, or ends with the context and gives its error.
func Sleep(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// shortestToken is the length from which a token is hidden: a shorter one is no secret, and
// would be found in ordinary words.
const shortestToken = 8

func hideToken(text, token string) string {
	if len(token) < shortestToken {
		return text
	}
	return strings.ReplaceAll(text, token, "***")
}

// redact hides secrets in a text that leaves.
func (c *Client) redact(text string) string {
	if c.o.Redact != nil {
		text = c.o.Redact(text)
	}
	return hideToken(text, c.o.Token)
}
