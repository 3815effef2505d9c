// Package report holds everything that a reader is told about a plan, as data, and
// writes it down: as text for a terminal, as Markdown for a pull request and as JSON.
//
// A [Report] carries no credential: engines and settings are masked, credentials in
// free SQL are recognised, and what remains of known secrets is removed from every
// text. Names and SQL of the project are kept as they are in the data; each
// projection escapes them for its own reader.
package report
