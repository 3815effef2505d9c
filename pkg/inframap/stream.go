package inframap

import "github.com/go-json-experiment/json/jsontext"

// Topic is a Redpanda (Kafka) topic.
type Topic struct {
	Name            string         `json:"name"`
	Columns         []Column       `json:"columns"`
	Version         *string        `json:"version"`
	RetentionPeriod Duration       `json:"retention_period"`
	PartitionCount  uint64         `json:"partition_count"`
	MaxMessageBytes uint64         `json:"max_message_bytes"`
	SourcePrimitive Primitive      `json:"source_primitive"`
	Metadata        *Metadata      `json:"metadata"`
	LifeCycle       LifeCycle      `json:"life_cycle"`
	SchemaConfig    jsontext.Value `json:"schema_config"`
	Extra           `json:",embed"`
}

// Duration is a length of time as serde writes it.
type Duration struct {
	Nanos uint32 `json:"nanos"`
	Secs  uint64 `json:"secs"`
	Extra `json:",embed"`
}

// TopicToTableSync copies a topic into a table.
type TopicToTableSync struct {
	SourceTopicID   string    `json:"source_topic_id"`
	TargetTableID   string    `json:"target_table_id"`
	Columns         []Column  `json:"columns"`
	Version         *string   `json:"version"`
	SourcePrimitive Primitive `json:"source_primitive"`
	Extra           `json:",embed"`
}

// TopicToTopicSync copies a topic into another.
type TopicToTopicSync struct {
	SourceTopicID   string    `json:"source_topic_id"`
	TargetTopicID   string    `json:"target_topic_id"`
	SourcePrimitive Primitive `json:"source_primitive"`
	Extra           `json:",embed"`
}

// FunctionProcess is a transform (with a target topic) or a consumer (without).
type FunctionProcess struct {
	Name                   string    `json:"name"`
	SourceTopicID          string    `json:"source_topic_id"`
	TargetTopicID          *string   `json:"target_topic_id"`
	DeadLetterQueueTopicID *string   `json:"dead_letter_queue_topic_id"`
	Executable             string    `json:"executable"`
	ParallelProcessCount   uint64    `json:"parallel_process_count"`
	Version                *string   `json:"version"`
	Language               string    `json:"language"`
	SourcePrimitive        Primitive `json:"source_primitive"`
	Metadata               *Metadata `json:"metadata"`
	Extra                  `json:",embed"`
}
