package st

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/twmb/franz-go/pkg/kadm"
	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kfake"
	"github.com/twmb/franz-go/pkg/kgo"
)

// broker is a cluster within this process that speaks the Kafka API, for
// demonstrations. The first error ends everything after it.
type broker struct {
	ctx     context.Context
	cluster *kfake.Cluster
	client  *kgo.Client
	admin   *kadm.Client
	said    []string
	err     error
}

// play runs a demonstration on a cluster of its own and returns what it says.
func play(ctx context.Context, scene func(*broker)) (string, error) {
	cluster, err := kfake.NewCluster(kfake.NumBrokers(1))
	if err != nil {
		return "", fmt.Errorf("starting the Kafka API: %w", err)
	}
	defer cluster.Close()
	client, err := kgo.NewClient(
		kgo.SeedBrokers(cluster.ListenAddrs()...), kgo.DisableClientMetrics(), kgo.ProducerBatchCompression(kgo.NoCompression()),
		kgo.MetadataMinAge(10*time.Millisecond), kgo.RecordRetries(3),
	)
	if err != nil {
		return "", fmt.Errorf("connecting to the Kafka API: %w", err)
	}
	defer client.Close()
	b := &broker{ctx: ctx, cluster: cluster, client: client, admin: kadm.NewClient(client)}
	scene(b)
	return strings.Join(b.said, "\n"), b.err
}

func (b *broker) say(format string, args ...any) {
	b.said = append(b.said, fmt.Sprintf(format, args...))
}

func (b *broker) keep(err error) {
	if b.err == nil {
		b.err = err
	}
}

func (b *broker) create(topic string, partitions int32, configs map[string]string) {
	values := map[string]*string{}
	for k, v := range configs {
		values[k] = &v
	}
	_, err := b.admin.CreateTopic(b.ctx, partitions, 1, values, topic)
	b.keep(err)
}

func (b *broker) remove(topic string) {
	_, err := b.admin.DeleteTopic(b.ctx, topic)
	b.keep(err)
}

func (b *broker) set(topic, key, value string) {
	answers, err := b.admin.AlterTopicConfigs(b.ctx, []kadm.AlterConfig{{Op: kadm.SetConfig, Name: key, Value: &value}}, topic)
	b.keep(err)
	for _, a := range answers {
		b.keep(a.Err)
	}
}

// produce writes messages of now, each in a batch of its own.
func (b *broker) produce(topic string, n int) { b.produceAt(topic, n, time.Now()) }

func (b *broker) produceAt(topic string, n int, at time.Time) {
	for i := range n {
		b.keep(b.client.ProduceSync(b.ctx, &kgo.Record{Topic: topic, Value: fmt.Append(nil, i), Timestamp: at}).FirstErr())
	}
}

// produceKeys writes a message for each key and returns the partitions they went to, by
// a client that has just learnt of the topic.
func (b *broker) produceKeys(topic, keys string) map[rune]int32 {
	client, err := kgo.NewClient(kgo.SeedBrokers(b.cluster.ListenAddrs()...), kgo.DisableClientMetrics())
	if err != nil {
		b.keep(err)
		return nil
	}
	defer client.Close()
	out := map[rune]int32{}
	for _, key := range keys {
		r, err := client.ProduceSync(b.ctx, &kgo.Record{Topic: topic, Key: []byte(string(key))}).First()
		b.keep(err)
		if err == nil {
			out[key] = r.Partition
		}
	}
	return out
}

// answer writes one message and returns the name of the broker's error, or OK.
func (b *broker) answer(topic, value string) string {
	return b.named(b.client.ProduceSync(b.ctx, &kgo.Record{Topic: topic, Value: []byte(value)}).FirstErr())
}

// named is the name of a broker's error, or OK; another error is kept.
func (b *broker) named(err error) string {
	var refused *kerr.Error
	switch {
	case err == nil:
		return "OK"
	case errors.As(err, &refused):
		return refused.Message
	}
	b.keep(err)
	return err.Error()
}

func (b *broker) partitionsTo(topic string, n int) string {
	answers, err := b.admin.UpdatePartitions(b.ctx, n, topic)
	b.keep(err)
	return b.named(answers[topic].Err)
}

func (b *broker) partitions(topic string) int {
	topics, err := b.admin.ListTopics(b.ctx, topic)
	b.keep(err)
	return len(topics[topic].Partitions)
}

func (b *broker) exists(topic string) bool {
	topics, err := b.admin.ListTopics(b.ctx)
	b.keep(err)
	return topics.Has(topic)
}

// commit says how far a group has read the first partition.
func (b *broker) commit(group, topic string, offset int64) {
	offsets := kadm.Offsets{}
	offsets.AddOffset(topic, 0, offset, -1)
	b.keep(b.admin.CommitAllOffsets(b.ctx, group, offsets))
}

// unread are the messages of the first partition that a group has not read; all when
// it has read none.
func (b *broker) unread(group, topic string) int64 {
	fetched, err := b.admin.FetchOffsets(b.ctx, group)
	if !errors.Is(err, kerr.GroupIDNotFound) {
		b.keep(err)
	}
	if o, ok := fetched.Lookup(topic, 0); ok && o.At >= 0 {
		return b.end(topic) - o.At
	}
	return b.messages(topic)
}

func (b *broker) messages(topic string) int64 {
	start, err := b.admin.ListStartOffsets(b.ctx, topic)
	b.keep(err)
	first, _ := start.Lookup(topic, 0)
	return b.end(topic) - first.Offset
}

func (b *broker) end(topic string) int64 {
	end, err := b.admin.ListEndOffsets(b.ctx, topic)
	b.keep(err)
	last, _ := end.Lookup(topic, 0)
	return last.Offset
}

// readTimeout bounds how long messages are waited for.
const readTimeout = 10 * time.Second

// read reads all messages of the first partition, and counts those that fit a JSON
// schema and those that do not.
func (b *broker) read(topic, schema string) (fit, not int) {
	document, err := jsonschema.UnmarshalJSON(strings.NewReader(schema))
	b.keep(err)
	compiler := jsonschema.NewCompiler()
	b.keep(compiler.AddResource("schema.json", document))
	form, err := compiler.Compile("schema.json")
	if b.keep(err); err != nil {
		return 0, 0
	}
	left := b.messages(topic)
	consumer, err := kgo.NewClient(
		kgo.SeedBrokers(b.cluster.ListenAddrs()...), kgo.DisableClientMetrics(),
		kgo.ConsumePartitions(map[string]map[int32]kgo.Offset{topic: {0: kgo.NewOffset().AtStart()}}),
	)
	if b.keep(err); err != nil {
		return 0, 0
	}
	defer consumer.Close()
	ctx, cancel := context.WithTimeout(b.ctx, readTimeout)
	defer cancel()
	for left > 0 && ctx.Err() == nil {
		fetches := consumer.PollFetches(ctx)
		b.keep(fetches.Err())
		fetches.EachRecord(func(r *kgo.Record) {
			left--
			if value, err := jsonschema.UnmarshalJSON(bytes.NewReader(r.Value)); err == nil && form.Validate(value) == nil {
				fit++
			} else {
				not++
			}
		})
	}
	return fit, not
}
