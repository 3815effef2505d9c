package state

import (
	"context"
	"errors"
	"fmt"
	"regexp"
)

// Shelf keeps named values of ours beside the map, such as the journal of a migration.
// Every store of this module is one; Moose ignores what is on it. Names are those that
// CheckName allows; values have 1 to MaxSize bytes, and any bytes.
type Shelf interface {
	// Put makes data the value of name, whatever it was. It returns nil only after the
	// store confirmed the write. A reader sees the old or the new value, never a part of one.
	Put(ctx context.Context, name string, data []byte) error
	// Swap is Put on the condition that the value is still old; nil is no value. Of several
	// that swap the same value, one succeeds, also when all write the same data. An error
	// that wraps ErrChanged says that the value is not old, and that nothing was written,
	// or that what was written has been replaced by somebody else already.
	Swap(ctx context.Context, name string, old, data []byte) error
	// Get returns the value, or an error that wraps ErrNone when there is none. It only reads.
	Get(ctx context.Context, name string) ([]byte, error)
	// Names lists the names that begin with prefix, sorted. It only reads.
	Names(ctx context.Context, prefix string) ([]string, error)
	// Remove takes values away; names that are not there are fine.
	Remove(ctx context.Context, names ...string) error
}

// Breaker can take a lock away from a holder that is gone. Every store of this module is
// one.
type Breaker interface {
	// Break removes the lock if it is still the one that Holder returned. An error that
	// wraps ErrChanged says that it was renewed, released or taken by somebody else since.
	// The caller records who did it and why.
	Break(ctx context.Context, holder Holder) error
}

// ErrChanged says that a value is not what the caller believed it to be.
var ErrChanged = errors.New("it was changed by somebody else in the meantime")

var shelfName = regexp.MustCompile(`^[a-z0-9][a-z0-9._/-]{0,199}$`)

// MaxSize is the largest value and the largest map that a store takes, in bytes.
const MaxSize = 64 << 20

// CheckValue refuses a name or a value that not every store can keep.
func CheckValue(name string, data []byte) error {
	if err := CheckName(name); err != nil {
		return err
	}
	if len(data) == 0 {
		return fmt.Errorf("there is nothing to store under %q, the value is empty", name)
	}
	if len(data) > MaxSize {
		return &TooLargeError{What: fmt.Sprintf("the value %q", name), Size: len(data), Limit: MaxSize}
	}
	return nil
}

// CheckName refuses names that not every store can keep: a name is 1 to 200 lower-case
// letters, digits, dots, dashes, underscores and slashes, and begins with a letter or digit.
func CheckName(name string) error {
	if !shelfName.MatchString(name) {
		return fmt.Errorf("%q is not a name for a stored value: a name has up to 200 lower-case letters, digits and . _ / -", name)
	}
	return nil
}
