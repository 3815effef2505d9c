package plan

import (
	"crypto/sha256"
	"encoding/hex"

	"github.com/moose-migrate/moose-migrate/pkg/inframap"
	"github.com/moose-migrate/moose-migrate/pkg/secretsql"
)

// Digest identifies what a reviewer approves: SHA-256 in hex over the canonical,
// masked form of the operations, the before-map and the desired map. It does not
// depend on the time, on the order of keys or on where the project lies.
func Digest(ops []Operation, before, desired *inframap.Map) (string, error) {
	list, err := canonicalOperations(ops)
	if err != nil {
		return "", err
	}
	raw, err := inframap.Canonical(map[string]any{
		"operations": list, "before": secretsql.Map(before), "desired": secretsql.Map(desired),
	})
	if err != nil {
		return "", err
	}
	sum := sha256.Sum256(raw)
	return hex.EncodeToString(sum[:]), nil
}

// Short is the part of a digest that people compare by eye.
func Short(digest string) string {
	if len(digest) <= 12 {
		return digest
	}
	return digest[:12]
}
