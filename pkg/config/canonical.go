package config

import (
	"encoding"

	"github.com/pelletier/go-toml/v2"
)

// checked is a text that go-toml hands to T's UnmarshalText. It is a structure
// because go-toml stores texts in string kinds without asking them.
type checked[T any, P interface {
	*T
	encoding.TextUnmarshaler
}] struct{ value *T }

// UnmarshalText implements encoding.TextUnmarshaler.
func (c *checked[T, P]) UnmarshalText(text []byte) error {
	c.value = new(T)
	return P(c.value).UnmarshalText(text)
}

// assign stores the value, if one was in the document.
func (c checked[T, P]) assign(to *T) {
	if c.value != nil {
		*to = *c.value
	}
}

// canonical checks the enumerations of a document that has already been decoded
// into s, so that a wrong one is reported with its position, and stores them in
// their documented spelling.
func canonical(name string, doc []byte, s *Settings) error {
	var enums struct {
		Language checked[Language, *Language] `toml:"language"`
		State    struct {
			Storage checked[Storage, *Storage] `toml:"storage"`
		} `toml:"state_config"`
		Migration struct {
			Ignore []checked[IgnoreOperation, *IgnoreOperation] `toml:"ignore_operations"`
		} `toml:"migration_config"`
		TypeScript struct {
			PackageManager checked[PackageManager, *PackageManager] `toml:"package_manager"`
		} `toml:"typescript_config"`
	}
	if err := toml.Unmarshal(doc, &enums); err != nil {
		return tomlError(name, err)
	}
	enums.Language.assign(&s.Language)
	enums.State.Storage.assign(&s.State.Storage)
	enums.TypeScript.PackageManager.assign(&s.TypeScript.PackageManager)
	for i, op := range enums.Migration.Ignore {
		op.assign(&s.Migration.IgnoreOperations[i])
	}
	return nil
}
