package dsn

import (
	"cmp"
	"errors"
	"fmt"
)

// Examples of URLs in error texts. The redactor of the command line lets exactly the
// words USER:PASSWORD pass.
const (
	exampleClickHouse = "clickhouse://USER:PASSWORD@HOST:9000/DATABASE"
	exampleHTTP       = "https://USER:PASSWORD@HOST:8443/DATABASE"
	exampleRedis      = "redis://USER:PASSWORD@HOST:6379/0"
)

// badPort is the reason when the text behind the host's colon is no port.
const badPort = "its port is not a number from 1 to 65535"

// encodeRemedy is the advice given wherever a URL cannot be split reliably.
const encodeRemedy = "characters such as @ : / ? # & % in a user name, password or value must be percent-encoded (@ is %40, / is %2F, # is %23)"

// Error says why a connection URL was refused. It never holds the URL or a
// part of it that could be a credential.
type Error struct {
	// Kind is "ClickHouse" or "Redis".
	Kind string
	// Place is where the URL was given, such as "--clickhouse-url"; empty when it is not known.
	Place string
	// Reason is what is wrong, in plain words.
	Reason string
	// Remedy is what to write instead.
	Remedy string
}

// Error gives the place and the reason followed by the remedy.
func (e *Error) Error() string {
	return cmp.Or(e.Place, e.Kind+" URL") + ": " + e.Reason + "; " + e.Remedy
}

// at adds the place to an error about a URL.
func at(place string, err error) error {
	var refused *Error
	if errors.As(err, &refused) {
		placed := *refused
		placed.Place = place
		return &placed
	}
	return fmt.Errorf("%s: %w", place, err)
}
