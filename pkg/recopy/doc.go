// Package recopy gives a table another definition while it is written to, and keeps every
// row: it copies part by part into a table beside, lets the two change names, copies what
// came meanwhile, and puts the old table aside. What is done stands in tables of the
// server, so that a run that was killed at any point can be run again.
//
// Rows are copied into a step table first, counted there, noted in a ledger, and moved from
// there with MOVE PARTITION. The step table of a batch that the ledger has not is thrown
// away; of one that it has, what is left is moved. So no row is copied twice, and none is
// left out. MOVE PARTITION fires no materialized view.
package recopy
