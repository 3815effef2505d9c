package dsn

import (
	"cmp"
	"encoding/base64"
	"encoding/json"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// wholeWordBelow is the length in bytes under which a secret is removed only
// where it stands alone: removing every "a" would make text unreadable and,
// by the gaps, reveal the secret.
const wholeWordBelow = 4

// Redact replaces each of the secrets in text by [Mask], in clear, as
// percent-encoded, as escaped in JSON or Go quotes, and as base64. Empty
// secrets are ignored; secrets shorter than four bytes are removed only where
// no letter, digit or underscore touches them.
func Redact(text string, secrets ...string) string {
	return NewRedactor(secrets...).Redact(text)
}

// Redactor removes a fixed set of secrets. It is safe for concurrent use.
type Redactor struct {
	long  *strings.Replacer
	short *regexp.Regexp
}

// NewRedactor prepares the removal of the secrets, as [Redact] does it.
func NewRedactor(secrets ...string) *Redactor {
	var long, short []string
	for _, secret := range secrets {
		for _, form := range Forms(secret) {
			switch {
			case form == "":
			case len(form) < wholeWordBelow:
				short = append(short, regexp.QuoteMeta(form))
			default:
				long = append(long, form)
			}
		}
	}
	r := &Redactor{}
	if len(long) > 0 {
		// The replacer prefers earlier pairs: the longest form goes first.
		slices.SortFunc(long, func(a, b string) int {
			return cmp.Or(cmp.Compare(len(b), len(a)), cmp.Compare(a, b))
		})
		pairs := make([]string, 0, 2*len(long))
		for _, form := range slices.Compact(long) {
			pairs = append(pairs, form, Mask)
		}
		r.long = strings.NewReplacer(pairs...)
	}
	if len(short) > 0 {
		slices.Sort(short)
		r.short = regexp.MustCompile(`(^|[^\pL\pN_])(?:` + strings.Join(slices.Compact(short), "|") + `)($|[^\pL\pN_])`)
	}
	return r
}

// Redact returns text without the secrets.
func (r *Redactor) Redact(text string) string {
	if r == nil {
		return text
	}
	if r.long != nil {
		text = r.long.Replace(text)
	}
	if r.short != nil {
		// Neighbours share their delimiter, so one pass can leave every second one.
		for range 2 {
			text = r.short.ReplaceAllString(text, "${1}"+Mask+"${2}")
		}
	}
	return text
}

var percentByte = regexp.MustCompile(`%[0-9A-F]{2}`)

// Forms lists the spellings under which a secret turns up in messages.
func Forms(secret string) []string {
	if secret == "" {
		return nil
	}
	userinfo := strings.TrimPrefix(url.UserPassword("", secret).String(), ":")
	raw := []byte(secret)
	out := []string{
		secret,
		url.QueryEscape(secret),
		url.PathEscape(secret),
		userinfo,
		everyByte(secret),
		unquote(strconv.Quote(secret)),
	}
	for _, form := range out[1:5] {
		out = append(out, percentByte.ReplaceAllStringFunc(form, strings.ToLower))
	}
	if quoted, err := json.Marshal(secret); err == nil {
		out = append(out, unquote(string(quoted)))
	}
	if len(raw) >= wholeWordBelow {
		out = append(out,
			base64.StdEncoding.EncodeToString(raw), base64.RawStdEncoding.EncodeToString(raw),
			base64.URLEncoding.EncodeToString(raw), base64.RawURLEncoding.EncodeToString(raw))
	}
	return out
}

// everyByte percent-encodes all but letters and digits.
func everyByte(s string) string {
	var b strings.Builder
	for _, c := range []byte(s) {
		if c >= '0' && c <= '9' || c >= 'A' && c <= 'Z' || c >= 'a' && c <= 'z' {
			b.WriteByte(c)
			continue
		}
		const hex = "0123456789ABCDEF"
		b.Write([]byte{'%', hex[c>>4], hex[c&15]})
	}
	return b.String()
}

func unquote(s string) string { return s[1 : len(s)-1] }
