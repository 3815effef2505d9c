package plan

import _ "embed"

// migrationSchema is the JSON schema of plan.yaml for editors.
//
//go:embed migration_schema.json
var migrationSchema []byte
