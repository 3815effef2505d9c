package probe

import (
	"context"
	"errors"
	"time"

	"github.com/moose-migrate/moose-migrate/pkg/clickhouse"
)

// Broker is what is asked about topics. It only reads: it joins no consumer group,
// commits nothing and makes no topic. A topic that does not exist is absent from the
// result. Topics are named by their ids, without the namespace.
type Broker interface {
	Streams(ctx context.Context, topics []StreamQuestion) (map[string]Stream, error)
}

// StreamQuestion asks what a topic holds.
type StreamQuestion struct {
	Topic string
	// OlderThan asks how many messages are older, the zero time for nothing.
	OlderThan time.Time
}

// Stream is what a topic holds. Messages are counted by their offsets, so that those
// which a compaction took out, and marks of transactions, count too.
type Stream struct {
	Partitions int
	// Messages are those that the brokers still keep.
	Messages uint64
	// Bytes is what one copy of them takes on disk, nil where the brokers do not tell.
	Bytes *uint64
	// Oldest is the time of the oldest message, zero where there is none.
	Oldest time.Time
	// Older are the messages before the time that the question names.
	Older uint64
	// Groups are the consumer groups that have read from the topic, by name.
	Groups []Group
	// GroupsErr says why the groups are not known, nil when they are.
	GroupsErr error
}

// Group is how far a consumer group has read a topic.
type Group struct {
	Name string
	// Unread are the messages after what it has committed, OlderUnread those of them
	// that are before the time which the question names.
	Unread, OlderUnread uint64
}

// ErrNoBroker is why nothing is known of topics where no broker can be asked.
var ErrNoBroker = errors.New("no broker was asked, as streaming_engine is off under [features] of moose.config.toml")

// Stream is what is known of a topic; false when the brokers do not have it.
func (f *Facts) Stream(topic string) (stream Stream, exists bool, err error) {
	if f == nil {
		return Stream{}, false, ErrNotAsked
	}
	stream, exists = f.Streams.Value[topic]
	return stream, exists, f.Streams.Err
}

func streams(ctx context.Context, _ Server, r Request, f *Facts) clickhouse.Cost {
	switch {
	case len(r.Streams) == 0:
		f.Streams.Err = ErrNotAsked
	case r.Broker == nil:
		f.Streams.Err = ErrNoBroker
	default:
		ctx, cancel := r.Limits.outside(ctx)
		defer cancel()
		f.Streams.Value, f.Streams.Err = r.Broker.Streams(ctx, r.Streams)
	}
	return clickhouse.Cost{}
}

// outside bounds what is asked of other servers than ClickHouse.
func (l Limits) outside(ctx context.Context) (context.Context, context.CancelFunc) {
	if l.Seconds == 0 {
		return context.WithCancel(ctx)
	}
	return context.WithTimeout(ctx, time.Duration(l.Seconds)*time.Second)
}
