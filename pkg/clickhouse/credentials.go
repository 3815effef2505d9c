package clickhouse

import (
	"regexp"
	"slices"
	"strings"

	"github.com/moose-migrate/moose-migrate/pkg/clickhouse/sqltext"
	"github.com/moose-migrate/moose-migrate/pkg/inframap"
	"github.com/moose-migrate/moose-migrate/pkg/schema"
)

// withoutCredentials leaves the credentials of the S3 engines out, whether the
// server hides them or not (display_secrets_in_show_and_select): the stored state
// omits them, and the hash of the engine covers them.
func withoutCredentials(e *schema.Engine) {
	if e.Name == "Iceberg" {
		e.Name = "IcebergS3"
	}
	known, _ := inframap.EngineParams(e.Name)
	if !slices.ContainsFunc(known, func(p inframap.Param) bool { return p.Secret }) {
		return
	}
	var args []string
	for _, a := range e.Args {
		if named := credentialArgument.FindStringSubmatch(a); named != nil {
			e.Credentials = append(e.Credentials, named[1])
			continue
		}
		args = append(args, a)
	}
	n := credentials(args)
	if n > 1 { // one is NOSIGN
		e.Credentials = append(e.Credentials, positionalCredentials[:n]...)
	}
	e.Args = slices.Delete(args, min(1, len(args)), min(1+n, len(args)))
}

// positionalCredentials are the credentials that can follow the path, in their order.
var positionalCredentials = []string{"access_key_id", "secret_access_key", "session_token"}

// credentialArgument are the arguments that carry credentials under a name.
var credentialArgument = regexp.MustCompile(`^(access_key_id|secret_access_key|session_token|extra_credentials|headers)\b\s*[=(]`)

// credentials is the number of arguments after the path that are credentials. The
// shapes are those of https://clickhouse.com/docs/engines/table-engines/integrations/s3:
// path, [NOSIGN | key, secret [, token],] [format, [compression, …]].
func credentials(args []string) int {
	switch {
	case len(args) >= 2 && sqltext.Unquote(args[1]) == "NOSIGN":
		return 1
	case len(args) < 3 || !isText(args[1]) || !isText(args[2]) || compressions[strings.ToLower(sqltext.Unquote(args[2]))]:
		return 0
	case len(args) >= 4 && isText(args[3]) && !formatName.MatchString(sqltext.Unquote(args[3])):
		return 3
	}
	return 2
}

func isText(arg string) bool { return strings.HasPrefix(arg, "'") }

// formatName is the shape of a format such as JSONEachRow. Session tokens of AWS
// are hundreds of characters long.
var formatName = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9]{1,63}$`)

// compressions are the methods that can follow a format (chooseCompressionMethod of
// ClickHouse); a secret key is never one of them.
var compressions = map[string]bool{
	"none": true, "auto": true, "gzip": true, "gz": true, "deflate": true, "brotli": true, "br": true, "xz": true, "lzma": true,
	"zstd": true, "zst": true, "lz4": true, "bz2": true, "snappy": true,
}
