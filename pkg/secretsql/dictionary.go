package secretsql

import (
	"github.com/go-json-experiment/json/jsontext"

	"github.com/moose-migrate/moose-migrate/pkg/inframap"
)

// Dictionary returns a dictionary without any credential: neither those that its
// Masked hides nor those in the SQL of its source.
func Dictionary(d *inframap.Dictionary) *inframap.Dictionary {
	out := d.Masked()
	out.Source.Query = Mask(out.Source.Query)
	for _, text := range []**string{&out.Source.InvalidateQuery, &out.Definition} {
		if *text != nil {
			hidden := Mask(**text)
			*text = &hidden
		}
	}
	return out
}

// dictionaries masks the SQL of dictionaries; one that cannot be read stays as it is.
func dictionaries(in map[string]jsontext.Value) map[string]jsontext.Value {
	if in == nil {
		return nil
	}
	out := make(map[string]jsontext.Value, len(in))
	for id, raw := range in {
		out[id] = raw
		d, err := inframap.DecodeDictionary(id, raw)
		if err != nil || len(queriesOf(d)) == 0 {
			continue
		}
		masked := *d
		masked.Source = Dictionary(d).Source
		masked.Source.External = d.Source.External
		if again, err := masked.Raw(); err == nil {
			out[id] = again
		}
	}
	return out
}

func queriesOf(d *inframap.Dictionary) []string {
	var out []string
	if d.Source.Query != "" {
		out = append(out, d.Source.Query)
	}
	if d.Source.InvalidateQuery != nil {
		out = append(out, *d.Source.InvalidateQuery)
	}
	return out
}

func dictionarySecrets(m *inframap.Map) []string {
	var out []string
	for _, id := range inframap.Keys(m.Dictionaries) {
		d, err := inframap.DecodeDictionary(id, m.Dictionaries[id])
		if err != nil {
			continue
		}
		for _, sql := range queriesOf(d) {
			out = append(out, Secrets(sql)...)
		}
	}
	return out
}
