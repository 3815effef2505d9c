package forge

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"regexp"
	"strconv"
	"time"
)

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
