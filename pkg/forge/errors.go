package forge

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"regexp"
	"strings"
	"time"

	"github.com/google/go-github/v60/github"
)

// More errors that callers tell apart with errors.Is.
var (
	// ErrUnauthorized: the token is missing, mistyped, expired or revoked.
	ErrUnauthorized = errors.New("the token is not accepted")
	// ErrUncertain: the connection broke in the middle of a write, or the host failed;
	// it may have happened.
	ErrUncertain = errors.New("it is not known whether the host did it")
	// ErrStillRunning: the workflow run has not ended, so it cannot be run again.
	ErrStillRunning = errors.New("the workflow run has not ended yet")
)

// RateLimitError says that the host wants no more requests for longer than is worth
// waiting.
type RateLimitError struct {
	// Until is when it will answer again.
	Until time.Time
	// Secondary: too much at once, not too much in an hour.
	Secondary bool
}

// Error is one line with the time.
func (e *RateLimitError) Error() string {
	kind := "the token's requests of this hour are used up"
	if e.Secondary {
		kind = "the host asks to slow down"
	}
	return fmt.Sprintf("%s; it answers again at %s", kind, e.Until.UTC().Format("15:04:05 UTC on 2006-01-02"))
}

// hostError is an answer that is not a success, without credentials.
type hostError struct {
	status int
	text   string
	kind   error
}

func (e *hostError) Error() string {
	if e.text == "" {
		return fmt.Sprintf("the host answered %d %s", e.status, http.StatusText(e.status))
	}
	return fmt.Sprintf("the host answered %d: %s", e.status, e.text)
}

func (e *hostError) Unwrap() error { return e.kind }

// tooLong is how GitHub says it: "Body is too long (maximum is 65536 characters)",
// "body is too long", "is too large".
var tooLong = regexp.MustCompile(`(?i)\btoo (long|large|big)\b`)

// notPermission are refusals with 403 that no permission would lift.
var notPermission = regexp.MustCompile(`(?i)locked|archived|already running|protected|blocked|suspended|IP allow list|SAML|not yet|disabled`)

// failed turns what the library says into one line with a remedy.
func (c *Client) failed(q call, err error) error {
	if err == nil {
		return nil
	}
	var limit *RateLimitError
	if errors.As(err, &limit) {
		return fmt.Errorf("cannot %s: %w", q.doing, limit)
	}
	answer, status := c.answer(err)
	switch {
	case answer == nil:
		return fmt.Errorf("cannot %s: %w", q.doing, c.plain(err))
	case status == http.StatusUnauthorized:
		answer.kind = ErrUnauthorized
		return fmt.Errorf("cannot %s: %w; is it expired or mistyped? (%w)", q.doing, ErrUnauthorized, answer)
	case status == http.StatusForbidden && !notPermission.MatchString(answer.text):
		answer.kind = ErrForbidden
		if q.permission != "" {
			return &PermissionError{Permission: q.permission, Doing: q.doing, Err: answer}
		}
	case status == http.StatusNotFound || status == http.StatusGone:
		answer.kind = ErrNotFound
		if q.permission != "" && !q.gone && status == http.StatusNotFound && q.method != http.MethodGet {
			return &PermissionError{Permission: q.permission, Doing: q.doing, Err: answer}
		}
	case status == http.StatusRequestEntityTooLarge, status == http.StatusUnprocessableEntity && tooLong.MatchString(answer.text):
		answer.kind = ErrTooLong
	case status >= 500:
		answer.kind = ErrUncertain
	}
	return fmt.Errorf("cannot %s: %w", q.doing, answer)
}

// answer is the host's answer in err, or nil when there was none.
func (c *Client) answer(err error) (*hostError, int) {
	var refused *github.ErrorResponse
	var limited *github.RateLimitError
	var abuse *github.AbuseRateLimitError
	var otp *github.TwoFactorAuthError
	e := &hostError{}
	switch {
	case errors.As(err, &refused):
		e.status, e.text = refused.Response.StatusCode, refused.Message
		for _, detail := range refused.Errors {
			if said := firstOf(detail.Message, strings.TrimSpace(detail.Field+" "+detail.Code)); said != "" {
				e.text += "; " + said
			}
		}
	case errors.As(err, &limited):
		e.status, e.text = http.StatusForbidden, limited.Message
	case errors.As(err, &abuse):
		e.status, e.text = http.StatusForbidden, abuse.Message
	case errors.As(err, &otp):
		e.status, e.text = http.StatusUnauthorized, otp.Message
	default:
		return nil, 0
	}
	e.text = shorten(c.redact(e.text), 500)
	return e, e.status
}

// plain keeps what callers tell apart and drops addresses, which may hold credentials of a proxy.
func (c *Client) plain(err error) error {
	for _, kind := range []error{ErrUncertain, ErrUnsupported, ErrMoved, context.Canceled, context.DeadlineExceeded} {
		if errors.Is(err, kind) {
			return fmt.Errorf("%w (%s)", kind, c.redact(err.Error()))
		}
	}
	return errors.New(c.redact(err.Error()))
}

func firstOf(texts ...string) string {
	for _, t := range texts {
		if t != "" {
			return t
		}
	}
	return ""
}

// shorten cuts a text to at most n runes, the last being an ellipsis.
func shorten(text string, n int) string {
	runes := []rune(text)
	if len(runes) <= n {
		return text
	}
	return strings.TrimRight(string(runes[:n-1]), " ") + "…"
}
