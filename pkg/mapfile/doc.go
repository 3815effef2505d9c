// Package mapfile reads and writes an infrastructure map as it goes from a job that
// runs the project's code, and holds no secret, to one that holds the credentials of
// ClickHouse and runs none of that code.
//
// Everything in such a file may come from a stranger. Read refuses what is no map of
// a project or would cost too much to plan; Adopt takes from it what a stranger must
// not decide: names of environment variables, hashes of credentials, the default
// database. Who sent the file, and for which commit, must be learned from the host;
// the file cannot say it.
package mapfile
