package plan

import (
	"bytes"
	"errors"
	"fmt"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
	"gopkg.in/yaml.v3"

	"github.com/moose-migrate/moose-migrate/pkg/inframap"
)

// Plan is the content of plan.yaml.
type Plan struct {
	CreatedAt  time.Time
	Operations []Operation
	// Digest is the digest that was written into the file when the plan was made,
	// empty in a plan that Moose wrote. See Digest for the current one.
	Digest string
	// Ways are the ways, other than the usual ones, by which objects are changed: object
	// ("local.Events") → name. They are chosen by the reviewer.
	Ways map[string]string
	// Sizes are what the tables that the plan drops held on disk when it was made, in
	// bytes, by [Target.String] of the operation. They are what a reviewer has seen; a table
	// that holds much more by the time of the migration is not dropped.
	Sizes map[string]uint64
}

// schemaHeader is the first line of plan.yaml; editors find the schema through it.
const schemaHeader = "# yaml-language-server: $schema=../.moose/migration_schema.json\n\n"

// ourKey is the member of plan.yaml that Moose ignores and that holds what is ours.
const ourKey = "moose_migrate"

type fileForm struct {
	CreatedAt  *string                   `json:"created_at"`
	Operations []jsontext.Value          `json:"operations"`
	Ours       *oursForm                 `json:"moose_migrate,omitzero"`
	Extra      map[string]jsontext.Value `json:",embed"`
}

type oursForm struct {
	Digest         string            `json:"digest"`
	Ways           map[string]string `json:"ways,omitempty"`
	Sizes          map[string]uint64 `json:"dropped_bytes,omitempty"`
	inframap.Extra `json:",embed"`
}

// EncodeYAML writes plan.yaml: block style, keys in byte order, credentials
// hidden. Two plans with the same operations give the same bytes apart from created_at.
func (p *Plan) EncodeYAML() ([]byte, error) {
	ops, err := canonicalOperations(p.Operations)
	if err != nil {
		return nil, err
	}
	created := p.CreatedAt.UTC().Format(time.RFC3339Nano)
	form := map[string]any{"created_at": created, "operations": ops}
	if p.Digest != "" {
		form[ourKey] = oursForm{Digest: p.Digest, Ways: p.Ways, Sizes: p.Sizes}
	}
	raw, err := inframap.Canonical(form)
	if err != nil {
		return nil, err
	}
	root, err := jsonToYAML(raw)
	if err != nil {
		return nil, fmt.Errorf("write plan.yaml: %w", err)
	}
	for i := 0; i+1 < len(root.Content); i += 2 {
		if root.Content[i].Value == "created_at" {
			root.Content[i+1].Tag, root.Content[i+1].Style = "!!timestamp", 0
		}
	}
	var buf bytes.Buffer
	buf.WriteString(schemaHeader)
	enc := yaml.NewEncoder(&buf)
	enc.SetIndent(2)
	if err := enc.Encode(root); err != nil {
		return nil, fmt.Errorf("write plan.yaml: %w", err)
	}
	return buf.Bytes(), enc.Close()
}

// DecodeYAML reads plan.yaml, written by this tool, by Moose or by hand. An error
// names the operation's number and what is wrong with it.
func DecodeYAML(data []byte) (*Plan, error) {
	raw, err := yamlToJSON(data)
	if err != nil {
		return nil, fmt.Errorf("plan.yaml is not valid YAML: %w", err)
	}
	if raw.Kind() != '{' {
		return nil, errors.New("plan.yaml must have the keys \"created_at\" and \"operations\"")
	}
	var form fileForm
	if err := json.Unmarshal(raw, &form); err != nil {
		return nil, fmt.Errorf("plan.yaml: %w", err)
	}
	if form.CreatedAt == nil {
		return nil, errors.New("plan.yaml has no \"created_at\"; the file may be cut off. Generate it again")
	}
	p := &Plan{}
	if p.CreatedAt, err = time.Parse(time.RFC3339Nano, *form.CreatedAt); err != nil {
		return nil, fmt.Errorf("plan.yaml: created_at %q is not a time such as 2026-01-31T12:00:00Z", *form.CreatedAt)
	}
	if form.Operations == nil {
		return nil, errors.New("plan.yaml has no \"operations\"; the file may be cut off. Generate it again, or write \"operations: []\"")
	}
	for i, rawOp := range form.Operations {
		op, err := decodeOperation(rawOp)
		if err != nil {
			return nil, fmt.Errorf("plan.yaml: operation %d: %w", i+1, err)
		}
		p.Operations = append(p.Operations, op)
	}
	if form.Ours != nil {
		p.Digest, p.Ways, p.Sizes = form.Ours.Digest, form.Ours.Ways, form.Ours.Sizes
	}
	return p, nil
}

func canonicalOperations(ops []Operation) ([]jsontext.Value, error) {
	out := make([]jsontext.Value, 0, len(ops))
	for i, op := range ops {
		raw, err := encodeOperation(masked(op))
		if err != nil {
			return nil, fmt.Errorf("write operation %d (%s): %w", i+1, op.Kind(), err)
		}
		out = append(out, raw)
	}
	return out, nil
}
