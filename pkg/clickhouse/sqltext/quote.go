package sqltext

import (
	"fmt"
	"strings"
)

var identEscaper = strings.NewReplacer(`\`, `\\`, "`", "\\`")

var stringEscaper = strings.NewReplacer(`\`, `\\`, `'`, `\'`, "\n", `\n`, "\t", `\t`, "\r", `\r`, "\x00", `\0`, "\b", `\b`, "\f", `\f`)

// Ident quotes a name so that any content, hostile or not, stays one identifier.
func Ident(name string) string { return "`" + identEscaper.Replace(name) + "`" }

// Qualified quotes database and name; the database is left out when empty.
func Qualified(database, name string) string {
	if database == "" {
		return Ident(name)
	}
	return Ident(database) + "." + Ident(name)
}

// String quotes a string literal.
func String(s string) string { return "'" + stringEscaper.Replace(s) + "'" }

// Unquote returns the content of a quoted identifier or string literal as the
// server formats them, and anything else unchanged.
func Unquote(text string) string {
	if len(text) < 2 {
		return text
	}
	q := text[0]
	if (q != '`' && q != '\'' && q != '"') || text[len(text)-1] != q {
		return text
	}
	body := text[1 : len(text)-1]
	if !strings.ContainsRune(body, '\\') && !strings.Contains(body, string([]byte{q, q})) {
		return body
	}
	var b strings.Builder
	for i := 0; i < len(body); i++ {
		c := body[i]
		switch {
		case c == '\\' && i+1 < len(body):
			i++
			b.WriteByte(unescape(body[i]))
		case c == q && i+1 < len(body) && body[i+1] == q:
			i++
			b.WriteByte(q)
		default:
			b.WriteByte(c)
		}
	}
	return b.String()
}

func unescape(c byte) byte {
	switch c {
	case 'n':
		return '\n'
	case 't':
		return '\t'
	case 'r':
		return '\r'
	case '0':
		return 0
	case 'b':
		return '\b'
	case 'f':
		return '\f'
	case 'a':
		return '\a'
	case 'v':
		return '\v'
	}
	return c
}

// MaxNameBytes is the longest name a table, view or column can have: ClickHouse
// makes files of 255 bytes at most from a name, its escapes and a suffix.
const MaxNameBytes = 206

// CheckName reports why a name cannot be an object of ClickHouse, nil when it can.
func CheckName(kind, name string) error {
	switch {
	case name == "":
		return fmt.Errorf("%s has an empty name", kind)
	case len(name) > MaxNameBytes:
		return fmt.Errorf("%s name %.40q… has %d bytes; ClickHouse takes at most %d. Choose a shorter name", kind, name, len(name), MaxNameBytes)
	}
	return nil
}
