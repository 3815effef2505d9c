package config

import (
	"fmt"
	"slices"
	"strings"
)

// Language is the language of a project's code.
type Language string

// The languages Moose has.
const (
	TypeScript Language = "Typescript"
	Python     Language = "Python"
)

// UnmarshalText accepts the languages in any case.
func (l *Language) UnmarshalText(text []byte) error {
	return choose(l, "language", text, TypeScript, Python)
}

// Storage is the kind of store that keeps migration state and lock.
type Storage string

// The state stores Moose has.
const (
	StorageRedis      Storage = "redis"
	StorageClickHouse Storage = "clickhouse"
)

// UnmarshalText accepts the storage kinds.
func (s *Storage) UnmarshalText(text []byte) error {
	return choose(s, "storage", text, StorageRedis, StorageClickHouse)
}

// IgnoreOperation names a kind of difference that is not migrated.
type IgnoreOperation string

// The differences Moose can ignore ([migration_config] ignore_operations).
const (
	IgnoreModifyTableTTL       IgnoreOperation = "ModifyTableTtl"
	IgnoreModifyColumnTTL      IgnoreOperation = "ModifyColumnTtl"
	IgnoreModifyPartitionBy    IgnoreOperation = "ModifyPartitionBy"
	IgnoreStringLowCardinality IgnoreOperation = "IgnoreStringLowCardinalityDifferences"
)

// UnmarshalText accepts the documented names.
func (o *IgnoreOperation) UnmarshalText(text []byte) error {
	return choose(o, "ignore_operations", text, IgnoreModifyTableTTL, IgnoreModifyColumnTTL, IgnoreModifyPartitionBy, IgnoreStringLowCardinality)
}

// PackageManager is the tool that installs a TypeScript project's packages.
type PackageManager string

// The package managers Moose knows.
const (
	NPM  PackageManager = "npm"
	PNPM PackageManager = "pnpm"
	Yarn PackageManager = "yarn"
)

// UnmarshalText accepts the package managers.
func (p *PackageManager) UnmarshalText(text []byte) error {
	return choose(p, "package_manager", text, NPM, PNPM, Yarn)
}

// choose sets target to the allowed value that equals text in any case.
func choose[T ~string](target *T, key string, text []byte, allowed ...T) error {
	i := slices.IndexFunc(allowed, func(a T) bool { return strings.EqualFold(string(a), string(text)) })
	if i < 0 {
		names := make([]string, len(allowed))
		for j, a := range allowed {
			names[j] = fmt.Sprintf("%q", string(a))
		}
		return fmt.Errorf("%s %s is not known; use %s", key, short(text), orList(names))
	}
	*target = allowed[i]
	return nil
}

// short quotes at most 40 bytes of a value.
func short(text []byte) string {
	if len(text) > 40 {
		return fmt.Sprintf("%q…", text[:40])
	}
	return fmt.Sprintf("%q", text)
}

func orList(names []string) string {
	if len(names) == 1 {
		return names[0]
	}
	return strings.Join(names[:len(names)-1], ", ") + " or " + names[len(names)-1]
}
