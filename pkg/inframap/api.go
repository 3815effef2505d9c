package inframap

import "github.com/go-json-experiment/json/jsontext"

// APIEndpoint is an ingest (POST) or consumption (GET) endpoint.
type APIEndpoint struct {
	Name            string      `json:"name"`
	APIType         APIType     `json:"api_type"`
	Path            string      `json:"path"`
	Method          string      `json:"method"`
	Version         *string     `json:"version"`
	SourcePrimitive Primitive   `json:"source_primitive"`
	Metadata        *Metadata   `json:"metadata"`
	PullsDataFrom   []Signature `json:"pulls_data_from"`
	PushesDataTo    []Signature `json:"pushes_data_to"`
	Extra           `json:",embed"`
}

// APIType is externally tagged: exactly one member is set.
type APIType struct {
	Ingress *Ingress `json:"INGRESS,omitzero"`
	Egress  *Egress  `json:"EGRESS,omitzero"`
	Extra   `json:",embed"`
}

// Ingress is the contract of an ingest endpoint.
type Ingress struct {
	TargetTopicID   string         `json:"target_topic_id"`
	DataModel       jsontext.Value `json:"data_model"`
	DeadLetterQueue *string        `json:"dead_letter_queue"`
	Schema          jsontext.Value `json:"schema"`
	Extra           `json:",embed"`
}

// Egress is the contract of a consumption endpoint.
type Egress struct {
	QueryParams  []QueryParam   `json:"query_params"`
	OutputSchema jsontext.Value `json:"output_schema"`
	Extra        `json:",embed"`
}

// QueryParam is one query parameter of a consumption endpoint.
type QueryParam struct {
	Name     string     `json:"name"`
	DataType ColumnType `json:"data_type"`
	Required bool       `json:"required"`
	Extra    `json:",embed"`
}

// WebApp is a web application mounted beside the API.
type WebApp struct {
	Name          string      `json:"name"`
	MountPath     string      `json:"mount_path"`
	Metadata      *Metadata   `json:"metadata,omitzero"`
	PullsDataFrom []Signature `json:"pulls_data_from"`
	PushesDataTo  []Signature `json:"pushes_data_to"`
	Extra         `json:",embed"`
}
