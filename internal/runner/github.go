package runner

import (
	"encoding/json"
	"fmt"
	"strings"
)

// GitHub is what the runner knows of the run: the context `github` and the
// variables GITHUB_…. Empty fields are filled in by values of no meaning.
type GitHub struct {
	EventName  string
	Event      json.RawMessage // the payload; {} when empty
	Repository string          // owner/name
	SHA        string
	Ref        string // as refs/heads/main
	HeadRef    string // branch of a pull request
	BaseRef    string
	Actor      string
	Workflow   string
	Job        string
	RunID      string
	RunNumber  string
	RunAttempt string
	ServerURL  string
	APIURL     string
	GraphQLURL string
	Token      string // the job's secret token
}

func (g GitHub) filled() GitHub {
	for field, value := range map[*string]string{
		&g.EventName: "push", &g.Repository: "acme/shop", &g.SHA: strings.Repeat("0", 40), &g.Ref: "refs/heads/main", &g.Actor: "octocat",
		&g.Workflow: "workflow", &g.Job: "job", &g.RunID: "1", &g.RunNumber: "1", &g.RunAttempt: "1",
		&g.ServerURL: "https://github.com", &g.APIURL: "https://api.github.com", &g.Token: "ghs_runnertoken",
	} {
		if *field == "" {
			*field = value
		}
	}
	if g.GraphQLURL == "" {
		g.GraphQLURL = g.APIURL + "/graphql"
	}
	if len(g.Event) == 0 {
		g.Event = json.RawMessage("{}")
	}
	return g
}

func (g GitHub) refName() (name, kind string) {
	if tag, ok := strings.CutPrefix(g.Ref, "refs/tags/"); ok {
		return tag, "tag"
	}
	return strings.TrimPrefix(strings.TrimPrefix(g.Ref, "refs/heads/"), "refs/pull/"), "branch"
}

// strings are the values that the context and the variables have in common.
func (g GitHub) strings() map[string]string {
	owner, _, _ := strings.Cut(g.Repository, "/")
	name, kind := g.refName()
	return map[string]string{
		"event_name": g.EventName, "repository": g.Repository, "repository_owner": owner, "repository_id": "1", "repository_owner_id": "2",
		"sha": g.SHA, "ref": g.Ref, "ref_name": name, "ref_type": kind, "ref_protected": "false", "head_ref": g.HeadRef, "base_ref": g.BaseRef,
		"actor": g.Actor, "actor_id": "3", "triggering_actor": g.Actor, "workflow": g.Workflow, "job": g.Job,
		"workflow_ref": g.Repository + "/.github/workflows/x.yml@" + g.Ref, "workflow_sha": g.SHA,
		"run_id": g.RunID, "run_number": g.RunNumber, "run_attempt": g.RunAttempt, "retention_days": "90",
		"server_url": g.ServerURL, "api_url": g.APIURL, "graphql_url": g.GraphQLURL,
	}
}

// context is the context `github` in expressions.
func (g GitHub) context(workspace string) (map[string]any, error) {
	ctx := anyMap(g.strings())
	var event any
	if err := json.Unmarshal(g.Event, &event); err != nil {
		return nil, fmt.Errorf("reading the event: %w", err)
	}
	ctx["event"], ctx["token"], ctx["workspace"] = event, g.Token, workspace
	return ctx, nil
}

// environ holds the variables GITHUB_… that do not name a file.
func (g GitHub) environ() map[string]string {
	env := map[string]string{"CI": "true", "GITHUB_ACTIONS": "true"}
	for name, value := range g.strings() {
		env["GITHUB_"+strings.ToUpper(name)] = value
	}
	return env
}
