// Package lineage is the dependency graph of a project: topics, what reads and fills
// them, tables, views, dictionaries, endpoints and workflows, joined in the direction
// in which data flows.
//
// It rests on what the two sides of a comparison already say: the infrastructure maps,
// and the canonical SQL of views and dictionaries. Endpoints and workflows are joined
// only to what Moose notes of them (pulls_data_from, pushes_data_to): their code is not
// read. The package does no I/O, and the same sides give the same graph.
package lineage
