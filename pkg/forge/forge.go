// Package forge talks to the host of the pull requests: GitHub, GitHub Enterprise
// Server, Gitea and Forgejo. It knows comments, statuses, deployments, issues and
// files, and nothing of migrations.
package forge

import (
	"errors"
	"time"
)

// Repo names a repository.
type Repo struct{ Owner, Name string }

// String is "owner/name".
func (r Repo) String() string { return r.Owner + "/" + r.Name }

// PullRequest is what is needed of one.
type PullRequest struct {
	Number int
	// HeadSHA and HeadRef are the newest commit and its branch, HeadRepo the repository
	// it lies in as "owner/name", empty when that is gone. BaseRef is the target branch.
	HeadSHA, HeadRef, HeadRepo, BaseRef, BaseSHA string
	Author                                       string
	Draft, Merged, Open                          bool
	MergeSHA                                     string
	URL                                          string
}

// Fork reports whether the head lies in another repository than the base.
func (p PullRequest) Fork(base Repo) bool { return p.HeadRepo != base.String() }

// Comment is one on a pull request or an issue.
type Comment struct {
	ID     int64
	Author string
	Body   string
	URL    string
	// CreatedAt and UpdatedAt are the host's times.
	CreatedAt, UpdatedAt time.Time
	// Mine reports whether the login of the token wrote it.
	Mine bool
}

// Issue is one, without its comments.
type Issue struct {
	Number int
	Author string
	Title  string
	Body   string
	Open   bool
	URL    string
	Mine   bool
}

// State is that of a commit status.
type State string

// The states of a commit status.
const (
	Pending State = "pending"
	Success State = "success"
	Failure State = "failure"
	// Errored: the check itself broke.
	Errored State = "error"
)

// Status is a commit status.
type Status struct {
	State State
	// Context names the check, such as "moose-migrate / production".
	Context string
	// Description is cut to 140 characters, which GitHub's limit is.
	Description string
	TargetURL   string
}

// Deployment is one to create.
type Deployment struct {
	// Ref is a commit.
	Ref, Environment, Description string
	// Payload is kept with it, any JSON value.
	Payload map[string]string
}

// DeploymentState is that of a deployment.
type DeploymentState string

// The states of a deployment that are used here.
const (
	DeploymentInProgress DeploymentState = "in_progress"
	DeploymentSuccess    DeploymentState = "success"
	DeploymentFailure    DeploymentState = "failure"
	DeploymentError      DeploymentState = "error"
)

// File is one to commit. Path is relative to the repository's root, with slashes.
type File struct {
	Path    string
	Content []byte
}

// Errors that callers tell apart with errors.Is.
var (
	// ErrForbidden: the token lacks a permission; the error text names it.
	ErrForbidden = errors.New("the token lacks a permission")
	// ErrNotFound: the thing is not there, or the token may not see it.
	ErrNotFound = errors.New("not found")
	// ErrTooLong: the host refused a text for its length.
	ErrTooLong = errors.New("the text is too long")
	// ErrUnsupported: this host has no such thing.
	ErrUnsupported = errors.New("this host does not offer it")
	// ErrMoved: the branch has a newer commit than the one to build on.
	ErrMoved = errors.New("the branch has moved")
)

// PermissionError is a refusal that names what would help.
type PermissionError struct {
	// Permission is the line for the workflow's permissions, such as "pull-requests: write".
	Permission string
	// Doing is what was tried, such as "comment on the pull request".
	Doing string
	Err   error
}

// Error is one line that says which permission to add.
func (e *PermissionError) Error() string {
	return "cannot " + e.Doing + ": the token lacks a permission; add `" + e.Permission + "` to the workflow's permissions"
}

// Unwrap makes it an ErrForbidden and keeps the host's answer.
func (e *PermissionError) Unwrap() []error { return []error{ErrForbidden, e.Err} }
