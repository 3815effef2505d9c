package migrate

// For tests of one step.
var (
	ExecuteUndoable  = executeUndoable
	DropLimit        = dropLimit
	VerifyEverywhere = verifyEverywhere
)
