// Package safetext writes text that others chose, such as names, comments and SQL of a
// project, so that nothing reads it as something else: a terminal, the Markdown of a
// forge, or the log of a workflow.
package safetext
