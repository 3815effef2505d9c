package statepb

import (
	"github.com/go-json-experiment/json/jsontext"

	"github.com/moose-migrate/moose-migrate/pkg/inframap"
	pb "github.com/moose-migrate/moose-migrate/pkg/inframap/statepb/mooseproto"
)

// languages are the JSON names by the names in the stored state.
var languages = map[string]string{"ts": "Typescript", "py": "Python"}

var languageCodes = inverse(languages)

func renamed(names map[string]string, s string) string {
	if to, ok := names[s]; ok {
		return to
	}
	return s
}

func (d *decoder) worker(p *pb.OrchestrationWorker) *inframap.OrchestrationWorker {
	return &inframap.OrchestrationWorker{SupportedLanguage: renamed(languages, p.GetSupportedLanguage()), Extra: extra(p)}
}

func (e *encoder) worker(w *inframap.OrchestrationWorker) *pb.OrchestrationWorker {
	if w == nil {
		e.fail("the worker is null")
		return nil
	}
	p := &pb.OrchestrationWorker{SupportedLanguage: renamed(languageCodes, w.SupportedLanguage)}
	e.extend(p, w.UnknownProto)
	return p
}

// workflow has one name and no path in the stored state; all three are the same in Moose.
func (d *decoder) workflow(p *pb.Workflow) *inframap.Workflow {
	return &inframap.Workflow{
		Name: p.GetName(), Path: p.GetName(), Language: renamed(languages, p.GetLanguage()),
		Config: inframap.WorkflowConfig{
			Name: p.GetName(), Schedule: p.GetSchedule(), Retries: p.GetRetries(), Timeout: p.GetTimeout(), Tasks: jsontext.Value("null"),
		},
		PullsDataFrom: list(p.GetPullsDataFrom(), signature), PushesDataTo: list(p.GetPushesDataTo(), signature), Extra: extra(p),
	}
}

func (e *encoder) workflow(w *inframap.Workflow) *pb.Workflow {
	if w == nil {
		e.fail("the workflow is null")
		return nil
	}
	p := &pb.Workflow{
		Name: w.Name, Schedule: w.Config.Schedule, Retries: w.Config.Retries, Timeout: w.Config.Timeout,
		Language:      renamed(languageCodes, w.Language),
		PullsDataFrom: list(w.PullsDataFrom, e.signature), PushesDataTo: list(w.PushesDataTo, e.signature),
	}
	e.extend(p, w.UnknownProto)
	return p
}
