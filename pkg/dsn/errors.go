package dsn

// encodeRemedy is the advice given wherever a URL cannot be split reliably.
const encodeRemedy = "characters such as @ : / ? # & % in a user name, password or value must be percent-encoded (@ is %40, / is %2F, # is %23)"

// Error says why a connection URL was refused. It never holds the URL or a
// part of it that could be a credential.
type Error struct {
	// Kind is "ClickHouse" or "Redis".
	Kind string
	// Reason is what is wrong, in plain words.
	Reason string
	// Remedy is what to write instead.
	Remedy string
}

// Error gives the reason followed by the remedy.
func (e *Error) Error() string {
	return e.Kind + " URL: " + e.Reason + "; " + e.Remedy
}
