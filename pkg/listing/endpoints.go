package listing

import (
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/moose-migrate/moose-migrate/pkg/inframap"
)

// consumptionPrefix is where Moose's server answers consumption endpoints,
// whether their path is a custom one or not.
const consumptionPrefix = "api/"

func (b builder) ingestion() []IngestionAPI {
	out := []IngestionAPI{}
	for _, id := range inframap.Keys(b.m.APIEndpoints) {
		e := b.m.APIEndpoints[id]
		if in := e.APIType.Ingress; in != nil {
			out = append(out, IngestionAPI{
				Name: e.Name, Method: e.Method, URL: b.url(e.Path),
				Destination: in.TargetTopicID, Path: e.Path, Version: e.Version,
			})
		}
	}
	return out
}

func (b builder) consumption() []ConsumptionAPI {
	out := []ConsumptionAPI{}
	for _, id := range inframap.Keys(b.m.APIEndpoints) {
		e := b.m.APIEndpoints[id]
		if e.APIType.Egress == nil {
			continue
		}
		params := []string{}
		for _, p := range e.APIType.Egress.QueryParams {
			params = append(params, p.Name)
		}
		out = append(out, ConsumptionAPI{
			Name: e.Name, Method: e.Method, URL: b.url(consumptionPrefix + strings.TrimLeft(e.Path, "/")),
			Params: params, Path: e.Path, Version: e.Version,
		})
	}
	return out
}

// dictionary reads what the list needs; what is missing or has another shape
// stays empty.
func (b builder) dictionary(raw jsontext.Value) Dictionary {
	d := struct {
		Name     string         `json:"name"`
		Database *string        `json:"database"`
		Source   jsontext.Value `json:"source"`
		Layout   jsontext.Value `json:"layout"`
	}{}
	_ = json.Unmarshal(raw, &d)
	database := b.m.DefaultDatabase
	if d.Database != nil {
		database = *d.Database
	}
	return Dictionary{Name: b.queryable(database, d.Name), SourceType: strings.ToLower(tag(d.Source)), Layout: camel(tag(d.Layout)), Database: database}
}

// tag is the "type" member of an object.
func tag(raw jsontext.Value) string {
	var t struct {
		Type string `json:"type"`
	}
	_ = json.Unmarshal(raw, &t)
	return t.Type
}

// camel turns COMPLEX_KEY_HASHED into ComplexKeyHashed.
func camel(s string) string {
	var out strings.Builder
	for word := range strings.SplitSeq(s, "_") {
		if word != "" {
			out.WriteString(word[:1] + strings.ToLower(word[1:]))
		}
	}
	return out.String()
}
