// Package runner runs the action and whole jobs of workflows on this machine,
// as GitHub's runner would: it reads action.yml, builds its Dockerfile and
// starts the container with the same folders, variables and files, and it
// evaluates the expressions of a workflow. It is for tests. What it does not
// know it refuses: nothing is skipped silently.
//
// How the runner starts a container is taken from its source
// (github.com/actions/runner, ContainerActionHandler.cs and
// DockerCommandManager.cs). Left out are the socket of Docker, which the
// container of the action has no use for, and the network of the job: the
// container shares the machine's, to reach the servers of a test.
package runner
