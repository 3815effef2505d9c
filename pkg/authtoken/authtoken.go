// Package authtoken makes and checks the admin API tokens of Moose
// (`moose generate hash-token`): the server keeps a hash, the client sends a
// bearer token, and Moose and this package accept each other's.
//
// A bearer token is "<token>.<salt>", each 16 random bytes as 32 hex digits. The
// hash is PBKDF2-HMAC-SHA256 over the ASCII text of both, 1000 iterations, 20
// bytes, as 40 hex digits. These constants are Moose's
// (apps/framework-cli, cli/routines/auth.rs).
package authtoken

import (
	"crypto/pbkdf2"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"strings"
)

const (
	partBytes  = 16   // random bytes in the token and in the salt
	iterations = 1000 // PBKDF2 rounds
	keyBytes   = 20   // bytes of the derived key
)

// ErrBadHash says that a configured hash was not made by `moose generate
// hash-token`.
var ErrBadHash = errors.New("the API key hash is not 40 hexadecimal digits; make one with `moose generate hash-token`")

// Token is one freshly made pair. Its JSON form is what
// `moose generate hash-token --json` prints.
type Token struct {
	// APIKeyHash is public enough for a configuration: 40 hex digits.
	APIKeyHash string `json:"api_key_hash"`
	// BearerToken is the secret the client sends: 32 hex digits, a dot, 32 hex
	// digits. It is shown once and kept nowhere.
	BearerToken string `json:"bearer_token"`
}

// Generate makes a token from 32 bytes of random; give it crypto/rand.Reader.
func Generate(random io.Reader) (Token, error) {
	var raw [2 * partBytes]byte
	if _, err := io.ReadFull(random, raw[:]); err != nil {
		return Token{}, fmt.Errorf("reading random bytes for a token: %w", err)
	}
	token, salt := hex.EncodeToString(raw[:partBytes]), hex.EncodeToString(raw[partBytes:])
	key, err := derive(token, salt)
	if err != nil {
		return Token{}, err
	}
	return Token{APIKeyHash: hex.EncodeToString(key), BearerToken: token + "." + salt}, nil
}

// Format prints the hash only, whatever the verb, so that a token does not get
// into a log by accident. The JSON form has both values.
func (t Token) Format(s fmt.State, _ rune) {
	_, _ = io.WriteString(s, "token with hash "+t.APIKeyHash)
}

// LogValue is the hash, for slog.
func (t Token) LogValue() slog.Value { return slog.StringValue(fmt.Sprint(t)) }

// Verify reports whether bearer, without the word "Bearer", belongs to hash. It
// takes the same time wherever the two differ, and any malformed input is
// simply false.
func Verify(bearer, hash string) bool {
	want, err := decodeHash(hash)
	if err != nil {
		return false
	}
	token, salt, ok := strings.Cut(bearer, ".")
	if !ok || token == "" || salt == "" || strings.Contains(salt, ".") {
		return false
	}
	got, err := derive(token, salt)
	return err == nil && subtle.ConstantTimeCompare(got, want) == 1
}

// CheckHash returns [ErrBadHash] when hash can never match a token, for telling
// a server's operator at start instead of refusing every request.
func CheckHash(hash string) error {
	_, err := decodeHash(hash)
	return err
}

func decodeHash(hash string) ([]byte, error) {
	raw, err := hex.DecodeString(strings.TrimSpace(hash))
	if err != nil || len(raw) != keyBytes {
		return nil, ErrBadHash
	}
	return raw, nil
}

func derive(token, salt string) ([]byte, error) {
	key, err := pbkdf2.Key(sha256.New, token, []byte(salt), iterations, keyBytes)
	if err != nil {
		return nil, fmt.Errorf("hashing a token: %w", err)
	}
	return key, nil
}
