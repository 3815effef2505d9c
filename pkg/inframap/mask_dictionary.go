package inframap

import "github.com/go-json-experiment/json/jsontext"

// secretSourceMembers are the members of a dictionary's external source that hold
// credentials, the same ones that Moose 0.6.533 hides in its files.
var secretSourceMembers = []string{"password", "accessKeyId", "secretAccessKey"}

// maskedDictionaries returns the dictionaries with every credential replaced by Hidden.
func maskedDictionaries(in map[string]jsontext.Value) map[string]jsontext.Value {
	if in == nil {
		return nil
	}
	out := make(map[string]jsontext.Value, len(in))
	for id, raw := range in {
		out[id] = maskedDictionary(raw)
	}
	return out
}

func maskedDictionary(raw jsontext.Value) jsontext.Value {
	dictionary, source, external := externalSource(raw)
	for _, name := range secretSourceMembers {
		if v, ok := external[name]; ok && v.Kind() != 'n' {
			external[name] = jsontext.Value(`"` + Hidden + `"`)
		}
	}
	if external == nil {
		return raw
	}
	var err error
	if source["externalSource"], err = marshal(external); err != nil {
		return nil
	}
	if dictionary["source"], err = marshal(source); err != nil {
		return nil
	}
	masked, err := marshal(dictionary)
	if err != nil {
		return nil
	}
	return masked
}

// dictionarySecrets lists the credentials of a dictionary in clear text.
func dictionarySecrets(raw jsontext.Value) []string {
	_, _, external := externalSource(raw)
	var out []string
	for _, name := range secretSourceMembers {
		var s string
		if v, ok := external[name]; ok && unmarshal(v, &s) == nil && s != "" && s != Hidden {
			out = append(out, s)
		}
	}
	return out
}

// externalSource opens a dictionary down to its external source, nil when it has none.
func externalSource(raw jsontext.Value) (dictionary, source, external map[string]jsontext.Value) {
	if unmarshal(raw, &dictionary) != nil || unmarshal(dictionary["source"], &source) != nil ||
		unmarshal(source["externalSource"], &external) != nil {
		return nil, nil, nil
	}
	return dictionary, source, external
}
