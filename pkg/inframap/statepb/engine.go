package statepb

import (
	"slices"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/moose-migrate/moose-migrate/pkg/inframap"
	pb "github.com/moose-migrate/moose-migrate/pkg/inframap/statepb/mooseproto"
)

// engine reads the text of an engine. An absent engine is MergeTree, or
// ReplacingMergeTree in states so old that they only say deduplicate.
func (d *decoder) engine(p *pb.Table) inframap.Engine {
	text := p.GetEngine().GetValue()
	if raw := p.GetEngineJson(); raw != "" {
		var e inframap.Engine
		if err := json.Unmarshal([]byte(raw), &e); err != nil {
			d.fail("read the engine: %w", err)
		}
		return e
	}
	switch {
	case text != "":
		return parseEngine(text)
	case p.GetDeduplicate():
		return inframap.NewEngine("ReplacingMergeTree")
	}
	return inframap.NewEngine("MergeTree")
}

// engine writes the text of an engine and, where the text would read differently, its JSON.
func (e *encoder) engine(p *pb.Table, v inframap.Engine) {
	v = withoutSecrets(v)
	text := printEngine(v)
	if text != "" {
		p.Engine = &pb.StringValue{Value: text}
	}
	if again := (&decoder{}).engine(&pb.Table{Engine: p.Engine, Deduplicate: p.Deduplicate}); inframap.Equal(again, v) {
		return
	}
	raw, err := inframap.Canonical(v)
	if err != nil {
		e.fail("write the engine: %w", err)
	}
	p.EngineJson = string(raw)
}

// withoutSecrets sets every credential to null. Of an engine that Moose does not
// know, the arguments whose names look like credentials go.
func withoutSecrets(v inframap.Engine) inframap.Engine {
	if v.Params == nil {
		return v
	}
	known, ok := inframap.EngineParams(v.Name)
	out := inframap.Engine{Name: v.Name, Params: make(map[string]jsontext.Value, len(v.Params))}
	for name, value := range v.Params {
		if slices.ContainsFunc(known, func(p inframap.Param) bool { return p.Name == name && p.Secret }) || !ok && looksSecret(name) {
			value = jsontext.Value("null")
		}
		out.Params[name] = value
	}
	return out
}

func looksSecret(name string) bool {
	name = strings.ToLower(name)
	return slices.ContainsFunc([]string{"secret", "password", "token", "access_key", "credential"}, func(s string) bool {
		return strings.Contains(name, s)
	})
}
