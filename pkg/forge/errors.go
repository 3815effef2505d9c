package forge

import (
	"errors"
	"fmt"
	"time"
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
