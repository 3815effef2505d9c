package partial

import (
	"bytes"
	"errors"
	"fmt"
	"strings"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/moose-migrate/moose-migrate/pkg/inframap"
)

// Language is a project's language as Moose writes it into a map.
type Language string

// The languages of moose-lib.
const (
	TypeScript Language = "Typescript"
	Python     Language = "Python"
)

// worker is the key of the orchestration worker of a language.
func (l Language) worker() string {
	if l == Python {
		return "orchestration_worker_python"
	}
	return "orchestration_worker_ts"
}

// Options says what the serializer's output does not.
type Options struct {
	Language Language
	// MainFile is the project's entry point relative to its root, with slashes: "app/index.ts".
	MainFile string
	// DefaultDatabase is clickhouse_config.db_name; empty means inframap.DefaultDatabaseName.
	DefaultDatabase string
	// Path turns a source path as the serializer reports it into one that is the same
	// on every machine. Nil keeps paths as they are. See Relative.
	Path func(string) string
}

// Output is a converted project.
type Output struct {
	Map *inframap.Map
	// Warnings are for the reader; the map is usable.
	Warnings []string
	// UnloadedFiles are source files, relative to the project, that the main file never imports.
	UnloadedFiles []string
}

// Sections are the members that every serializer output has, in both languages.
var Sections = []string{"tables", "topics", "apis"}

// converter holds what is known while one output is converted.
type converter struct {
	*problems
	opts Options
	m    *inframap.Map
	// physical remembers which declaration took a physical table name.
	physical map[string]string
	// topicsByName finds a topic by its declared name, as the serializer refers to it.
	topicsByName map[string]*inframap.Topic
	streams      []stream
}

// Convert makes the full map of a serializer's JSON. The error lists every
// contradiction found, each with the name of the declaration.
func Convert(data []byte, opts Options) (*Output, error) {
	if err := checkDepth(data); err != nil {
		return nil, err
	}
	if opts.Path == nil {
		opts.Path = func(p string) string { return p }
	}
	p := &problems{}
	c := &converter{
		problems: p, opts: opts, m: inframap.New(opts.DefaultDatabase),
		physical: map[string]string{}, topicsByName: map[string]*inframap.Topic{},
	}
	root := p.object("the project's declarations", jsontext.Value(bytes.TrimSpace(data)))
	if len(p.errors) == 0 {
		c.convert(root)
	}
	if len(p.errors) > 0 {
		return nil, p.err()
	}
	return &Output{Map: c.m, Warnings: p.warnings, UnloadedFiles: root.texts("unloadedFiles")}, nil
}

func (c *converter) convert(root *object) {
	for _, o := range root.section("tables", "table") {
		c.table(o)
	}
	for _, o := range root.section("topics", "topic") {
		c.topic(o)
	}
	for _, o := range root.section("ingestApis", "ingest API") {
		c.ingestAPI(o)
	}
	for _, o := range root.section("apis", "API") {
		c.api(o)
	}
	for _, s := range c.streams {
		c.processes(s)
	}
	c.sqlObjects(root)
	for _, o := range root.section("workflows", "workflow") {
		c.workflow(o)
	}
	for _, o := range root.section("webApps", "web app") {
		c.webApp(o)
	}
	c.m.OrchestrationWorkers[c.opts.Language.worker()] = &inframap.OrchestrationWorker{SupportedLanguage: string(c.opts.Language)}
	unloaded := root.take("unloadedFiles")
	c.m.Extra = root.rest()
	if unloaded != nil {
		root.members = map[string]jsontext.Value{"unloadedFiles": unloaded}
	}
}

func (p *problems) err() error {
	shown := p.errors
	if len(shown) > maxProblems {
		shown = append(shown[:maxProblems:maxProblems], fmt.Sprintf("and %d more", len(p.errors)-maxProblems))
	}
	return errors.New("convert the project's declarations: " + strings.Join(shown, "\n"))
}

// checkDepth refuses nesting that no declaration has, before anything recurses into it.
func checkDepth(data []byte) error {
	depth, inString, escaped := 0, false, false
	for _, b := range data {
		switch {
		case escaped:
			escaped = false
		case inString:
			inString, escaped = b != '"', b == '\\'
		case b == '"':
			inString = true
		case b == '{' || b == '[':
			if depth++; depth > inframap.MaxDepth {
				return fmt.Errorf("convert the project's declarations: nested deeper than %d levels", inframap.MaxDepth)
			}
		case b == '}' || b == ']':
			depth--
		}
	}
	return nil
}

// own stores an object under its id and reports a second one with the same id.
func own[V any](p *problems, m map[string]V, where, id string, v V) {
	if _, taken := m[id]; taken {
		p.fail(where, "another declaration already has the id "+quote(id)+"; give one of them a different name or version")
		return
	}
	m[id] = v
}
