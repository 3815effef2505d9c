package forge

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"time"

	"github.com/cenkalti/backoff/v5"
)

const (
	// attemptTime is the default of Options.Timeout.
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
	cache *etags
}

func newTransport(o Options, host *url.URL) *transport {
	return &transport{o: o, host: host, cache: newETags()}
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
		var why string
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
	return hideToken(text, t.o.Token)
}

// attempt sends the request once and reads the whole answer, so that a connection that
// breaks in the middle of it is noticed here.
func (t *transport) attempt(request *http.Request, body []byte) (*http.Response, error) {
	ctx, cancel := context.WithTimeout(request.Context(), t.o.Timeout)
	defer cancel()
	r := request.Clone(ctx)
	r.Body, r.GetBody, r.ContentLength = nil, nil, int64(len(body))
	if request.Body != nil {
		r.Body = io.NopCloser(bytes.NewReader(body))
	}
	r.Header.Del("Authorization")
	if u := r.URL; u.Scheme == t.host.Scheme && u.Host == t.host.Host {
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
