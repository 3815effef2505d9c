// Package inframap is the infrastructure map: every table, view, topic, endpoint
// and workflow of a Moose project as data.
//
// The model, its JSON form and its ids are Moose's own (CLI 0.6.533), so that
// remote_state.json, local_infra_map.json, plan.yaml and the stored state can be
// exchanged with it. Members that this version does not know are kept in Extra
// and written back, so nothing that a newer Moose stored is lost.
//
// The package imports nothing of this module and does no I/O. The protobuf form
// of the stored state is in the sub-package statepb.
package inframap
