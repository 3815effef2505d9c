package forge

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"regexp"
	"strconv"
	"time"

	"github.com/cenkalti/backoff/v5"
)

const (
	// attemptTime bounds one request with its answer.
	attemptTime = 30 * time.Second
	// maxBody is the largest answer that is read, in bytes: a page of comments that are
	// all as long as GitHub allows has 26 MB.
	maxBody = 32 << 20
	// attempts is how often a request that is safe to repeat is sent.
	attempts = 4
	// maxWait is how long one call waits for rate limits in total.
	maxWait = 60 * time.Second
	// secondaryWait is what GitHub's documentation on rate limits asks for when a
	// secondary limit comes without a time.
	secondaryWait = 60 * time.Second
)

// onceKey marks, in a context, a request that must not be sent twice.
type onceKey struct{}

// transport authorises, bounds, repeats, waits and remembers.
type transport struct {
	o     Options
	host  *url.URL
	extra *url.URL // the GraphQL API
	cache *etags
}

func newTransport(o Options, host *url.URL) *transport {
	extra, err := url.Parse(o.GraphQLURL)
	if err != nil {
		extra = host
	}
	return &transport{o: o, host: host, extra: extra, cache: newETags()}
}

// RoundTrip implements http.RoundTripper.
func (t *transport) RoundTrip(request *http.Request) (*http.Response, error) {
	ctx := request.Context()
	var body []byte
	if request.Body != nil {
		var err error
		body, err = io.ReadAll(request.Body)
		request.Body.Close()
		if err != nil {
			return nil, fmt.Errorf("reading the request: %w", err)
		}
	}
	once := ctx.Value(onceKey{}) != nil
	pauses := newBackOff()
	var waited time.Duration
	for attempt := 1; ; {
		response, err := t.attempt(request, body)
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		pause := pauses.NextBackOff()
		why := ""
		switch {
		case err != nil:
			if once && !neverSent(err) {
				return nil, fmt.Errorf("%w: %w", ErrUncertain, err)
			}
			if attempt >= attempts || !worthRepeating(err) {
				return nil, err
			}
			why = err.Error()
			attempt++
		case response.StatusCode >= 500 && response.StatusCode != http.StatusNotImplemented:
			if once {
				return nil, fmt.Errorf("%w: the host answered %s", ErrUncertain, response.Status)
			}
			if attempt >= attempts {
				return strip(response), nil
			}
			why = "the host answered " + response.Status
			attempt++
			if after, ok := retryAfter(response.Header, t.o.Now()); ok {
				pause = max(pause, after)
			}
		default:
			limit, limited := limitOf(response, t.o.Now())
			if !limited {
				return strip(response), nil
			}
			pause = max(pause, limit.Until.Sub(t.o.Now()))
			if waited+pause > maxWait {
				return nil, limit
			}
			why = "the host's rate limit is reached"
		}
		waited += pause
		if waited > maxWait {
			if response != nil {
				return strip(response), nil
			}
			return nil, err
		}
		t.o.Log(fmt.Sprintf("%s; trying again in %s", t.hide(why), pause.Round(time.Millisecond)))
		if err := t.o.Sleep(ctx, pause); err != nil {
			return nil, err
		}
	}
}

func newBackOff() *backoff.ExponentialBackOff {
	b := backoff.NewExponentialBackOff() // with a jitter of one half
	b.InitialInterval, b.Multiplier, b.MaxInterval = 500*time.Millisecond, 2, 8*time.Second
	b.Reset()
	return b
}

// hide keeps the token out of what is told.
func (t *transport) hide(text string) string {
	if t.o.Redact != nil {
		text = t.o.Redact(text)
	}
	return string(bytes.ReplaceAll([]byte(text), []byte(t.o.Token), []byte("***")))
}

// attempt sends the request once and reads the whole answer, so that a connection that
// breaks in the middle of it is noticed here.
func (t *transport) attempt(request *http.Request, body []byte) (*http.Response, error) {
	ctx, cancel := context.WithTimeout(request.Context(), attemptTime)
	defer cancel()
	r := request.Clone(ctx)
	r.Body, r.GetBody, r.ContentLength = nil, nil, int64(len(body))
	if request.Body != nil {
		r.Body = io.NopCloser(bytes.NewReader(body))
	}
	r.Header.Del("Authorization")
	if u := r.URL; u.Scheme == t.host.Scheme && u.Host == t.host.Host || u.Scheme == t.extra.Scheme && u.Host == t.extra.Host {
		scheme := "Bearer "
		if t.o.Flavor == Gitea {
			scheme = "token "
		}
		r.Header.Set("Authorization", scheme+t.o.Token)
	}
	t.cache.ask(r)
	response, err := t.o.Transport.RoundTrip(r)
	if err != nil {
		return nil, err
	}
	defer response.Body.Close()
	data, err := io.ReadAll(io.LimitReader(response.Body, maxBody+1))
	if err != nil {
		return nil, fmt.Errorf("reading the host's answer: %w", err)
	}
	if len(data) > maxBody {
		return nil, errTooMuch
	}
	response.Body = io.NopCloser(bytes.NewReader(data))
	return t.cache.answer(r, response, data), nil
}

var errTooMuch = fmt.Errorf("the host's answer has more than %d MB", maxBody>>20)

// neverSent reports whether the request cannot have reached the host.
func neverSent(err error) bool {
	var op *net.OpError
	return errors.As(err, &op) && op.Op == "dial"
}

// worthRepeating is false for what will fail in the same way again.
func worthRepeating(err error) bool {
	var dns *net.DNSError
	if errors.As(err, &dns) {
		return !dns.IsNotFound
	}
	var network net.Error
	var op *net.OpError
	return errors.As(err, &op) || errors.As(err, &network) || errors.Is(err, io.ErrUnexpectedEOF) ||
		errors.Is(err, io.EOF) || errors.Is(err, context.DeadlineExceeded)
}

// aboutPermissions is a refusal that has nothing to do with rate limits even when the last
// request of the hour got it.
var (
	aboutPermissions = regexp.MustCompile(`(?i)not accessible|must have|permission`)
	aboutLimits      = regexp.MustCompile(`(?i)rate limit|abuse detection`)
)

// limitOf reports whether the answer is a rate limit, and until when. See "Rate limits for
// the REST API" in GitHub's documentation: 403 or 429, with Retry-After, or with
// X-RateLimit-Remaining: 0 and X-RateLimit-Reset.
func limitOf(response *http.Response, now time.Time) (*RateLimitError, bool) {
	if response.StatusCode != http.StatusTooManyRequests && response.StatusCode != http.StatusForbidden {
		return nil, false
	}
	body, _ := io.ReadAll(response.Body)
	response.Body = io.NopCloser(bytes.NewReader(body))
	told := aboutLimits.Match(body)
	if response.StatusCode == http.StatusForbidden && !told && aboutPermissions.Match(body) {
		return nil, false
	}
	if after, ok := retryAfter(response.Header, now); ok {
		return &RateLimitError{Until: now.Add(after), Secondary: true}, true
	}
	if response.Header.Get("X-RateLimit-Remaining") == "0" {
		if reset, err := strconv.ParseInt(response.Header.Get("X-RateLimit-Reset"), 10, 64); err == nil {
			return &RateLimitError{Until: time.Unix(reset, 0).Add(time.Second)}, true
		}
	}
	if told || response.StatusCode == http.StatusTooManyRequests {
		return &RateLimitError{Until: now.Add(secondaryWait), Secondary: true}, true
	}
	return nil, false
}

// retryAfter reads the header in its two forms, seconds and a date.
func retryAfter(h http.Header, now time.Time) (time.Duration, bool) {
	value := h.Get("Retry-After")
	if value == "" {
		return 0, false
	}
	if seconds, err := strconv.ParseInt(value, 10, 32); err == nil {
		return max(0, time.Duration(seconds)*time.Second), true
	}
	if at, err := http.ParseTime(value); err == nil {
		return max(0, at.Sub(now)), true
	}
	return 0, false
}

// strip takes off the counters of the rate limit, by which the library would refuse
// requests on its own, on the real clock.
func strip(response *http.Response) *http.Response {
	for _, name := range []string{"X-RateLimit-Limit", "X-RateLimit-Remaining", "X-RateLimit-Reset"} {
		response.Header.Del(name)
	}
	return response
}
