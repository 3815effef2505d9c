package forgetest

import (
	"encoding/json"
	"net/http"
	"slices"
	"unicode/utf8"

	"github.com/moose-migrate/moose-migrate/pkg/forge"
)

func (s *Server) deploymentOf(a *ask) *deployment {
	for _, d := range s.state.deployments {
		if d.id == a.num("deployment_id") {
			return d
		}
	}
	return nil
}

func (s *Server) listDeployments(a *ask) reply {
	q := a.URL.Query()
	var all []any
	for _, d := range slices.Backward(s.state.deployments) {
		if (q.Get("ref") == "" || q.Get("ref") == d.in.Ref) && (q.Get("environment") == "" || q.Get("environment") == d.in.Environment) {
			all = append(all, s.deploymentObject(a, d))
		}
	}
	return pages(all)
}

func (s *Server) createDeployment(a *ask) reply {
	var in struct {
		Ref              string            `json:"ref"`
		Environment      string            `json:"environment"`
		Description      string            `json:"description"`
		Payload          map[string]string `json:"payload"`
		AutoMerge        *bool             `json:"auto_merge"`
		RequiredContexts *[]string         `json:"required_contexts"`
	}
	if a.into(&in) != nil {
		return badJSON()
	}
	if in.AutoMerge == nil || *in.AutoMerge {
		return reply{status: http.StatusAccepted, body: object{"message": "Auto-merged main into " + in.Ref + " on deployment."}}
	}
	if in.RequiredContexts == nil {
		return failed(http.StatusConflict, "Conflict: Commit status checks failed for "+in.Ref)
	}
	if utf8.RuneCountInString(in.Description) > 140 {
		return invalid("Deployment", "description", "custom", "description is too long (maximum is 140 characters)")
	}
	d := &deployment{id: s.id(), author: a.token.Login, created: s.time(), sha: in.Ref, in: forge.Deployment{Ref: in.Ref, Environment: in.Environment, Description: in.Description, Payload: in.Payload}}
	s.state.deployments = append(s.state.deployments, d)
	return created(s.deploymentObject(a, d))
}

func (s *Server) listDeploymentStates(a *ask) reply {
	d := s.deploymentOf(a)
	if d == nil {
		return notFound()
	}
	var all []any
	for _, st := range slices.Backward(d.states) {
		all = append(all, s.deploymentStateObject(a, d, st))
	}
	return pages(all)
}

func (s *Server) createDeploymentState(a *ask) reply {
	d := s.deploymentOf(a)
	if d == nil {
		return notFound()
	}
	var in struct {
		State          forge.DeploymentState `json:"state"`
		Description    string                `json:"description"`
		LogURL         string                `json:"log_url"`
		EnvironmentURL string                `json:"environment_url"`
	}
	if json.Unmarshal(a.body, &in) != nil {
		return badJSON()
	}
	if utf8.RuneCountInString(in.Description) > 140 {
		return invalid("DeploymentStatus", "description", "custom", "description is too long (maximum is 140 characters)")
	}
	st := DeploymentState{State: in.State, Description: in.Description, LogURL: in.LogURL, EnvironmentURL: in.EnvironmentURL}
	d.states = append(d.states, st)
	return created(s.deploymentStateObject(a, d, st))
}
