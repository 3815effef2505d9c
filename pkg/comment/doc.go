// Package comment writes what is posted about a plan: the comment on a pull request,
// the job summary, the issue about drift, the answer to a command, and the one line of
// a commit status. It makes text only; package forge posts it.
//
// Every comment ends in a [Marker], by which it is found again. Text of the project can
// neither make a marker nor have any meaning to the forge.
package comment
