package config

import (
	"fmt"
	"io"
	"log/slog"

	"github.com/moose-migrate/moose-migrate/pkg/dsn"
)

// Secret is a configured credential. Every way of printing or encoding it gives
// [dsn.Mask], or nothing when it is empty. The text sits behind a pointer,
// because fmt skips all methods when a verb does not fit an enclosing type.
type Secret struct{ text *string }

// NewSecret hides text. The empty text gives the zero Secret.
func NewSecret(text string) Secret {
	if text == "" {
		return Secret{}
	}
	return Secret{&text}
}

// Reveal returns the credential in clear text.
func (s Secret) Reveal() string {
	if s.text == nil {
		return ""
	}
	return *s.text
}

// Equal reports whether both hide the same text.
func (s Secret) Equal(other Secret) bool { return s.Reveal() == other.Reveal() }

// String is the mask.
func (s Secret) String() string {
	if s.Reveal() == "" {
		return ""
	}
	return dsn.Mask
}

// GoString is the quoted mask, for %#v.
func (s Secret) GoString() string { return fmt.Sprintf("%q", s.String()) }

// Format prints the mask for every verb.
func (s Secret) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, s.String()) }

// MarshalText encodes the mask, in JSON, TOML and YAML.
func (s Secret) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// UnmarshalText takes the text as it is.
func (s *Secret) UnmarshalText(text []byte) error {
	*s = NewSecret(string(text))
	return nil
}

// LogValue is the mask, for slog.
func (s Secret) LogValue() slog.Value { return slog.StringValue(s.String()) }
