package authtoken

import (
	"bytes"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"testing"
)

// The expected hash was computed with Python's hashlib.pbkdf2_hmac.
const (
	knownBearer = "000102030405060708090a0b0c0d0e0f.101112131415161718191a1b1c1d1e1f"
	knownHash   = "67f38199f7817a0edafb00d00701c2b9be19da35"
)

func counting() *bytes.Reader {
	raw := make([]byte, 32)
	for i := range raw {
		raw[i] = byte(i)
	}
	return bytes.NewReader(raw)
}

func TestGenerateKnown(t *testing.T) {
	token, err := Generate(counting())
	if err != nil {
		t.Fatal(err)
	}
	if want := (Token{APIKeyHash: knownHash, BearerToken: knownBearer}); token != want {
		t.Errorf("hash %s bearer %s", token.APIKeyHash, token.BearerToken)
	}
	js, err := json.Marshal(token)
	if err != nil {
		t.Fatal(err)
	}
	if want := `{"api_key_hash":"` + knownHash + `","bearer_token":"` + knownBearer + `"}`; string(js) != want {
		t.Errorf("JSON %s, want %s", js, want)
	}
	var log bytes.Buffer
	slog.New(slog.NewTextHandler(&log, nil)).Info("made", "token", token)
	if out := fmt.Sprintf("%v %+v %#v %s", token, token, &token, token) + log.String(); strings.Contains(out, knownBearer[:32]) {
		t.Errorf("printed in clear: %s", out)
	}
}

func TestGenerateRandom(t *testing.T) {
	a, err := Generate(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	b, err := Generate(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	if a == b || !Verify(a.BearerToken, a.APIKeyHash) || Verify(a.BearerToken, b.APIKeyHash) {
		t.Error("two tokens are equal, or do not verify")
	}
	if _, err := Generate(bytes.NewReader(make([]byte, 31))); err == nil {
		t.Error("too few random bytes give a token")
	}
}

func TestVerify(t *testing.T) {
	tests := []struct {
		name, bearer, hash string
		want               bool
	}{
		{"match", knownBearer, knownHash, true},
		{"hash in upper case", knownBearer, strings.ToUpper(knownHash), true},
		{"other token", "1" + knownBearer[1:], knownHash, false},
		{"other salt", knownBearer[:64] + "0", knownHash, false},
		{"swapped", knownBearer[33:] + "." + knownBearer[:32], knownHash, false},
		{"no salt", knownBearer[:32], knownHash, false},
		{"empty salt", knownBearer[:33], knownHash, false},
		{"three parts", knownBearer + ".x", knownHash, false},
		{"hash not hexadecimal", knownBearer, "zz" + knownHash[2:], false},
		{"hash too short", knownBearer, knownHash[:38], false},
		{"hash of odd length", knownBearer, knownHash[:39], false},
		{"both empty", "", "", false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := Verify(tt.bearer, tt.hash); got != tt.want {
				t.Errorf("Verify = %v, want %v", got, tt.want)
			}
		})
	}
	if CheckHash(knownHash) != nil || !errors.Is(CheckHash("nonsense"), ErrBadHash) {
		t.Error("CheckHash misjudges")
	}
}

func FuzzVerify(f *testing.F) {
	f.Add(knownBearer, knownHash)
	f.Add("a.b", "zz")
	f.Add("", "")
	f.Fuzz(func(t *testing.T, bearer, hash string) {
		if Verify(bearer, hash) && CheckHash(hash) != nil {
			t.Errorf("%q matches the bad hash %q", bearer, hash)
		}
	})
}
