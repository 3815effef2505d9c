// Package event reads what started a run of the GitHub Action: the variables that the
// runner sets and the payload of the event.
package event

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/google/go-github/v60/github"
	"github.com/moose-migrate/moose-migrate/pkg/forge"
)

// Name is that of an event, as in the `on:` of a workflow.
type Name string

// The events that the action answers.
const (
	PullRequest       Name = "pull_request"
	PullRequestTarget Name = "pull_request_target"
	Push              Name = "push"
	MergeGroup        Name = "merge_group"
	Schedule          Name = "schedule"
	Dispatch          Name = "workflow_dispatch"
	IssueComment      Name = "issue_comment"
	WorkflowRun       Name = "workflow_run"
)

// Event is what started the run. What an event does not have is empty.
type Event struct {
	Name Name
	// Action is the event's kind, such as "opened", "synchronize", "closed".
	Action string
	Repo   forge.Repo
	// SHA and Ref are GITHUB_SHA and GITHUB_REF: what actions/checkout takes by default.
	SHA, Ref string
	Actor    string
	// DefaultBranch is the repository's, empty where the payload does not say it; Protected
	// whether rules hold for the ref (GITHUB_REF_PROTECTED).
	DefaultBranch string
	Protected     bool
	Run           Run
	// PullRequest is the one of pull_request and pull_request_target.
	PullRequest *forge.PullRequest
	// Label is that of a pull request that was just labeled or unlabeled.
	Label *Label
	// MergeGroup is that of merge_group.
	MergeGroup *Group
	// Before and After are the commits of a push.
	Before, After string
	// Comment is that of issue_comment.
	Comment *Comment
	// Triggering is the run that a workflow_run follows.
	Triggering *Triggering
	// Workspace is the folder of the checkout.
	Workspace string
	// APIURL and ServerURL are those of the host, without a slash at the end.
	APIURL, ServerURL string
}

// Run is the workflow run.
type Run struct {
	ID, Number, Attempt int64
	URL                 string
}

// Group is a group of a merge queue.
type Group struct{ HeadSHA, HeadRef, BaseSHA, BaseRef string }

// Label is one that was just set or taken away.
type Label struct {
	Name string
	// By did it; Bot is set when that is a program.
	By  string
	Bot bool
	// Removed is set when it was taken away.
	Removed bool
	// At is when the pull request was changed by it.
	At time.Time
}

// Comment is one that was just written.
type Comment struct {
	ID     int64
	Body   string
	Author string
	// Bot is set when a program wrote it.
	Bot bool
	// Number is that of the issue, OnPullRequest whether it is a pull request.
	Number        int
	OnPullRequest bool
	URL           string
	// At is when it was written.
	At time.Time
}

// Triggering is a run that has ended.
type Triggering struct {
	ID                       int64
	Event, Conclusion        string
	HeadSHA, HeadBranch, URL string
	// HeadOwner owns the repository that the head lies in.
	HeadOwner string
}

// maxPayload bounds the file of the event; GitHub's own limit for payloads is 25 MB.
const maxPayload = 32 << 20

// Read takes the event from the environment and the file that it names.
func Read(getenv func(string) string) (*Event, error) {
	owner, name, ok := strings.Cut(getenv("GITHUB_REPOSITORY"), "/")
	if !ok || owner == "" || name == "" {
		return nil, fmt.Errorf("GITHUB_REPOSITORY is %q, not owner/name: the action runs as a step of a workflow; elsewhere use the moose commands", getenv("GITHUB_REPOSITORY"))
	}
	e := &Event{
		Name: Name(getenv("GITHUB_EVENT_NAME")), Repo: forge.Repo{Owner: owner, Name: name},
		SHA: getenv("GITHUB_SHA"), Ref: getenv("GITHUB_REF"), Actor: getenv("GITHUB_ACTOR"),
		Workspace: getenv("GITHUB_WORKSPACE"), Protected: getenv("GITHUB_REF_PROTECTED") == "true",
		APIURL: strings.TrimRight(getenv("GITHUB_API_URL"), "/"), ServerURL: strings.TrimRight(getenv("GITHUB_SERVER_URL"), "/"),
	}
	if e.Name == "" {
		return nil, errors.New("GITHUB_EVENT_NAME is empty: the action runs as a step of a workflow; elsewhere use the moose commands")
	}
	if e.APIURL == "" {
		e.APIURL = "https://api.github.com"
	}
	if e.ServerURL == "" {
		e.ServerURL = "https://github.com"
	}
	e.Run = Run{ID: number(getenv("GITHUB_RUN_ID")), Number: number(getenv("GITHUB_RUN_NUMBER")), Attempt: number(getenv("GITHUB_RUN_ATTEMPT"))}
	if e.Run.ID != 0 {
		e.Run.URL = fmt.Sprintf("%s/%s/actions/runs/%d", e.ServerURL, e.Repo, e.Run.ID)
	}
	payload, err := readPayload(getenv("GITHUB_EVENT_PATH"))
	if err != nil {
		return nil, err
	}
	if err := e.decode(payload); err != nil {
		return nil, fmt.Errorf("the payload of the event %s: %w", e.Name, err)
	}
	return e, nil
}

func number(s string) int64 {
	n, err := strconv.ParseInt(s, 10, 64)
	if err != nil {
		return 0
	}
	return n
}

func readPayload(path string) ([]byte, error) {
	if path == "" {
		return []byte("{}"), nil
	}
	info, err := os.Stat(path)
	if err != nil {
		return nil, fmt.Errorf("read the event (GITHUB_EVENT_PATH): %w", err)
	}
	if info.Size() > maxPayload {
		return nil, fmt.Errorf("the event in %s is %d bytes long, more than GitHub sends", path, info.Size())
	}
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("read the event (GITHUB_EVENT_PATH): %w", err)
	}
	return data, nil
}

func (e *Event) decode(payload []byte) error {
	var any struct {
		Repository struct {
			DefaultBranch string `json:"default_branch"`
		} `json:"repository"`
	}
	if !json.Valid(payload) {
		return errors.New("it is no JSON")
	}
	if json.Unmarshal(payload, &any) == nil {
		e.DefaultBranch = any.Repository.DefaultBranch
	}
	switch e.Name {
	case PullRequest, PullRequestTarget, MergeGroup, Push, IssueComment, WorkflowRun:
	default:
		return nil
	}
	name := e.Name
	if name == PullRequestTarget { // has the same payload
		name = PullRequest
	}
	parsed, err := github.ParseWebHook(string(name), payload)
	if err != nil {
		return err
	}
	switch p := parsed.(type) {
	case *github.PullRequestEvent:
		e.Action = p.GetAction()
		if p.PullRequest == nil {
			return errors.New("it has no pull_request")
		}
		e.PullRequest = pullRequest(p.PullRequest)
		if e.Action == "labeled" || e.Action == "unlabeled" {
			e.Label = &Label{
				Name: p.GetLabel().GetName(), By: p.GetSender().GetLogin(), Bot: p.GetSender().GetType() == "Bot",
				Removed: e.Action == "unlabeled", At: p.PullRequest.GetUpdatedAt().Time,
			}
		}
	case *github.MergeGroupEvent:
		e.Action = p.GetAction()
		g := p.GetMergeGroup()
		e.MergeGroup = &Group{HeadSHA: g.GetHeadSHA(), HeadRef: g.GetHeadRef(), BaseSHA: g.GetBaseSHA(), BaseRef: g.GetBaseRef()}
		if e.MergeGroup.HeadSHA == "" {
			return errors.New("it has no merge_group.head_sha")
		}
	case *github.PushEvent:
		e.Before, e.After = p.GetBefore(), p.GetAfter()
	case *github.IssueCommentEvent:
		return e.comment(p)
	case *github.WorkflowRunEvent:
		return e.triggering(p)
	}
	return nil
}

func (e *Event) comment(p *github.IssueCommentEvent) error {
	e.Action = p.GetAction()
	c, issue := p.GetComment(), p.GetIssue()
	if c == nil || issue == nil {
		return errors.New("it has no comment or no issue")
	}
	e.Comment = &Comment{
		ID: c.GetID(), Body: c.GetBody(), Author: c.GetUser().GetLogin(), Bot: c.GetUser().GetType() == "Bot",
		Number: issue.GetNumber(), OnPullRequest: issue.IsPullRequest(), URL: c.GetHTMLURL(),
		At: c.GetCreatedAt().Time,
	}
	return nil
}

func (e *Event) triggering(p *github.WorkflowRunEvent) error {
	e.Action = p.GetAction()
	r := p.GetWorkflowRun()
	if r == nil {
		return errors.New("it has no workflow_run")
	}
	e.Triggering = &Triggering{
		ID: r.GetID(), Event: r.GetEvent(), Conclusion: r.GetConclusion(), HeadSHA: r.GetHeadSHA(), HeadBranch: r.GetHeadBranch(),
		URL: r.GetHTMLURL(), HeadOwner: r.GetHeadRepository().GetOwner().GetLogin(),
	}
	return nil
}

func pullRequest(p *github.PullRequest) *forge.PullRequest {
	return &forge.PullRequest{
		Number: p.GetNumber(), HeadSHA: p.GetHead().GetSHA(), HeadRef: p.GetHead().GetRef(), HeadRepo: p.GetHead().GetRepo().GetFullName(),
		BaseRef: p.GetBase().GetRef(), BaseSHA: p.GetBase().GetSHA(), Author: p.GetUser().GetLogin(),
		Draft: p.GetDraft(), Merged: p.GetMerged(), Open: p.GetState() == "open", MergeSHA: p.GetMergeCommitSHA(), URL: p.GetHTMLURL(),
	}
}
