package se

import (
	"math"
	"regexp"
	"slices"
	"strings"

	"github.com/moose-migrate/moose-migrate/pkg/clickhouse/sqltext"
	"github.com/moose-migrate/moose-migrate/pkg/inframap"
	"github.com/moose-migrate/moose-migrate/pkg/secretsql"
)

// token is a credential that is known by its form.
type token struct {
	name string
	form *regexp.Regexp
}

// tokens have a prefix that their issuers have published for this purpose.
var tokens = []token{
	{"a private key", regexp.MustCompile(`-----BEGIN (?:[A-Z]+ )*PRIVATE KEY-----`)},
	{"a GitHub token", regexp.MustCompile(`\b(?:gh[pousr]_[0-9A-Za-z]{36}|github_pat_[0-9A-Za-z_]{82})\b`)},
	{"a GitLab token", regexp.MustCompile(`\bglpat-[0-9A-Za-z_-]{20}`)},
	{"a Slack token", regexp.MustCompile(`\bxox[abeprs]-[0-9A-Za-z-]{10,}|hooks\.slack\.com/services/T\w+/B\w+/\w+`)},
	{"a Stripe key", regexp.MustCompile(`\b[rs]k_live_[0-9A-Za-z]{20,}`)},
	{"a Google API key", regexp.MustCompile(`\bAIza[0-9A-Za-z_-]{35}`)},
	{"an API key of a language model", regexp.MustCompile(`\bsk-(?:ant|proj)-[0-9A-Za-z_-]{20,}`)},
	{"an npm token", regexp.MustCompile(`\bnpm_[0-9A-Za-z]{36}\b`)},
	{"a PyPI token", regexp.MustCompile(`\bpypi-AgEIcHlwaS5vcmc[0-9A-Za-z_-]{50,}`)},
	{"a SendGrid key", regexp.MustCompile(`\bSG\.[\w-]{22}\.[\w-]{43}`)},
	{"a Vault token", regexp.MustCompile(`\bhvs\.[\w-]{24,}`)},
	{"a signed token (JWT)", regexp.MustCompile(`\beyJ[\w-]{10,}\.eyJ[\w-]{10,}\.[\w-]{10,}`)},
}

// placeholder is what people write where a credential is to stand.
var placeholder = regexp.MustCompile(`(?i)^(?:<.*>|\$\{.*\}|\{\{.*\}\}|\*+|x{3,}|\.{3}|change-?me|your[-_ ].*)$`)

// known is what a text holds that is a credential without doubt, in words.
func known(sql string) []string {
	var out []string
	for _, secret := range secretsql.Secrets(sql) {
		if real(secret) {
			out = append(out, "a credential of a table function, engine or URL")
			break
		}
	}
	for _, t := range tokens {
		if t.form.MatchString(sql) {
			out = append(out, t.name)
		}
	}
	return out
}

func real(secret string) bool {
	return secret != "" && !inframap.HidesValue(secret) && !placeholder.MatchString(secret)
}

// The form of a random value: a hash in hexadecimal digits has no more than 4 bits a
// character, a name in any language hardly as many.
const (
	randomLength = 32
	randomBits   = 4.3
)

var randomForm = regexp.MustCompile(`^[0-9A-Za-z+/=_-]+$`)

// random reports whether SQL has a literal that looks like a generated key.
func random(sql string) bool {
	return slices.ContainsFunc(sqltext.Tokens(sql), func(t sqltext.Token) bool {
		return t.Kind == sqltext.Literal && looksRandom(strings.Trim(t.Text, "'"))
	})
}

func looksRandom(text string) bool {
	if len(text) < randomLength || !randomForm.MatchString(text) || !strings.ContainsAny(text, "0123456789") || strings.ToLower(text) == text || strings.ToUpper(text) == text {
		return false
	}
	return entropy(text) >= randomBits
}

// entropy is Shannon's, in bits per byte.
func entropy(text string) float64 {
	counts := map[byte]float64{}
	for i := range len(text) {
		counts[text[i]]++
	}
	bits := 0.0
	for _, n := range counts {
		p := n / float64(len(text))
		bits -= p * math.Log2(p)
	}
	return bits
}
