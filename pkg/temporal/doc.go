// Package temporal reads from a Temporal server how the workflows of a Moose
// project are scheduled, and which of their runs are under way. It only reads.
//
// Moose starts a workflow that has a schedule as a Temporal cron workflow: its
// workflow id is its name, and the cron schedule stands in the first event of
// the history of every run. Temporal's own schedules are not used.
package temporal
