package inframap

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"strconv"

	"github.com/go-json-experiment/json"
)

// Hash is Moose's fingerprint of an engine and its arguments: SHA-256 in hex over
// the plain concatenation of name and values, "null" for an absent one, integers
// as little-endian bytes (0.6.533). It is taken before credentials are
// hidden, so that a rotated secret is seen without being stored. IcebergS3 is
// hashed under its older name Iceberg, as Moose 0.6.533 does.
func (e Engine) Hash() string {
	h := sha256.New()
	name := e.Name
	if name == "IcebergS3" {
		name = "Iceberg"
	}
	h.Write([]byte(name))
	known, ok := EngineParams(e.Name)
	if !ok {
		for _, k := range Keys(e.Params) {
			h.Write([]byte(k))
			h.Write(e.Params[k])
		}
		return hex.EncodeToString(h.Sum(nil))
	}
	for _, p := range known {
		h.Write(e.hashed(p))
	}
	return hex.EncodeToString(h.Sum(nil))
}

func (e Engine) hashed(p Param) []byte {
	if !e.Has(p.Name) {
		return []byte("null")
	}
	switch p.Kind {
	case IntParam:
		n, err := strconv.ParseUint(string(e.Params[p.Name]), 10, 64)
		if err != nil {
			return e.Params[p.Name]
		}
		width := 8
		if p.Name == "num_layers" || p.Name == "min_time" || p.Name == "max_time" || p.Name == "flush_time" {
			width = 4
		}
		return binary.LittleEndian.AppendUint64(nil, n)[:width]
	case ListParam:
		var out []byte
		for _, s := range e.Strings(p.Name) {
			out = append(out, s...)
		}
		return out
	case MapParam:
		var m map[string]string
		if json.Unmarshal(e.Params[p.Name], &m) != nil {
			return e.Params[p.Name]
		}
		var out []byte
		for _, k := range Keys(m) {
			out = append(append(out, k...), m[k]...)
		}
		return out
	case BoolParam:
		return e.Params[p.Name]
	}
	return []byte(e.String(p.Name))
}

// SettingsHash is Moose's fingerprint of table settings: SHA-256 in hex over the
// sorted "key:value;" pairs; nil when there are none.
func SettingsHash(settings map[string]string) *string {
	if len(settings) == 0 {
		return nil
	}
	h := sha256.New()
	for _, k := range Keys(settings) {
		h.Write([]byte(k + ":" + settings[k] + ";"))
	}
	s := hex.EncodeToString(h.Sum(nil))
	return &s
}
