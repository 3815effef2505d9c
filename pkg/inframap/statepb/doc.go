// Package statepb is the protobuf form of an infrastructure map: what the Moose
// CLI 0.6.533 keeps in Redis (as is) and in ClickHouse's _MOOSE_STATE (as base64).
// Either tool reads what the other wrote.
//
// Protobuf holds less than JSON. Decode(Encode(m)) has the same canonical JSON as
// m, except for:
//
//   - credentials: the aws_* arguments of S3, S3Queue and IcebergS3, and the
//     settings kafka_sasl_username and kafka_sasl_password. Their hashes stay.
//     Passwords of external dictionary sources are written as the map has them,
//     as Moose does, because nothing else would show that they changed.
//   - data_model and schema of an ingest endpoint, and the tasks of a workflow
//   - the line of a metadata source; source_line and source_column of SQL resources
//   - dmv1_views, consumption_api_web_server and members that only JSON knows
//   - the order of a column's annotations, which come back sorted by name
//   - absent and empty: no description and "", no settings and {}, no projections
//     and [], no life cycle and FULLY_MANAGED, no dictionaries and {}, an omitted
//     member of a JSON document and its null
//
// Protobuf fields that this version does not know survive Decode and Encode at
// every level. Those of a message that has no struct of its own in package
// inframap are kept in the next outer one, in a form that protobuf merges back.
// Two kinds of message have no such place: of a source table of a view only the
// name survives, of a typed path of a JSON column its path and type.
package statepb
