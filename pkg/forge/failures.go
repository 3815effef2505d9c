package forge

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"strings"

	"github.com/google/go-github/v60/github"
)

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

// plainError is a failure without an answer: its text, without credentials, and its kind.
type plainError struct {
	text string
	kind error
}

func (e *plainError) Error() string { return e.text }
func (e *plainError) Unwrap() error { return e.kind }

// plain keeps the text, without the request's address, and what callers tell apart.
func (c *Client) plain(err error) error {
	var address *url.Error
	if errors.As(err, &address) {
		err = address.Err
	}
	plain := &plainError{text: c.redact(err.Error())}
	for _, kind := range []error{ErrUncertain, context.Canceled, context.DeadlineExceeded} {
		if errors.Is(err, kind) {
			plain.kind = kind
			break
		}
	}
	return plain
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
