package redpanda

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kmsg"

	"github.com/moose-migrate/moose-migrate/pkg/inframap"
)

// The configurations that are read: those that Moose sets on a topic, and the
// one that decides whether old messages are deleted or merged by key.
const (
	RetentionMS     = "retention.ms"      // milliseconds; -1 is unlimited
	MaxMessageBytes = "max.message.bytes" // bytes
	CleanupPolicy   = "cleanup.policy"    // delete, compact, or both with a comma
)

// Topic is a topic as the brokers have it.
type Topic struct {
	// Name is its full name, namespace included.
	Name string
	// Partitions is their number.
	Partitions int
	// Replication is the number of copies; where partitions differ, the smallest.
	Replication int
	// Configs holds the values of RetentionMS, MaxMessageBytes and
	// CleanupPolicy. What the brokers do not tell is absent.
	Configs map[string]string
	// NotDefault are the names in Configs whose value differs from what a topic
	// gets that sets none, sorted.
	NotDefault []string
}

// Topics reads the named topics, by full name. One that does not exist is
// absent from the result. It takes two round trips for any number of names. A
// missing permission is an error that names it and the topic.
func (c *Client) Topics(ctx context.Context, names []string) (map[string]Topic, error) {
	if len(names) == 0 {
		return map[string]Topic{}, nil
	}
	ctx, cancel := context.WithTimeout(ctx, c.options.timeout())
	defer cancel()
	names = slices.Compact(slices.Sorted(slices.Values(names)))
	found, err := c.metadata(ctx, names)
	if err != nil {
		return nil, err
	}
	if err := c.configs(ctx, found); err != nil {
		return nil, err
	}
	return found, nil
}

// Names lists the topics of the namespace, or all topics when there is none,
// sorted. Topics that the brokers keep for themselves are left out, where they
// say so, and so are those that the user may not see. It takes one round trip.
func (c *Client) Names(ctx context.Context) ([]string, error) {
	ctx, cancel := context.WithTimeout(ctx, c.options.timeout())
	defer cancel()
	response, err := kmsg.NewPtrMetadataRequest().RequestWith(ctx, c.kafka)
	if err != nil {
		return nil, c.failure("listing the topics of Redpanda at "+c.Describe(), err)
	}
	prefix := inframap.NamespacePrefix(c.options.Namespace)
	var names []string
	for _, t := range response.Topics {
		if t.Topic != nil && !t.IsInternal && strings.HasPrefix(*t.Topic, prefix) {
			names = append(names, *t.Topic)
		}
	}
	slices.Sort(names)
	return names, nil
}

// metadata asks which of the topics exist, and how they are spread.
func (c *Client) metadata(ctx context.Context, names []string) (map[string]Topic, error) {
	request := kmsg.NewPtrMetadataRequest()
	for _, name := range names {
		t := kmsg.NewMetadataRequestTopic()
		t.Topic = &name
		request.Topics = append(request.Topics, t)
	}
	response, err := request.RequestWith(ctx, c.kafka)
	if err != nil {
		return nil, c.failure("reading topics from Redpanda at "+c.Describe(), err)
	}
	found := map[string]Topic{}
	for _, t := range response.Topics {
		if t.Topic == nil {
			continue
		}
		switch err := kerr.ErrorForCode(t.ErrorCode); {
		case errors.Is(err, kerr.UnknownTopicOrPartition):
			continue
		case err != nil:
			return nil, c.refused(*t.Topic, "Describe", err)
		}
		found[*t.Topic] = Topic{Name: *t.Topic, Partitions: len(t.Partitions), Replication: replication(t.Partitions), Configs: map[string]string{}}
	}
	return found, nil
}

func replication(partitions []kmsg.MetadataResponseTopicPartition) int {
	least := 0
	for i, p := range partitions {
		if i == 0 || len(p.Replicas) < least {
			least = len(p.Replicas)
		}
	}
	return least
}

// configs adds the configurations to the topics; a topic that was deleted in
// the meantime is taken out.
func (c *Client) configs(ctx context.Context, topics map[string]Topic) error {
	if len(topics) == 0 {
		return nil
	}
	request := kmsg.NewPtrDescribeConfigsRequest()
	request.IncludeSynonyms = true
	for name := range topics {
		r := kmsg.NewDescribeConfigsRequestResource()
		r.ResourceType, r.ResourceName = kmsg.ConfigResourceTypeTopic, name
		r.ConfigNames = []string{RetentionMS, MaxMessageBytes, CleanupPolicy}
		request.Resources = append(request.Resources, r)
	}
	response, err := request.RequestWith(ctx, c.kafka)
	if err != nil {
		return c.failure("reading the configurations of topics from Redpanda at "+c.Describe(), err)
	}
	for _, r := range response.Resources {
		switch err := kerr.ErrorForCode(r.ErrorCode); {
		case errors.Is(err, kerr.UnknownTopicOrPartition):
			delete(topics, r.ResourceName)
			continue
		case err != nil:
			return c.refused(r.ResourceName, "DescribeConfigs", err)
		}
		t, asked := topics[r.ResourceName]
		if !asked {
			continue
		}
		for _, config := range r.Configs {
			if config.Value == nil {
				continue
			}
			t.Configs[config.Name] = *config.Value
			if standard, known := brokerDefault(config); !known || standard != *config.Value {
				t.NotDefault = append(t.NotDefault, config.Name)
			}
		}
		slices.Sort(t.NotDefault)
		topics[r.ResourceName] = t
	}
	return nil
}

// brokerDefault is the value of a configuration for a topic that does not set
// it, and whether it is known. The source of the value alone does not say it:
// Redpanda calls cleanup.policy the topic's own even where nobody set it
// (https://github.com/redpanda-data/redpanda/issues/2225).
func brokerDefault(c kmsg.DescribeConfigsResponseResourceConfig) (string, bool) {
	if c.Source != kmsg.ConfigSourceDynamicTopicConfig {
		return *c.Value, true
	}
	for _, s := range c.ConfigSynonyms {
		if s.Source != kmsg.ConfigSourceDynamicTopicConfig && s.Value != nil {
			return *s.Value, true
		}
	}
	if c.Name == CleanupPolicy {
		return "delete", true // what both Kafka and Redpanda ship with
	}
	return "", false
}

// refused is the error for one topic that the broker would not tell about.
func (c *Client) refused(topic, permission string, err error) error {
	what := fmt.Sprintf("reading the topic %s from Redpanda at %s", topic, c.Describe())
	if !errors.Is(err, kerr.TopicAuthorizationFailed) {
		return c.failure(what, err)
	}
	remedy := "grant " + permission + " on the topic"
	if c.options.Namespace != "" {
		remedy += ", or on all topics whose names begin with " + inframap.NamespacePrefix(c.options.Namespace)
	}
	return &failure{what + ": the user has no permission for it; " + remedy, err}
}
