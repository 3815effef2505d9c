package plan

import (
	"fmt"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/moose-migrate/moose-migrate/pkg/inframap"
)

// beforeDictionaries is a member of ours in remote_state.json: the dictionaries that
// the server held. Moose 0.6.533 never sees a dictionary in ClickHouse, and refuses a
// plan whose olap_dictionaries name one, so they stand where it does not look.
const beforeDictionaries = "moose_migrate_dictionaries"

// encodeBefore writes the before-map with its dictionaries in our own member.
func encodeBefore(m *inframap.Map) ([]byte, error) {
	if len(m.Dictionaries) == 0 {
		return inframap.Encode(m)
	}
	out := *m
	members := map[string]jsontext.Value{}
	if len(m.UnknownJSON) > 0 {
		if err := json.Unmarshal(m.UnknownJSON, &members); err != nil {
			return nil, fmt.Errorf("save plan: %s: %w", BeforeFile, err)
		}
	}
	var err error
	if members[beforeDictionaries], err = json.Marshal(m.Dictionaries, json.Deterministic(true)); err != nil {
		return nil, fmt.Errorf("save plan: %s: %w", BeforeFile, err)
	}
	if out.UnknownJSON, err = json.Marshal(members, json.Deterministic(true)); err != nil {
		return nil, fmt.Errorf("save plan: %s: %w", BeforeFile, err)
	}
	out.Dictionaries = map[string]jsontext.Value{}
	return inframap.Encode(&out)
}

// takeBefore puts the dictionaries of our own member where they belong, and reports
// whether there was one.
func takeBefore(m *inframap.Map) (bool, error) {
	if len(m.UnknownJSON) == 0 {
		return false, nil
	}
	var members map[string]jsontext.Value
	if err := json.Unmarshal(m.UnknownJSON, &members); err != nil {
		return false, fmt.Errorf("%s/%s: %w", Dir, BeforeFile, err)
	}
	raw, ok := members[beforeDictionaries]
	if !ok {
		return false, nil
	}
	m.Dictionaries = nil
	if err := json.Unmarshal(raw, &m.Dictionaries); err != nil {
		return false, fmt.Errorf("%s/%s: %s: %w", Dir, BeforeFile, beforeDictionaries, err)
	}
	delete(members, beforeDictionaries)
	m.UnknownJSON = nil
	if len(members) == 0 {
		return true, nil
	}
	var err error
	if m.UnknownJSON, err = json.Marshal(members, json.Deterministic(true)); err != nil {
		return false, fmt.Errorf("%s/%s: %w", Dir, BeforeFile, err)
	}
	return true, nil
}
