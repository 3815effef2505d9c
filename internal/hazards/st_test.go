package hazards

import (
	"time"

	"github.com/moose-migrate/moose-migrate/pkg/inframap"
	"github.com/moose-migrate/moose-migrate/pkg/probe"
)

// column is a field of a message that must be there.
func column(name, t string) inframap.Column {
	return inframap.Column{Name: name, DataType: inframap.SimpleType(t), Required: true}
}

// optional is a field of a message that can be left out.
func optional(name, t string) inframap.Column {
	c := column(name, t)
	c.Required = false
	return c
}

// topic puts a topic into a map; change alters it.
func topic(m *inframap.Map, name string, change ...func(*inframap.Topic)) {
	t := &inframap.Topic{
		Name: name, Columns: []inframap.Column{column("id", "Int64")}, PartitionCount: 2, MaxMessageBytes: 1 << 20,
		RetentionPeriod: inframap.Duration{Secs: 604800}, LifeCycle: inframap.FullyManaged,
	}
	for _, c := range change {
		c(t)
	}
	m.Topics[t.ID()] = t
}

func versioned(v string) func(*inframap.Topic) { return func(t *inframap.Topic) { t.Version = &v } }

func kept(d time.Duration) func(*inframap.Topic) {
	return func(t *inframap.Topic) { t.RetentionPeriod = inframap.Duration{Secs: uint64(d / time.Second)} }
}

func partitioned(n uint64) func(*inframap.Topic) {
	return func(t *inframap.Topic) { t.PartitionCount = n }
}

func upTo(bytes uint64) func(*inframap.Topic) {
	return func(t *inframap.Topic) { t.MaxMessageBytes = bytes }
}

func having(columns ...inframap.Column) func(*inframap.Topic) {
	return func(t *inframap.Topic) { t.Columns = columns }
}

func livesAs(l inframap.LifeCycle) func(*inframap.Topic) {
	return func(t *inframap.Topic) { t.LifeCycle = l }
}

// sync fills the table T of a map from a topic.
func syncs(m *inframap.Map, topic string) {
	for id := range m.Tables {
		s := &inframap.TopicToTableSync{SourceTopicID: topic, TargetTableID: id}
		m.TopicToTableSyncs[s.ID()] = s
	}
}

// function puts a transform into a map, with a dead letter queue where one is named.
func function(m *inframap.Map, source, target, queue string) {
	f := &inframap.FunctionProcess{Name: source + "__" + target, SourceTopicID: source, TargetTopicID: &target}
	if queue != "" {
		f.DeadLetterQueueTopicID = &queue
	}
	m.FunctionProcesses[f.ID()] = f
}

// one changes one topic of both maps.
func one(before, after func(*inframap.Topic)) func(b, a *inframap.Map) {
	return func(b, a *inframap.Map) { topic(b, "Orders", before); topic(a, "Orders", after) }
}

func unchanged(*inframap.Topic) {}

var orderTable = []string{"CREATE TABLE T (id Int64) ENGINE = MergeTree ORDER BY id"}

var stPairs = []pair{
	{
		code: "ST701", name: "a topic that nobody has read goes",
		edit:    func(b, _ *inframap.Map) { topic(b, "Orders") },
		outside: onBrokers(func(b *brokers) { b.topic("Orders", 10, 0) }),
		want:    []string{"block ST701 topic Orders"}, text: "it holds 10 messages, ",
	},
	{
		code: "ST701", name: "a topic that is partly unread goes",
		edit: func(b, _ *inframap.Map) { topic(b, "Orders") },
		outside: onBrokers(func(b *brokers) {
			b.topic("Orders", 10, 0)
			b.read("billing", "Orders", 3)
			b.read("audit", "Orders", 0)
		}),
		want: []string{"block ST701 topic Orders"}, text: "the consumer group billing has not read 6 of them",
	},
	{
		code: "ST701", name: "a topic that is read to its end goes",
		edit:    func(b, _ *inframap.Map) { topic(b, "Orders") },
		outside: onBrokers(func(b *brokers) { b.topic("Orders", 10, 0); b.read("billing", "Orders", 0) }),
		want:    []string{"warn ST701 topic Orders"}, text: "which all its consumer groups have read",
	},
	{
		code: "ST701", name: "an empty topic goes",
		edit:    func(b, _ *inframap.Map) { topic(b, "Orders") },
		outside: onBrokers(func(b *brokers) { b.topic("Orders", 0, 0) }),
		want:    []string{"warn ST701 topic Orders"}, text: "it holds no messages now",
	},
	{
		code: "ST701", name: "the brokers cannot be asked",
		edit:    func(b, _ *inframap.Map) { topic(b, "Orders") },
		outside: outOfReach,
		want:    []string{"block ST701 topic Orders"}, text: "how many messages are unread is not known: no broker was asked",
	},
	{
		code: "ST701", name: "the consumer groups are not known",
		edit:    func(b, _ *inframap.Map) { topic(b, "Orders") },
		outside: onBrokers(func(b *brokers) { b.topic("Orders", 10, 0) }),
		facts: func(f *probe.Facts) {
			s := f.Streams.Value["Orders"]
			s.GroupsErr = errForbidden
			f.Streams.Value["Orders"] = s
		},
		want: []string{"block ST701 topic Orders"}, text: "how many of them are unread is not known: the user may not list consumer groups",
	},
	{
		code: "ST701", name: "a topic goes from which a table is filled that stays",
		before: orderTable, after: orderTable,
		edit:    func(b, _ *inframap.Map) { topic(b, "Orders"); syncs(b, "Orders") },
		outside: onBrokers(func(b *brokers) { b.topic("Orders", 1, 0) }),
		want:    []string{"block ST701 topic Orders"}, text: "table T is no longer filled from it",
	},
	{
		code: "ST701", name: "a topic comes",
		edit:    func(_, a *inframap.Map) { topic(a, "Orders") },
		outside: onBrokers(func(*brokers) {}),
	},
	{
		code: "ST701", name: "a topic of somebody else is no longer named",
		edit: func(b, _ *inframap.Map) { topic(b, "Orders", livesAs(inframap.ExternallyManaged)) },
	},

	{
		code: "ST702", name: "a new version",
		edit:    func(b, a *inframap.Map) { topic(b, "Orders", versioned("1.0")); topic(a, "Orders", versioned("1.1")) },
		outside: onBrokers(func(b *brokers) { b.topic("Orders_1_0", 4, 0) }),
		want:    []string{"block ST702 topic Orders"}, text: "makes way for topic Orders (version 1.1), which begins empty",
	},
	{
		code: "ST702", name: "another name, and all is read",
		edit:    func(b, a *inframap.Map) { topic(b, "Orders"); topic(a, "Purchases") },
		outside: onBrokers(func(b *brokers) { b.topic("Orders", 4, 0); b.read("billing", "Orders", 0) }),
		want:    []string{"warn ST702 topic Orders"}, text: "topic Orders makes way for topic Purchases",
	},
	{
		code: "ST702", name: "another name, and nobody can be asked",
		edit: func(b, a *inframap.Map) { topic(b, "Orders"); topic(a, "Purchases") },
		want: []string{"block ST702 topic Orders"}, text: "is not known",
	},
	{
		code: "ST702", name: "a topic goes and another one comes with other fields",
		edit:    func(b, a *inframap.Map) { topic(b, "Orders"); topic(a, "Visits", having(column("page", "String"))) },
		outside: onBrokers(func(b *brokers) { b.topic("Orders", 0, 0) }),
		want:    []string{"warn ST701 topic Orders"},
	},

	{
		code: "ST703", name: "fewer partitions", edit: one(partitioned(3), partitioned(2)),
		want: []string{"block ST703 topic Orders"}, text: "2 instead of 3 partitions",
	},
	{code: "ST703", name: "the same partitions and a longer time", edit: one(kept(time.Hour), kept(2*time.Hour))},

	{
		code: "ST704", name: "more partitions", edit: one(partitioned(2), partitioned(3)),
		want: []string{"warn ST704 topic Orders"}, text: "3 instead of 2 partitions",
	},
	{code: "ST704", name: "a new topic with many partitions", edit: func(_, a *inframap.Map) { topic(a, "Orders", partitioned(12)) }},

	{
		code: "ST705", name: "messages are older than the new limit", edit: one(kept(7*24*time.Hour), kept(24*time.Hour)),
		outside: onBrokers(func(b *brokers) { b.topic("Orders", 6, 48*time.Hour); b.topic("Orders", 4, time.Minute) }),
		want:    []string{"block ST705 topic Orders"}, text: "6 of its 10 messages are that old now",
	},
	{
		code: "ST705", name: "no message is older than the new limit", edit: one(kept(7*24*time.Hour), kept(24*time.Hour)),
		outside: onBrokers(func(b *brokers) { b.topic("Orders", 4, time.Hour) }),
		want:    []string{"warn ST705 topic Orders"}, text: "none of its 4 messages is that old now",
	},
	{
		code: "ST705", name: "the brokers cannot be asked", edit: one(kept(7*24*time.Hour), kept(24*time.Hour)),
		want: []string{"block ST705 topic Orders"}, text: "is not known",
	},
	{
		code: "ST705", name: "messages are kept for longer", edit: one(kept(time.Hour), kept(24*time.Hour)),
		outside: onBrokers(func(b *brokers) { b.topic("Orders", 6, 48*time.Hour) }),
	},

	{
		code: "ST707", name: "smaller messages", edit: one(upTo(1<<20), upTo(1<<10)),
		want: []string{"warn ST707 topic Orders"}, text: "at most 1.0 KiB instead of 1.0 MiB",
	},
	{code: "ST707", name: "a new topic with small messages", edit: func(_, a *inframap.Map) { topic(a, "Orders", upTo(1<<10)) }},

	{
		code: "ST709", name: "larger messages", edit: one(upTo(1<<10), upTo(1<<20)),
		want: []string{"warn ST709 topic Orders"}, text: "the size of messages, which Moose does not apply",
	},
	{
		code: "ST709", name: "another schema in the registry",
		edit: one(
			func(t *inframap.Topic) {
				t.SchemaConfig = []byte(`{"kind":"JSON","reference":{"subject":"s","version":1}}`)
			},
			func(t *inframap.Topic) {
				t.SchemaConfig = []byte(`{"kind":"JSON","reference":{"subject":"s","version":2}}`)
			},
		),
		want: []string{"warn ST709 topic Orders"}, text: "the schema in the registry",
	},
	{code: "ST709", name: "a longer time, which Moose applies", edit: one(kept(time.Hour), kept(2*time.Hour))},

	{
		code: "ST710", name: "a field is demanded", edit: one(having(column("id", "Int64")), having(column("id", "Int64"), column("note", "String"))),
		want: []string{"block ST710 topic Orders"}, text: "note is new and must be there",
	},
	{
		code: "ST710", name: "a field goes and is narrowed elsewhere",
		edit: one(having(column("id", "Int64"), optional("note", "String")), having(column("id", "Int8"))),
		want: []string{"block ST710 topic Orders"}, text: "id is Int8 instead of Int64, note is gone",
	},
	{
		code: "ST710", name: "an optional field comes and one is widened",
		edit: one(having(column("id", "Int8")), having(column("id", "Int64"), optional("note", "String"))),
	},
	{
		code: "ST710", name: "a field goes with its column",
		before: []string{"CREATE TABLE T (id Int64, note String) ENGINE = MergeTree ORDER BY id"}, after: orderTable,
		fill: []string{"INSERT INTO T VALUES (1, 'x')"},
		edit: func(b, a *inframap.Map) {
			topic(b, "Orders", having(column("id", "Int64"), column("note", "String")))
			topic(a, "Orders")
			syncs(b, "Orders")
			syncs(a, "Orders")
		},
		want: []string{"block DS103 T.note"},
	},

	{
		code: "ST711", name: "a table stays without what fills it",
		before: orderTable, after: orderTable,
		edit: func(b, a *inframap.Map) { topic(b, "Orders"); topic(a, "Orders"); syncs(b, "Orders") },
		want: []string{"block ST711 topic to table sync Orders_{db}_T"}, text: "table T is no longer filled from topic Orders",
	},
	{
		code: "ST711", name: "a table goes with what fills it",
		before: orderTable,
		edit:   func(b, a *inframap.Map) { topic(b, "Orders"); topic(a, "Orders"); syncs(b, "Orders") },
		want:   []string{"warn DS101 T"},
	},
	{
		code: "ST711", name: "a new version of the topic fills the table",
		before: orderTable, after: orderTable,
		edit: func(b, a *inframap.Map) {
			topic(b, "Orders", versioned("1"))
			topic(a, "Orders", versioned("2"))
			syncs(b, "Orders_1")
			syncs(a, "Orders_2")
		},
		outside: onBrokers(func(*brokers) {}),
		want:    []string{"warn ST702 topic Orders"},
	},

	{
		code: "ST712", name: "a function goes that has not read everything",
		edit: func(b, a *inframap.Map) {
			for _, m := range []*inframap.Map{b, a} {
				topic(m, "Orders")
				topic(m, "Paid", having(column("id", "UInt64")))
			}
			function(b, "Orders", "Paid", "")
		},
		outside: onBrokers(func(b *brokers) { b.topic("Orders", 10, 0); b.read("flow-shop.Orders-shop.Paid", "Orders", 2) }),
		want:    []string{"warn ST712 function Orders__Paid"}, text: "flow-shop.Orders-shop.Paid has not read 4 messages",
	},
	{
		code: "ST712", name: "a function goes that has read everything",
		edit: func(b, a *inframap.Map) {
			topic(b, "Orders")
			topic(a, "Orders")
			function(b, "Orders", "Paid", "")
		},
		outside: onBrokers(func(b *brokers) { b.topic("Orders", 10, 0); b.read("flow-shop.Orders-shop.Paid", "Orders", 0) }),
		want:    []string{"info ST712 function Orders__Paid"}, text: "has read them all",
	},
	{
		code: "ST712", name: "a function goes, and the brokers cannot be asked",
		edit: func(b, a *inframap.Map) { topic(b, "Orders"); topic(a, "Orders"); function(b, "Orders", "Paid", "") },
		want: []string{"warn ST712 function Orders__Paid"}, text: "is not known",
	},
	{
		code: "ST712", name: "a function comes",
		edit: func(b, a *inframap.Map) { topic(b, "Orders"); topic(a, "Orders"); function(a, "Orders", "Paid", "") },
	},

	{
		code: "ST713", name: "a function loses its dead letter queue",
		edit: func(b, a *inframap.Map) {
			for _, m := range []*inframap.Map{b, a} {
				topic(m, "Orders")
				topic(m, "Failed", having(column("error", "String")))
			}
			function(b, "Orders", "Paid", "Failed")
			function(a, "Orders", "Paid", "")
		},
		want: []string{"warn ST713 topic Failed"}, text: "what fails in function Orders__Paid no longer goes to the dead letter queue Failed",
	},
	{
		code: "ST713", name: "the dead letter queue goes as a whole",
		edit: func(b, a *inframap.Map) {
			topic(b, "Orders")
			topic(a, "Orders")
			topic(b, "Failed", having(column("error", "String")))
			function(b, "Orders", "Paid", "Failed")
			function(a, "Orders", "Paid", "")
		},
		outside: onBrokers(func(b *brokers) { b.topic("Failed", 3, 0) }),
		want:    []string{"block ST701 topic Failed"},
	},
	{
		code: "ST713", name: "a function gets a dead letter queue",
		edit: func(b, a *inframap.Map) {
			for _, m := range []*inframap.Map{b, a} {
				topic(m, "Orders")
				topic(m, "Failed", having(column("error", "String")))
			}
			function(b, "Orders", "Paid", "")
			function(a, "Orders", "Paid", "Failed")
		},
	},

	{
		code: "ST714", name: "a topic of somebody else is managed", edit: one(livesAs(inframap.ExternallyManaged), unchanged),
		want: []string{"block ST714 topic Orders"}, text: "belonged to somebody else",
	},
	{code: "ST714", name: "a topic is handed over", edit: one(unchanged, livesAs(inframap.ExternallyManaged))},
	{code: "ST714", name: "a topic is protected", edit: one(unchanged, livesAs(inframap.DeletionProtected))},
}
