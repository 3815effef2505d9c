package inframap

import "github.com/go-json-experiment/json/jsontext"

// Workflow is a Temporal workflow.
type Workflow struct {
	Name          string         `json:"name"`
	Path          string         `json:"path"`
	Language      string         `json:"language"`
	Config        WorkflowConfig `json:"config"`
	PullsDataFrom []Signature    `json:"pulls_data_from"`
	PushesDataTo  []Signature    `json:"pushes_data_to"`
	Extra         `json:",embed"`
}

// WorkflowConfig is how a workflow runs. Schedule is a cron expression, empty for
// manual; Timeout is a duration such as "10m".
type WorkflowConfig struct {
	Name     string         `json:"name"`
	Schedule string         `json:"schedule"`
	Retries  uint64         `json:"retries"`
	Timeout  string         `json:"timeout"`
	Tasks    jsontext.Value `json:"tasks"`
	Extra    `json:",embed"`
}

// OrchestrationWorker runs the workflows of one language.
type OrchestrationWorker struct {
	SupportedLanguage string `json:"supported_language"`
	Extra             `json:",embed"`
}
