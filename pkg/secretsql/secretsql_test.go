package secretsql_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/moose-migrate/moose-migrate/pkg/inframap"
	"github.com/moose-migrate/moose-migrate/pkg/secretsql"
)

// hidden maps SQL with S1, S2 … in the place of credentials to what must be left;
// %s in the value is the key with the credentials hidden.
var hidden = []string{
	"SELECT a FROM s3('https://b/x.csv', '«AKIAKEY»', '«S3CRET»', 'CSV', 'a Int32')",
	"SELECT a FROM s3('https://b/x.csv', '«AKIAKEY»', '«S3CRET»', '«TOKEN»', 'CSV')",
	"SELECT a FROM s3Cluster('c', 'https://b/x.csv', '«AKIAKEY»', '«S3CRET»', 'CSV')",
	"SELECT a FROM s3(coll, filename = 'x.csv', access_key_id = '«K1»', secret_access_key = '«K2»')",
	"SELECT a FROM s3('https://b/x.csv', '«CSVLikeKey»', concat('«S3»', '«CRET»'), 'CSV')",
	"SELECT 1 FROM remote('h:9', 'system', 'one', 'user', '«pass»')",
	"SELECT 1 FROM remote('h:9', system.one, 'user', '«pass»')",
	"SELECT 1 FROM remoteSecure('h:9', 'system.one', 'user', '«pass»', rand())",
	"SELECT 1 FROM remote('h:9', numbers(10), 'user', '«pass»')",
	"SELECT 1 FROM mysql('h:3306', 'db', 't', 'user', '«pass»') AS m, postgresql('h', 'd', 't', 'u', '«pw2»', 'schema')",
	"SELECT 1 FROM mysql(coll, user = 'u', password = '«pass»')",
	"SELECT 1 FROM mongodb('mongodb://u:«pa%20ss»@h:27017/db', 'c', 'a String')",
	"SELECT 1 FROM mongodb('h:27017', 'd', 'c', 'u', '«pass»', 'a String')",
	"SELECT 1 FROM redis('h:6379', 'key', 'key String', 0, '«pass»')",
	"SELECT 1 FROM url('https://user:«pass»@h/x?sig=«abc%3D»&n=1', 'CSV', headers('Authorization' = '«Bearer x»'))",
	"SELECT 1 FROM azureBlobStorage('https://h', 'c', 'b', '«acc»', '«key=»', 'CSV')",
	"SELECT 1 FROM azureBlobStorage('DefaultEndpointsProtocol=https;AccountName=a;AccountKey=«Eby8==»;EndpointSuffix=x', 'c', 'b', 'CSV')",
	"SELECT encrypt('aes-256-ofb', x, '«0123456789»') FROM t",
	"-- it's a comment\nSELECT /* don't */ a FROM s3('https://b', '«K1»', '«S2»') # isn't\n",
	"SELECT 1 -- remote('h', 'd', 't', 'u', '«pass»')",
	"SELECT a$b, $c$it's$c$ FROM mysql('h', 'd', 't', 'u', '«pass»')",
	"CREATE TABLE t (password String) ENGINE = S3('https://b', '«K1»', '«S2»') SETTINGS x = 1",
	"CREATE TABLE t (a Int8) ENGINE = Kafka('h', 't') SETTINGS kafka_sasl_password = '«pass»'",
	"CREATE TABLE t (a Int8) ENGINE = Redis('h:6379', 0, '«pass»') PRIMARY KEY a",
	"CREATE DATABASE d ENGINE = MySQL('h', 'd', 'u', '«pass»')",
	"CREATE NAMED COLLECTION c AS user = 'u', password = '«pass»'",
	"CREATE USER u IDENTIFIED WITH sha256_password BY '«pass»'",
	"CREATE USER u IDENTIFIED BY '«pa\\'ss»' HOST ANY",
	"CREATE DICTIONARY d (a Int8) PRIMARY KEY a SOURCE(MYSQL(HOST 'h' USER 'u' PASSWORD '«pass»' DB 'd')) LAYOUT(FLAT())",
	"CREATE DICTIONARY d (a Int8) PRIMARY KEY a SOURCE(HTTP(URL 'x' CREDENTIALS(USER 'u' PASSWORD '«pass»') HEADERS(HEADER(NAME 'k' VALUE '«v1»'))))",
	"SELECT dictGet('d', 'a', id) FROM t WHERE token = 'kept' AND id IN (SELECT 1 FROM mysql('h', 'd', 't', 'u', '«pass»') WHERE password = 'kept')",
}

func TestCredentialsAreHiddenAndFound(t *testing.T) {
	for _, marked := range hidden {
		var want []string
		expected := ""
		rest := marked
		for {
			before, after, found := strings.Cut(rest, "«")
			expected += before
			if !found {
				break
			}
			secret, tail, _ := strings.Cut(after, "»")
			want = append(want, strings.ReplaceAll(secret, `\'`, "'"))
			expected += inframap.Hidden
			rest = tail
		}
		sql := strings.NewReplacer("«", "", "»", "").Replace(marked)
		if got := secretsql.Mask(sql); got != expected {
			t.Errorf("got  %s\nwant %s", got, expected)
		}
		if again := secretsql.Mask(secretsql.Mask(sql)); again != secretsql.Mask(sql) {
			t.Errorf("masking again changes it: %s", again)
		}
		slices.Sort(want)
		if got := secretsql.Secrets(sql); !slices.Equal(got, want) {
			t.Errorf("%s: secrets %q, want %q", sql, got, want)
		}
		if got := secretsql.Secrets(secretsql.Mask(sql)); len(got) > 0 {
			t.Errorf("%s: secrets left: %q", sql, got)
		}
	}
}

func TestOtherTextStays(t *testing.T) {
	for _, sql := range []string{
		"SELECT 'a', count() FROM t WHERE status = 'secret' AND token IN (1)", "SELECT * FROM s3('https://b/x', 'CSV', 'a String')",
		"SELECT * FROM s3('https://b/x', NOSIGN, 'CSV')", "SELECT * FROM t WHERE token = 'x' AND (password = 'y' OR secret LIKE 'z')",
		"SELECT multiIf(token = 'x', 1, 2) FROM t", "SELECT * FROM remote('h', 'd', 't')", "SELECT * FROM url('https://h:8443/a@b', 'CSV')",
		"SELECT * FROM s3(coll, filename = 'x', format = 'CSV')", "it's", "The password's column isn't 'x'", "https://host:8443/path", "",
		"ALTER TABLE `password` ADD COLUMN `secret` String DEFAULT 'x' AFTER `token`", "SELECT '$' || $1", "''", "/*", "$a$", "--", "'",
		"CREATE TABLE t (password String, note String DEFAULT 'none') ENGINE = MergeTree ORDER BY 'a'",
	} {
		if got := secretsql.Mask(sql); got != sql {
			t.Errorf("got  %q\nwant %q", got, sql)
		}
	}
}

func TestSame(t *testing.T) {
	equal := [][2]string{
		{"SELECT a", "SELECT a"},
		{"SELECT a FROM s3('u', '[HIDDEN]', '[HIDDEN]', 'CSV')", "SELECT a FROM s3('u', 'AKIA', '[HIDDEN]', 'CSV')"},
		{"SELECT a FROM s3('u', '[HIDDEN]', '[HIDDEN]')", "SELECT a FROM s3('u', 'AKIA', '[HIDDEN]')"},
		{"SELECT encrypt('m', '[HIDDEN]') AS e", "SELECT encrypt('m', lower(x), '[HIDDEN]', 'iv') AS e"},
		{"SELECT 1 FROM url('https://u:[HIDDEN]@h/x?sig=[HIDDEN]')", "SELECT 1 FROM url('https://u:[HIDDEN]@h/x?sig=abc')"},
		{"SELECT 1 FROM f(password = '[HIDDEN]', a)", "SELECT 1 FROM f(password = 'x', a)"},
	}
	for _, p := range equal {
		if !secretsql.Same(p[0], p[1]) || !secretsql.Same(p[1], p[0]) {
			t.Errorf("differ:\n%s\n%s", p[0], p[1])
		}
	}
	for _, p := range [][2]string{
		{"SELECT a", "SELECT b"},
		{"SELECT a FROM s3('u', '[HIDDEN]', 'CSV')", "SELECT a FROM s3('v', 'x', 'CSV')"},
		{"SELECT a FROM s3('u', '[HIDDEN]', 'CSV')", "SELECT a FROM s3('u', 'x', 'TSV')"},
		{"SELECT a FROM s3('u', '[HIDDEN]') WHERE a", "SELECT a FROM s3('u', 'x') WHERE b"},
		{"SELECT a FROM s3('u', '[HIDDEN]')", "SELECT a FROM s3('u', 'x') WHERE b"},
		{"SELECT 1 FROM url('https://u:[HIDDEN]@h/x')", "SELECT 1 FROM url('https://u:x@h/y')"},
		{"'[HIDDEN]'", ""},
	} {
		if secretsql.Same(p[0], p[1]) || secretsql.Same(p[1], p[0]) {
			t.Errorf("the same:\n%s\n%s", p[0], p[1])
		}
	}
}

func FuzzMask(f *testing.F) {
	for _, sql := range hidden {
		f.Add(sql, "SELECT '[HIDDEN]'")
	}
	f.Fuzz(func(t *testing.T, sql, other string) {
		masked := secretsql.Mask(sql)
		for range 8 { // an unclosed quote can swallow more each time
			masked = secretsql.Mask(masked)
		}
		secretsql.Secrets(sql)
		if !secretsql.Same(masked, masked) {
			t.Error("not the same as itself")
		}
		secretsql.Same(masked, other)
	})
}
