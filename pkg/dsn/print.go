package dsn

import (
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
)

// String is [ClickHouse.Masked].
func (c ClickHouse) String() string { return c.Masked() }

// GoString is [ClickHouse.Masked], for %#v.
func (c ClickHouse) GoString() string { return c.Masked() }

// Format prints [ClickHouse.Masked] for every verb.
func (c ClickHouse) Format(s fmt.State, _ rune) { _, _ = io.WriteString(s, c.Masked()) }

// MarshalJSON encodes [ClickHouse.Masked] as a string.
func (c ClickHouse) MarshalJSON() ([]byte, error) { return json.Marshal(c.Masked()) }

// LogValue is [ClickHouse.Masked], for slog.
func (c ClickHouse) LogValue() slog.Value { return slog.StringValue(c.Masked()) }

// String is [Redis.Masked].
func (r Redis) String() string { return r.Masked() }

// GoString is [Redis.Masked], for %#v.
func (r Redis) GoString() string { return r.Masked() }

// Format prints [Redis.Masked] for every verb.
func (r Redis) Format(s fmt.State, _ rune) { _, _ = io.WriteString(s, r.Masked()) }

// MarshalJSON encodes [Redis.Masked] as a string.
func (r Redis) MarshalJSON() ([]byte, error) { return json.Marshal(r.Masked()) }

// LogValue is [Redis.Masked], for slog.
func (r Redis) LogValue() slog.Value { return slog.StringValue(r.Masked()) }
