package report

import (
	"reflect"
	"regexp"
	"strings"

	"github.com/moose-migrate/moose-migrate/pkg/clickhouse/ddl"
	"github.com/moose-migrate/moose-migrate/pkg/clickhouse/sqltext"
	"github.com/moose-migrate/moose-migrate/pkg/dsn"
	"github.com/moose-migrate/moose-migrate/pkg/inframap"
	"github.com/moose-migrate/moose-migrate/pkg/plan"
)

// statements writes the SQL of an operation with its credentials hidden.
func statements(op plan.Operation, db string) ([]string, error) {
	switch o := op.(type) {
	case *plan.CreateTableOp:
		return ddl.Statements(&plan.CreateTableOp{Table: o.Table.Masked()}, db)
	case *plan.ModifyTableSettingsOp:
		hidden := *o
		hidden.Before, hidden.After = inframap.MaskedSettings(o.Before), inframap.MaskedSettings(o.After)
		if o.Before != nil && o.After != nil {
			// A changed credential would look unchanged once both values are hidden.
			for k, v := range *o.After {
				if (*o.Before)[k] != v {
					delete(*hidden.Before, k)
				}
			}
		}
		return ddl.Statements(&hidden, db)
	}
	return ddl.Statements(op, db)
}

// clean takes the secrets out of every text of the report and makes it valid UTF-8.
// Fields tagged report:"keep" hold names and identifiers, which are no secrets and
// must stay recognisable.
func clean(r *Report, secrets []string) {
	redactor := dsn.NewRedactor(secrets...)
	cleanValue(reflect.ValueOf(r).Elem(), false, func(s string, keep bool) string {
		if !keep {
			s = redactor.Redact(maskSQL(s))
		}
		return strings.ToValidUTF8(s, "\uFFFD")
	})
}

func cleanValue(v reflect.Value, keep bool, f func(s string, keep bool) string) {
	switch v.Kind() {
	case reflect.String:
		if v.CanSet() {
			v.SetString(f(v.String(), keep))
		}
	case reflect.Slice:
		for i := range v.Len() {
			cleanValue(v.Index(i), keep, f)
		}
	case reflect.Struct:
		for i := range v.NumField() {
			cleanValue(v.Field(i), keep || v.Type().Field(i).Tag.Get("report") == "keep", f)
		}
	}
}

var (
	// secretWord names a value that is a credential: PASSWORD 'x', secret_access_key = 'x'.
	secretWord = regexp.MustCompile(`(?i)(password|passwd|secret|access_key|secret_key|api_key|private_key|sasl_username|token)(_id|_sha256|_hex|_hash)*$`)
	// userinfo is the password in a URL.
	userinfo = regexp.MustCompile(`(://[^\s/@:']*:)[^\s/@']+@`)
	// format is the name of a data format, which stands where a key would.
	format = regexp.MustCompile(`^'(auto|NOSIGN|CSV|TSV|TabSep|JSON|Parquet|ORC|Avro|Arrow|Native|Values|LineAs|RawBLOB|Raw|Protobuf|MsgPack|BSON|RowBinary|One|XML)`)
)

// secretArguments are the positions of credentials in the calls of table functions
// and engines, counted from 0, as ClickHouse documents them.
var secretArguments = map[string][]int{
	"s3": {1, 2, 3}, "s3queue": {1, 2}, "gcs": {1, 2, 3}, "oss": {1, 2, 3}, "cosn": {1, 2, 3},
	"iceberg": {1, 2, 3}, "icebergs3": {1, 2, 3}, "deltalake": {1, 2, 3}, "hudi": {1, 2, 3},
	"s3cluster": {2, 3, 4}, "mysql": {4}, "postgresql": {4}, "mongodb": {4}, "remote": {3, 4}, "remotesecure": {3, 4},
}

// maskSQL hides the credentials that free SQL spells out.
func maskSQL(sql string) string {
	if !strings.Contains(sql, "'") && !strings.Contains(sql, "://") {
		return sql
	}
	tokens := sqltext.Tokens(sql)
	type call struct {
		secret  []int
		arg     int
		skipped bool
	}
	var stack []call
	var word string
	for i, t := range tokens {
		switch t.Kind {
		case sqltext.Open:
			stack = append(stack, call{secret: secretArguments[strings.ToLower(word)]})
			word = ""
		case sqltext.Close:
			if len(stack) > 0 {
				stack = stack[:len(stack)-1]
			}
			word = ""
		case sqltext.Comma:
			if len(stack) > 0 {
				stack[len(stack)-1].arg++
			}
			word = ""
		case sqltext.Word, sqltext.QuotedName:
			if !strings.EqualFold(t.Text, "by") || !secretWord.MatchString(word) {
				word = strings.Trim(t.Text, "`\"")
			}
			if strings.EqualFold(t.Text, "identified") {
				word = "password"
			}
		case sqltext.Literal:
			hide := secretWord.MatchString(word)
			if len(stack) > 0 {
				top := &stack[len(stack)-1]
				if format.MatchString(t.Text) {
					top.skipped = true
				}
				for _, n := range top.secret {
					hide = hide || n == top.arg && !top.skipped
				}
			}
			if hide && len(t.Text) > 2 {
				tokens[i].Text = "'" + inframap.Hidden + "'"
			}
			word = ""
		case sqltext.Symbol:
			if t.Text != "=" && t.Text != ":" {
				word = ""
			}
		}
	}
	var b strings.Builder
	for _, t := range tokens {
		b.WriteString(t.Text)
	}
	return userinfo.ReplaceAllString(b.String(), "${1}"+dsn.Mask+"@")
}
