package config

import (
	"bytes"
	"errors"
	"fmt"
	"regexp"
	"strings"

	"github.com/pelletier/go-toml/v2"
)

// document is Settings with the alias Moose accepts for [redpanda_config].
type document struct {
	Settings
	Kafka Redpanda `toml:"kafka_config"`
}

// parse turns a configuration document and an environment into checked
// settings. name is what errors call the document.
func parse(name string, doc []byte, env map[string]string) (Settings, []Warning, error) {
	doc = bytes.TrimPrefix(doc, []byte("\ufeff"))
	d := document{Settings: Defaults()}
	d.Kafka = d.Redpanda
	var tree map[string]any
	if err := toml.Unmarshal(doc, &tree); err != nil {
		return Settings{}, nil, tomlError(name, err)
	}
	warnings, err := decode(name, doc, &d)
	if err != nil {
		return Settings{}, nil, err
	}
	present := map[string]bool{}
	for section := range tree {
		present[strings.ToLower(section)] = true
	}
	s := d.Settings
	switch {
	case present["kafka_config"] && present["redpanda_config"]:
		return Settings{}, nil, fmt.Errorf("%s: [redpanda_config] and [kafka_config] are two names of one section; keep [redpanda_config]", name)
	case present["kafka_config"]:
		s.Redpanda = d.Kafka
	}
	fromEnv, err := override(&s, env, present)
	if err != nil {
		return Settings{}, nil, err
	}
	if err := required(name, s, present); err != nil {
		return Settings{}, nil, err
	}
	s.complete()
	warnings = append(warnings, fromEnv...)
	if s.Redis.ambiguous() {
		warnings = append(warnings, Warning{File: name, Key: "redis_config", Text: "both url and hostname, port or tls are set; url counts, remove the others"})
	}
	orderWarnings(warnings)
	return s, warnings, nil
}

// decode fills d and returns a warning for each key it does not know.
func decode(name string, doc []byte, d *document) ([]Warning, error) {
	err := toml.NewDecoder(bytes.NewReader(doc)).DisallowUnknownFields().Decode(d)
	var missing *toml.StrictMissingError
	if err != nil && !errors.As(err, &missing) {
		return nil, tomlError(name, err)
	}
	if err := canonical(name, doc, &d.Settings); err != nil {
		return nil, err
	}
	if missing == nil {
		return nil, nil
	}
	var warnings []Warning
	for _, e := range missing.Errors {
		line, column := e.Position()
		warnings = append(warnings, Warning{
			File: name, Line: line, Column: column, Key: strings.Join(e.Key(), "."),
			Text: "unknown key, it has no effect; check the spelling or remove it",
		})
	}
	return warnings, nil
}

// required checks what has no default.
func required(name string, s Settings, present map[string]bool) error {
	if s.Language == "" {
		return fmt.Errorf(`%s: language is missing; write language = "Typescript" or language = "Python" at the top`, name)
	}
	for _, section := range []string{"clickhouse_config", "http_server_config"} {
		if !present[section] {
			return fmt.Errorf("%s: the section [%s] is missing; add the line [%s], even without keys below it all defaults apply", name, section, section)
		}
	}
	for i, c := range s.ClickHouse.Clusters {
		if c.Name == "" {
			return fmt.Errorf(`%s: clickhouse_config.clusters: entry %d has no name; write name = "…" as in the server's remote_servers`, name, i+1)
		}
	}
	for _, e := range []struct{ key, value string }{{"source_dir", s.SourceDir}, {"clickhouse_config.db_name", s.ClickHouse.DBName}} {
		if strings.TrimSpace(e.value) == "" {
			return fmt.Errorf("%s: %s is empty; give it a value, or remove it to take the default", name, e.key)
		}
	}
	return nil
}

// Error is a value in the configuration that cannot be used.
type Error struct {
	// File is the configuration file's name.
	File string
	// Line and Column count from 1; 0 when there is no position.
	Line, Column int
	// Key is the dotted key, "" when the text is not TOML at that place.
	Key string
	// Reason says what is wrong and what to write.
	Reason string
}

// Error is "file:line:column: key: reason".
func (e *Error) Error() string { return place(e.File, e.Line, e.Column, e.Key) + e.Reason }

// mismatch is go-toml's text for a value of the wrong kind.
var mismatch = regexp.MustCompile(`cannot (?:decode TOML (\w+(?: \w+)?) into|store (.+) in) .*?([\w.\[\]*]+)$`)

// badNumber is go-toml's text for a number that does not fit.
var badNumber = regexp.MustCompile(`range|overflow|pars(?:e|ing)|cannot be stored|too large`)

// tomlError rewrites an error of go-toml in the words of the configuration. It
// passes on go-toml's own text only where that cannot quote a value.
func tomlError(name string, err error) error {
	var de *toml.DecodeError
	if !errors.As(err, &de) {
		return &Error{File: name, Reason: "it cannot be read as TOML; check the brackets and quotes"}
	}
	line, column := de.Position()
	e := &Error{File: name, Line: line, Column: column, Key: strings.Join(de.Key(), ".")}
	text := strings.TrimPrefix(de.Error(), "toml: ")
	switch m := mismatch.FindStringSubmatch(text); {
	case m != nil:
		has := m[1]
		switch {
		case strings.Contains(text, "array table"):
			has = "list of sections, [[…]]"
		case has == "":
			has = "section, […]"
		}
		e.Reason = "it is written as a TOML " + has + "; write " + wanted(m[3])
	case strings.Contains(text, "is not known; use "):
		e.Reason = text
	case badNumber.MatchString(text):
		e.Reason = "the number cannot be used; ports go from 0 to 65535, counts are whole numbers"
	case strings.Contains(text, "already"):
		e.Reason = text + "; keep one of them"
	default:
		e.Reason = text + "; texts stand in double quotes, true and false without, each key on its own line"
	}
	return e
}

// wanted names a Go type of [Settings] in TOML's terms.
func wanted(goType string) string {
	goType = strings.TrimLeft(goType, "*")
	switch {
	case strings.HasPrefix(goType, "[]config.Cluster"):
		return "[[clickhouse_config.clusters]] with a name below it"
	case strings.HasPrefix(goType, "[]"):
		return `a list of texts such as ["a", "b"]`
	case strings.HasPrefix(goType, "int"):
		return "a whole number without quotes"
	case strings.HasPrefix(goType, "uint16"):
		return "a number from 0 to 65535 without quotes"
	case strings.HasPrefix(goType, "config.Cluster"):
		return `{ name = "…" }`
	case goType == "bool":
		return "true or false without quotes"
	case goType == "string", goType == "config.Secret", goType == "config.Language", goType == "config.Storage",
		goType == "config.IgnoreOperation", goType == "config.PackageManager":
		return "a text in quotes"
	}
	return "a section of keys"
}
