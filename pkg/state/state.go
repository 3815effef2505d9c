// Package state keeps the recorded infrastructure map of a project and the
// lock under which it may change.
//
// The recorded map is what the last migration left behind. Where it is kept is
// the business of an adapter: package keepermap (a ClickHouse KeeperMap table)
// and package redis, both in the layout that Moose itself reads and writes.
// Package statetest is the conformance suite that every adapter passes.
package state

import (
	"context"
	"time"
)

// Blob is a stored infrastructure map.
type Blob struct {
	// Data is the protobuf encoding (moose.proto.InfrastructureMap), byte for
	// byte as it was saved.
	Data []byte
	// Key is the row or key it was read from, for messages.
	Key string
	// StoredAt is when it was saved, to the millisecond; zero when the store
	// does not record that (Redis).
	StoredAt time.Time
}

// Store keeps infrastructure maps and one migration lock for a project.
// A Store is safe for use by several goroutines.
type Store interface {
	// Load returns the newest map, or an error that wraps ErrNone when none
	// was ever saved. It only reads: it creates no table and no key.
	Load(ctx context.Context) (Blob, error)

	// Save makes data the newest map. It returns nil only after the store
	// confirmed the write. The caller holds the lock and has just called
	// Lock.Check. Empty data is refused.
	Save(ctx context.Context, data []byte) error

	// Lock takes the migration lock for owner and keeps it renewed until
	// Release. It does not wait: when somebody else holds the lock the error
	// is a *HeldError. The lock is renewed also after ctx ends, so that the
	// work in flight can finish under it; call Release in every case.
	Lock(ctx context.Context, owner Owner) (Lock, error)

	// Holder returns who holds the lock, nil when it is free or expired.
	// It only reads.
	Holder(ctx context.Context) (*Holder, error)

	// Describe names the place in words, without any credential, for example
	// "ClickHouse local._MOOSE_STATE".
	Describe() string
}

// Lock is a held migration lock.
type Lock interface {
	// Context is derived from the context given to Store.Lock. It ends, with a
	// cause that wraps ErrLockLost, when the lock is lost or could not be
	// renewed in time, and with ErrReleased after Release.
	Context() context.Context

	// Check asks the server whether the lock is still ours and not expired.
	// Call it before each statement. When it returns nil, at least a twentieth of
	// the TTL is left, in which nobody else gets the lock. An error that wraps ErrLockLost means
	// that it is gone for good; any other error means that the answer is not
	// known, and the statement must not run either.
	Check(ctx context.Context) error

	// Release gives the lock back and touches nobody else's. It returns an
	// error that wraps ErrLockLost when the lock was lost before, that is when
	// the work was not covered by it to the end. After another error it may be
	// called again; otherwise the lock ends by expiry. A second call after
	// success returns nil.
	Release(ctx context.Context) error
}
