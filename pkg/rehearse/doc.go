// Package rehearse plays a plan on a scratch ClickHouse server before anyone merges it.
//
// The scratch server gets the actual schema, rebuilt from the server's own CREATE
// statements, and no data. Then it runs the plan's operations, and plans again: nothing
// may be left. So the rehearsal proves that ClickHouse accepts each statement and that
// they lead to what the code declares, or it names the first statement that is refused.
//
// What needs the outside (Kafka, S3, Keeper, other hosts, files) is replaced by a local
// stand-in or left out, and named as not proven. No credential is sent to the scratch
// server, no row is read from the actual one.
package rehearse
