// Package dsn reads the connection URLs of ClickHouse and Redis and keeps
// their credentials out of everything that is printed.
//
// A parsed URL prints itself without its password, whichever fmt verb, JSON
// encoder or slog handler is used, and no error of this package quotes the URL
// it was given. The credentials leave only through [ClickHouse.Options],
// [Redis.Options] and the Secrets methods, which feed [Redact].
package dsn

// Mask is what stands in printed text where a credential was.
const Mask = "***"
