// Package traffic proves that changes of a schema and inserts go together: writers insert
// numbered rows while each kind of change is made, and at the end every row that the server
// has acknowledged must be there exactly once, also in the targets of materialized views.
package traffic
