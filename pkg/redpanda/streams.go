package redpanda

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"time"

	"github.com/twmb/franz-go/pkg/kadm"
	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kmsg"

	"github.com/moose-migrate/moose-migrate/pkg/inframap"
	"github.com/moose-migrate/moose-migrate/pkg/probe"
)

// Streams says what topics hold and how far consumer groups have read them. The topics
// are named without the namespace; one that does not exist is absent from the result.
// The number of round trips does not grow with the topics. It only reads. What the
// brokers do not tell of a topic is left out of it.
func (c *Client) Streams(ctx context.Context, topics []probe.StreamQuestion) (map[string]probe.Stream, error) {
	ctx, cancel := context.WithTimeout(ctx, c.options.timeout())
	defer cancel()
	ids := map[string]probe.StreamQuestion{}
	prefix := inframap.NamespacePrefix(c.options.Namespace)
	var names []string
	for _, t := range topics {
		ids[prefix+t.Topic] = t
		names = append(names, prefix+t.Topic)
	}
	found, err := c.metadata(ctx, names)
	if err != nil || len(found) == 0 {
		return nil, err
	}
	names = inframap.Keys(found)
	r := reading{admin: kadm.NewClient(c.kafka), names: names}
	if err := r.offsets(ctx); err != nil {
		return nil, c.failure("reading the offsets of topics from Redpanda at "+c.Describe(), err)
	}
	if r.older, err = r.before(ctx, ids); err != nil {
		return nil, c.failure("reading the times of messages from Redpanda at "+c.Describe(), err)
	}
	groups, groupsErr := r.committed(ctx)
	if groupsErr == nil {
		groupsErr = c.seesAllGroups(ctx)
	}
	if groupsErr != nil {
		groupsErr = c.failure("reading the consumer groups of Redpanda at "+c.Describe(), groupsErr)
	}
	sizes := r.sizes(ctx)
	out := map[string]probe.Stream{}
	for _, name := range names {
		s := r.stream(name)
		s.Partitions, s.GroupsErr = found[name].Partitions, groupsErr
		if size, known := sizes[name]; known {
			s.Bytes = &size
		}
		for group, offsets := range groups {
			if read, ok := offsets[name]; ok {
				s.Groups = append(s.Groups, r.group(group, name, read))
			}
		}
		slices.SortFunc(s.Groups, func(a, b probe.Group) int { return cmp.Compare(a.Name, b.Name) })
		out[ids[name].Topic] = s
	}
	return out, nil
}

// reading is what was read of topics: of each partition the first offset, the one
// after the last, that of the oldest message with its time, and the one at which the
// messages begin that are not older than was asked for.
type reading struct {
	admin                     *kadm.Client
	names                     []string
	start, end, oldest, older kadm.ListedOffsets
}

func (r *reading) offsets(ctx context.Context) (err error) {
	if r.start, err = r.admin.ListStartOffsets(ctx, r.names...); err != nil {
		return err
	}
	if r.end, err = r.admin.ListEndOffsets(ctx, r.names...); err != nil {
		return err
	}
	if r.oldest, err = r.admin.ListOffsetsAfterMilli(ctx, 0, r.names...); err != nil {
		return err
	}
	return cmp.Or(r.start.Error(), r.end.Error(), r.oldest.Error())
}

// before asks once for each time that topics share.
func (r *reading) before(ctx context.Context, asked map[string]probe.StreamQuestion) (kadm.ListedOffsets, error) {
	byTime := map[int64][]string{}
	for _, name := range r.names {
		if at := asked[name].OlderThan; !at.IsZero() {
			byTime[max(at.UnixMilli(), 0)] = append(byTime[max(at.UnixMilli(), 0)], name)
		}
	}
	out := kadm.ListedOffsets{}
	for at, names := range byTime {
		listed, err := r.admin.ListOffsetsAfterMilli(ctx, at, names...)
		if err = cmp.Or(err, listed.Error()); err != nil {
			return nil, err
		}
		for name, partitions := range listed {
			out[name] = partitions
		}
	}
	return out, nil
}

// committed are the offsets of each group by topic and partition.
func (r *reading) committed(ctx context.Context) (map[string]kadm.OffsetResponses, error) {
	listed, err := r.admin.ListGroups(ctx)
	if err != nil {
		return nil, err
	}
	out := map[string]kadm.OffsetResponses{}
	for name, group := range r.admin.FetchManyOffsets(ctx, listed.Groups()...) {
		switch {
		case errors.Is(group.Err, kerr.GroupIDNotFound): // deleted in the meantime
		case group.Err != nil:
			return nil, group.Err
		default:
			out[name] = group.Fetched
		}
	}
	return out, nil
}

// seesAllGroups is an error when the brokers may have left groups out: they list only
// those that the user may see, and do not say so, unless it may describe the cluster.
func (c *Client) seesAllGroups(ctx context.Context) error {
	request := kmsg.NewPtrDescribeClusterRequest()
	request.IncludeClusterAuthorizedOperations = true
	response, err := request.RequestWith(ctx, c.kafka)
	if err = cmp.Or(err, kerr.ErrorForCode(errorCode(response))); err != nil {
		return fmt.Errorf("whether all of them are shown is not known: %w", err)
	}
	const describe = 1 << kmsg.ACLOperationDescribe
	if response.ClusterAuthorizedOperations&describe == 0 || response.ClusterAuthorizedOperations == math.MinInt32 {
		return errors.New("the user may not see all of them; grant Describe on the cluster")
	}
	return nil
}

func errorCode(r *kmsg.DescribeClusterResponse) int16 {
	if r == nil {
		return 0
	}
	return r.ErrorCode
}

// sizes are the bytes of one copy of each topic that the brokers tell of.
func (r *reading) sizes(ctx context.Context) map[string]uint64 {
	asked := kadm.TopicsSet{}
	for name, partitions := range r.end {
		for p := range partitions {
			asked.Add(name, p)
		}
	}
	brokers, err := r.admin.DescribeAllLogDirs(ctx, asked)
	if err != nil {
		return nil
	}
	type partition struct {
		topic  string
		number int32
	}
	largest := map[partition]uint64{}
	for _, dirs := range brokers {
		dirs.EachPartition(func(p kadm.DescribedLogDirPartition) {
			key := partition{p.Topic, p.Partition}
			largest[key] = max(largest[key], uint64(max(p.Size, 0)))
		})
	}
	out := map[string]uint64{}
	for p, size := range largest {
		out[p.topic] += size
	}
	return out
}

func (r *reading) stream(name string) probe.Stream {
	var s probe.Stream
	for p, end := range r.end[name] {
		start := r.start[name][p].Offset
		s.Messages += count(start, end.Offset)
		if at, ok := r.older[name][p]; ok {
			s.Older += count(start, min(at.Offset, end.Offset))
		}
		if ms := r.oldest[name][p].Timestamp; ms >= 0 && end.Offset > start {
			if t := time.UnixMilli(ms).UTC(); s.Oldest.IsZero() || t.Before(s.Oldest) {
				s.Oldest = t
			}
		}
	}
	return s
}

// group counts from what is committed; a partition without a commit was not read.
func (r *reading) group(group, topic string, read map[int32]kadm.OffsetResponse) probe.Group {
	g := probe.Group{Name: group}
	for p, end := range r.end[topic] {
		from := r.start[topic][p].Offset
		if at, ok := read[p]; ok && at.Err == nil {
			from = max(from, at.At)
		}
		g.Unread += count(from, end.Offset)
		if at, ok := r.older[topic][p]; ok {
			g.OlderUnread += count(from, min(at.Offset, end.Offset))
		}
	}
	return g
}

func count(from, to int64) uint64 { return uint64(max(to-from, 0)) }
