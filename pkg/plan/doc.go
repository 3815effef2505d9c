// Package plan turns changes into an ordered list of operations and keeps it in
// the three files that a reviewer sees: plan.yaml, remote_state.json and
// local_infra_map.json.
//
// The operations are the nineteen of Moose's plan.yaml (CLI 0.6.533), spelled as
// Moose spells them. What is ours stands in plan.yaml under the key
// "moose_migrate", which Moose ignores. Nothing in this package talks to a server.
package plan
