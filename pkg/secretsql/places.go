package secretsql

import (
	"regexp"
	"strings"
)

// place is where the credentials of a call stand.
type place struct {
	// at are the positions of the credentials, counted from 0.
	at []int
	// optional: the credentials can be left out, and a data format stands in their place.
	optional bool
}

var (
	afterURL     = place{at: []int{1, 2, 3}, optional: true} // key, secret and session token
	afterCluster = place{at: []int{2, 3, 4}, optional: true}
	azure        = place{at: []int{3, 4}, optional: true} // account and key
	fifth        = place{at: []int{4}}
	third        = place{at: []int{2}}
)

// places are the calls of functions and engines with credentials at fixed
// positions, by lower-case name, as the ClickHouse documentation lists their arguments.
var places = map[string]place{
	"s3": afterURL, "s3queue": afterURL, "gcs": afterURL, "oss": afterURL, "cosn": afterURL,
	"iceberg": afterURL, "icebergs3": afterURL, "deltalake": afterURL, "deltalakes3": afterURL, "hudi": afterURL,
	"paimon": afterURL, "paimons3": afterURL,
	"s3cluster": afterCluster, "icebergcluster": afterCluster, "icebergs3cluster": afterCluster,
	"deltalakecluster": afterCluster, "deltalakes3cluster": afterCluster, "hudicluster": afterCluster,
	"azureblobstorage": azure, "azurequeue": azure, "icebergazure": azure, "deltalakeazure": azure,
	"azureblobstoragecluster": {at: []int{4, 5}, optional: true},
	"mysql":                   fifth, "postgresql": fifth, "materializedpostgresql": fifth, "mongodb": fifth, "redis": fifth,
	"externaldistributed": {at: []int{5}}, "arrowflight": {at: []int{3}}, "ytsaurus": third,
	"encrypt": third, "decrypt": third, "trydecrypt": third, "aes_encrypt_mysql": third, "aes_decrypt_mysql": third,
}

// databaseEngines have another order of arguments in CREATE DATABASE.
var databaseEngines = map[string]place{
	"mysql": {at: []int{3}}, "postgresql": {at: []int{3}}, "materializedpostgresql": {at: []int{3}},
}

// named are further calls that take credentials by name.
var named = map[string]bool{
	"remote": true, "remotesecure": true, "url": true, "urlcluster": true, "headers": true, "header": true,
	"credentials": true, "extra_credentials": true, "kafka": true, "rabbitmq": true, "nats": true, "http": true,
	"clickhouse": true, "odbc": true, "jdbc": true, "disk": true, "cassandra": true,
}

// secretName is the name of a value that is a credential: PASSWORD 'x', secret_access_key = 'x'.
var secretName = regexp.MustCompile(`(?i)(password|passwd|secret|access_key|account_key|secret_key|api_key|private_key|sasl_username|token)(_id|_sha256|_hex|_hash)*$`)

// userinfo is the password in a URL; the credential is the second group.
var userinfo = regexp.MustCompile(`(://[^\s/@:'?#]*:)([^\s'/@]+)(@)`)

// partial are credentials inside a string; the credential is the second group.
var partial = []*regexp.Regexp{
	userinfo,
	// A signed or tokenised URL: AWS, Google, Azure.
	regexp.MustCompile(`(?i)([?&](?:sig|signature|x-(?:amz|goog)-(?:signature|security-token|credential)|(?:access_|auth_)?token|api_?key|password|secret)=)([^&\s']+)()`),
	// A connection string of Azure, ODBC or JDBC.
	regexp.MustCompile(`(?i)((?:^'|[;?&\s])(?:accountkey|sharedaccesssignature|pwd|password)=)([^;&\s']+)()`),
}

// formats are the data formats, and the words that can stand where a key would, in lower case.
var formats = func() map[string]bool {
	out := map[string]bool{"auto": true, "nosign": true}
	for _, name := range strings.Fields(formatNames) {
		out[strings.ToLower(name)] = true
	}
	return out
}()
