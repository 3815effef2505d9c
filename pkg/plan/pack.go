package plan

import (
	"encoding/json"
	"fmt"
)

// Pack is the three files as one text, the JSON object {name: content}: the form in which
// the journal keeps what a run applies. Credentials are hidden, as in the files. The digest
// stays the one that stands in plan.yaml, so that a plan edited by hand is still known as one.
func (f *Files) Pack() ([]byte, error) {
	content, err := f.content()
	if err != nil {
		return nil, fmt.Errorf("pack the plan: %w", err)
	}
	text := make(map[string]string, len(content))
	for name, data := range content {
		text[name] = string(data)
	}
	data, err := json.Marshal(text)
	if err != nil {
		return nil, fmt.Errorf("pack the plan: %w", err)
	}
	return data, nil
}

// Unpack reads what [Files.Pack] wrote. An error names the file that is missing or broken.
func Unpack(data []byte) (*Files, error) {
	var text map[string]string
	if err := json.Unmarshal(data, &text); err != nil {
		return nil, fmt.Errorf("the kept plan is not the JSON of its three files: %w", err)
	}
	content := make(map[string][]byte, len(text))
	for _, name := range []string{PlanFile, BeforeFile, DesiredFile} {
		if text[name] == "" {
			return nil, fmt.Errorf("the kept plan has no %s", name)
		}
		content[name] = []byte(text[name])
	}
	return decodeFiles(content)
}
