package past

import (
	"encoding/json"
	"fmt"
	"io"
	"time"

	"github.com/moose-migrate/moose-migrate/pkg/journal"
	"github.com/moose-migrate/moose-migrate/pkg/plan"
	"github.com/moose-migrate/moose-migrate/pkg/state"
)

// formatVersion is that of the JSON of a history. It grows when a member changes its
// meaning or goes away, not when one is added.
const formatVersion = 1

type runForm struct {
	ID          string          `json:"id"`
	Digest      string          `json:"digest"`
	Status      journal.Status  `json:"status"`
	Started     time.Time       `json:"started"`
	Updated     time.Time       `json:"updated"`
	Ended       time.Time       `json:"ended,omitzero"`
	Seconds     float64         `json:"seconds,omitzero"`
	Environment string          `json:"environment,omitzero"`
	Commit      string          `json:"commit,omitzero"`
	Actor       string          `json:"actor,omitzero"`
	Machine     string          `json:"machine,omitzero"`
	RunURL      string          `json:"run_url,omitzero"`
	Version     string          `json:"version,omitzero"`
	Operations  countForm       `json:"operations"`
	Steps       []operationForm `json:"steps,omitempty"`
	Failure     string          `json:"failure,omitzero"`
	Note        string          `json:"note,omitzero"`
	Drops       []journal.Drop  `json:"drops,omitempty"`
	Resumed     []time.Time     `json:"resumed,omitempty"`
}

type countForm struct {
	Total   int `json:"total"`
	Done    int `json:"done"`
	Begun   int `json:"begun"`
	Failed  int `json:"failed"`
	Pending int `json:"pending"`
}

type operationForm struct {
	Number      int       `json:"number"`
	Kind        plan.Kind `json:"kind,omitzero"`
	Object      string    `json:"object,omitzero"`
	Description string    `json:"description,omitzero"`
	// Step is done, begun, failed or pending.
	Step string `json:"step"`
}

var stepNames = map[journal.Step]string{journal.Verified: "done", journal.Started: "begun", journal.Failed: "failed", journal.Pending: "pending"}

func formOf(r *journal.Run) runForm {
	out := runForm{
		ID: r.ID, Digest: r.Digest, Status: r.Status, Started: r.Started, Updated: r.Updated, Ended: r.Ended,
		Environment: r.Environment, Commit: r.Commit, Actor: r.Actor, Machine: r.Machine, RunURL: r.RunURL, Version: r.Version,
		Operations: countForm{
			Total: len(r.Steps), Done: r.Steps.Count(journal.Verified), Begun: r.Steps.Count(journal.Started),
			Failed: r.Steps.Count(journal.Failed), Pending: r.Steps.Count(journal.Pending),
		},
		Failure: r.Failure, Note: r.Note, Drops: r.Drops, Resumed: r.Resumed,
	}
	if !r.Ended.IsZero() {
		out.Seconds = r.Ended.Sub(r.Started).Seconds()
	}
	return out
}

// ListJSON is [List] as JSON: {"format_version", "runs", "more", "releases"}.
func ListJSON(w io.Writer, runs []*journal.Run, more int, releases []state.Release) error {
	list := make([]runForm, len(runs))
	for i, r := range runs {
		list[i] = formOf(r)
	}
	if releases == nil {
		releases = []state.Release{}
	}
	return writeJSON(w, map[string]any{"format_version": formatVersion, "runs": list, "more": more, "releases": releases})
}

// ShowJSON is [Show] as JSON: {"format_version", "run"}.
func ShowJSON(w io.Writer, r *journal.Run, files *plan.Files) error {
	form := formOf(r)
	for i, step := range r.Steps {
		o := operationForm{Number: i + 1, Step: stepNames[step]}
		if files != nil && i < len(files.Plan.Operations) {
			op := files.Plan.Operations[i]
			o.Kind, o.Object, o.Description = op.Kind(), op.Target().String(), plan.Describe(op)
		}
		form.Steps = append(form.Steps, o)
	}
	return writeJSON(w, map[string]any{"format_version": formatVersion, "run": form})
}

func writeJSON(w io.Writer, v any) error {
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	if err := enc.Encode(v); err != nil {
		return fmt.Errorf("write the history: %w", err)
	}
	return nil
}
