package partial

import (
	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/moose-migrate/moose-migrate/pkg/inframap"
)

// Values that Moose gives to every topic (0.6.533).
const (
	maxMessageBytes  = 1 << 20
	defaultRetention = 7 * 24 * 60 * 60 // seconds
)

// stream is a topic with what the serializer says about the processes around it.
type stream struct {
	where              string
	name               string
	topic              *inframap.Topic
	targetTable        *string
	targetTableVersion *string
	transforms         []transform
	consumers          []transform
}

// transform is a function on a stream; target is empty for a consumer.
type transform struct {
	target          string
	version         *string
	metadata        *inframap.Metadata
	deadLetterQueue *string
}

func (c *converter) topic(o *object) {
	s := stream{
		where: o.where, name: o.required("name"),
		targetTable: o.text("targetTable"), targetTableVersion: o.text("targetTableVersion"),
	}
	t := &inframap.Topic{
		Name:            s.name,
		Version:         o.text("version"),
		Columns:         o.columns("columns"),
		RetentionPeriod: inframap.Duration{Secs: o.count("retentionPeriod", defaultRetention)},
		PartitionCount:  o.count("partitionCount", 1),
		MaxMessageBytes: maxMessageBytes,
		SourcePrimitive: inframap.Primitive{Name: s.name, Type: "DataModel"},
		Metadata:        c.metadata(o),
		LifeCycle:       o.lifeCycle(),
		SchemaConfig:    o.schemaConfig(),
	}
	for _, target := range o.objects("transformationTargets") {
		target.take("kind")
		s.transforms = append(s.transforms, c.function(target, target.required("name")))
	}
	for _, consumer := range o.objects("consumers") {
		s.consumers = append(s.consumers, c.function(consumer, ""))
	}
	o.take("hasMultiTransform")
	t.Extra = o.rest()
	s.topic = t
	own(c.problems, c.m.Topics, o.where, t.ID(), t)
	own(c.problems, c.topicsByName, o.where, t.Name, t)
	c.streams = append(c.streams, s)
}

// function reads a transform or a consumer. A source file overrides the one in
// the metadata, and there is no metadata without either.
func (c *converter) function(o *object, target string) transform {
	f := transform{target: target, version: o.text("version"), deadLetterQueue: o.text("deadLetterQueue"), metadata: c.metadata(o)}
	if file := o.text("sourceFile"); file != nil {
		if f.metadata == nil {
			f.metadata = &inframap.Metadata{}
		}
		f.metadata.Source = c.source(*file)
	}
	o.rest()
	return f
}

// schemaConfig keeps the schema reference; its members are snake_case in the full map.
func (o *object) schemaConfig() jsontext.Value {
	config := o.child("schemaConfig")
	if config == nil {
		return nil
	}
	out := map[string]jsontext.Value{}
	if ref := config.child("reference"); ref != nil {
		members := map[string]jsontext.Value{}
		for name, v := range ref.members {
			members[snake(name)] = v
		}
		out["reference"] = o.raw(members)
	}
	for name, v := range config.members {
		out[snake(name)] = v
	}
	return o.raw(out)
}

func (o *object) raw(v any) jsontext.Value {
	raw, err := json.Marshal(v, json.Deterministic(true))
	if err != nil {
		o.fail(o.where, err.Error())
	}
	return raw
}
