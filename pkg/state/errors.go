package state

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/dustin/go-humanize"
)

var (
	// ErrNone says that there is no such value: no infrastructure map was ever saved, or
	// nothing is stored under a name.
	ErrNone = errors.New("nothing is stored there")

	// ErrLockLost says that the migration lock is not, or may no longer be,
	// ours: it expired, was removed, or was taken by somebody else.
	ErrLockLost = errors.New("the migration lock was lost")

	// ErrReleased is the cause of a lock's context after Release.
	ErrReleased = errors.New("the migration lock was released")
)

// HeldError says that somebody else holds the migration lock.
type HeldError struct {
	// Holder is who holds it.
	Holder Holder
	// Store is where, as Store.Describe says it.
	Store string
	// Now is the server's clock when the lock was looked at.
	Now time.Time
	// Look is the statement or command that shows the lock.
	Look string
	// Remove is the statement or command that removes the lock by hand.
	Remove string
}

// Error names the holder, when it started, when the lock expires, and how to
// look further.
func (e *HeldError) Error() string {
	var b strings.Builder
	fmt.Fprintf(&b, "the migration lock in %s is held", e.Store)
	if e.Holder.Problem != "" {
		fmt.Fprintf(&b, ", but its content cannot be read (%s), so it counts as held and does not expire. "+
			"Look at it with: %s. When no migration is running, remove it with: %s",
			e.Holder.Problem, e.Look, e.Remove)
		return b.String()
	}
	fmt.Fprintf(&b, " by %s", e.Holder.Name())
	if !e.Holder.Started.IsZero() {
		fmt.Fprintf(&b, " since %s", clock(e.Holder.Started))
	}
	if e.Holder.Expires.IsZero() {
		b.WriteString("; it does not expire by itself")
	} else {
		fmt.Fprintf(&b, "; it expires at %s (in %s) unless its holder renews it",
			clock(e.Holder.Expires), max(e.Holder.Expires.Sub(e.Now), 0).Round(time.Second))
	}
	fmt.Fprintf(&b, ". Wait for that run to end and try again; look at the lock with: %s; if that run is really gone: moose lock release --force --reason \"...\"", e.Look)
	return b.String()
}

// CorruptError says that a stored value cannot be decoded.
type CorruptError struct {
	// Where names the store and the row or key.
	Where string
	// Problem says what is wrong with it.
	Problem string
	// Remedy says what to do about it.
	Remedy string
}

// Error names the row, the problem and the remedy.
func (e *CorruptError) Error() string {
	return fmt.Sprintf("%s cannot be read: %s. %s", e.Where, e.Problem, e.Remedy)
}

// TooLargeError says that a value is larger than anything sensible.
type TooLargeError struct {
	// What it is, such as "the infrastructure map".
	What string
	// Size and Limit are in bytes.
	Size, Limit int
}

// Error names what it is, size, limit and remedy.
func (e *TooLargeError) Error() string {
	return fmt.Sprintf("%s is too large to be stored: %s, the limit is %s. "+
		"A project of that size has something generated in it; look for what makes it so large, or split the project",
		e.What, humanize.IBytes(uint64(e.Size)), humanize.IBytes(uint64(e.Limit)))
}

func clock(t time.Time) string { return t.UTC().Format("2006-01-02 15:04:05 UTC") }
