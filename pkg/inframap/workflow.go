package inframap

import (
	"strings"

	"github.com/go-json-experiment/json/jsontext"
)

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

// Cron is Schedule as Moose hands it to Temporal (framework-cli,
// scripts/utils.rs, parse_schedule): "5m" becomes "*/5 * * * *", "2h" becomes
// "0 */2 * * *", anything else stays as it is.
func (c *WorkflowConfig) Cron() string {
	s := c.Schedule
	switch {
	case strings.ContainsAny(s, "/* "):
		return s
	case strings.HasSuffix(s, "m"):
		return "*/" + strings.TrimRight(s, "m") + " * * * *"
	case strings.HasSuffix(s, "h"):
		return "0 */" + strings.TrimRight(s, "h") + " * * *"
	}
	return s
}

// OrchestrationWorker runs the workflows of one language.
type OrchestrationWorker struct {
	SupportedLanguage string `json:"supported_language"`
	Extra             `json:",embed"`
}
