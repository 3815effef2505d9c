package config

import (
	"encoding"
	"errors"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"github.com/moose-migrate/moose-migrate/pkg/dsn"
)

// override applies the MOOSE_* variables to s: MOOSE_A__B sets key b of section
// a, in any case. It marks the sections it sets in present. A variable of a
// known section that names no key of it gives a warning; other MOOSE_ variables
// (MOOSE_ADMIN_TOKEN, MOOSE_TELEMETRY__ENABLED, …) belong to somebody else.
func override(s *Settings, env map[string]string, present map[string]bool) ([]Warning, error) {
	var warnings []Warning
	for _, name := range slices.Sorted(maps.Keys(env)) {
		if len(name) <= len("MOOSE_") || !strings.EqualFold(name[:len("MOOSE_")], "MOOSE_") {
			continue
		}
		if name == dsn.EnvClickHouse {
			continue // a whole connection, see Project.ClickHouseURL
		}
		path := strings.Split(strings.ToLower(name[len("MOOSE_"):]), "__")
		if path[0] == "kafka_config" {
			path[0] = "redpanda_config"
		}
		field, known := lookup(reflect.ValueOf(s).Elem(), path)
		switch {
		case field.IsValid() && (field.Kind() == reflect.Slice || field.Kind() == reflect.Map):
			warnings = append(warnings, Warning{File: name, Key: strings.Join(path, "."), Text: "lists and maps cannot be given by an environment variable; it has no effect, write it in " + FileName})
		case field.IsValid() && (field.Kind() != reflect.Struct || field.Type() == secretType):
			if err := set(field, env[name]); err != nil {
				return nil, fmt.Errorf("environment variable %s: %w", name, err)
			}
			present[path[0]] = true
		case known && len(path) > 1:
			warnings = append(warnings, Warning{File: name, Key: strings.Join(path, "."), Text: "unknown key, it has no effect; check the spelling or unset it"})
		}
	}
	return warnings, nil
}

var secretType = reflect.TypeFor[Secret]()

// lookup finds the field with that path of TOML names, making the optional
// sections on the way once the whole path is known to exist. known tells whether
// the first part is a section or key of the configuration.
func lookup(v reflect.Value, path []string) (field reflect.Value, known bool) {
	i := fieldIndex(v.Type(), path[0])
	if i < 0 {
		return reflect.Value{}, false
	}
	field = v.Field(i)
	if len(path) == 1 {
		return field, true
	}
	switch {
	case field.Kind() == reflect.Map:
		return field, true
	case field.Type() == secretType:
		return reflect.Value{}, true
	case field.Kind() == reflect.Struct:
		inner, _ := lookup(field, path[1:])
		return inner, true
	case field.Kind() == reflect.Pointer && field.Type().Elem().Kind() == reflect.Struct:
		target := reflect.New(field.Type().Elem())
		if !field.IsNil() {
			target = field
		}
		inner, _ := lookup(target.Elem(), path[1:])
		if inner.IsValid() {
			field.Set(target)
		}
		return inner, true
	}
	return reflect.Value{}, true
}

func fieldIndex(t reflect.Type, name string) int {
	for i := range t.NumField() {
		if t.Field(i).Tag.Get("toml") == name {
			return i
		}
	}
	return -1
}

// set parses text into a scalar field. Its error never repeats the text, except
// for the enumerations, which are no secrets.
func set(field reflect.Value, text string) error {
	if field.Kind() == reflect.Pointer {
		field.Set(reflect.New(field.Type().Elem()))
		field = field.Elem()
	}
	if u, ok := field.Addr().Interface().(encoding.TextUnmarshaler); ok {
		return u.UnmarshalText([]byte(text))
	}
	expected := func() error { return fmt.Errorf("its value cannot be used; write %s", wanted(field.Type().String())) }
	switch field.Kind() {
	case reflect.String:
		field.SetString(text)
	case reflect.Bool:
		on, err := strconv.ParseBool(strings.ToLower(text))
		if err != nil {
			return expected()
		}
		field.SetBool(on)
	case reflect.Int, reflect.Int64:
		n, err := strconv.ParseInt(text, 10, field.Type().Bits())
		if err != nil {
			return expected()
		}
		field.SetInt(n)
	case reflect.Uint16:
		n, err := strconv.ParseUint(text, 10, 16)
		if err != nil {
			return expected()
		}
		field.SetUint(n)
	default:
		return errors.New("a section cannot be given by an environment variable; set its keys")
	}
	return nil
}
