package keepermap

import (
	"context"
	"encoding/base64"

	"github.com/moose-migrate/moose-migrate/pkg/state"
)

// TrailPrefix begins the keys of the decisions that migrations made use of. They are ours:
// Moose reads keys that begin with infra_map_, and the lock's.
const TrailPrefix = "moose_migrate_overrides_"

var _ state.Trail = (*Store)(nil)

// Record adds rows with larger numbers than any other of the trail, and reads each back.
func (s *Store) Record(ctx context.Context, used []state.Used) error {
	records, err := state.EncodeUsed(used)
	if err != nil {
		return err
	}
	if err := s.ensure(ctx); err != nil {
		return err
	}
	for _, record := range records {
		if _, err := s.insert(ctx, TrailPrefix, []string{TrailPrefix}, base64.StdEncoding.EncodeToString(record)); err != nil {
			return s.explain("recording the decisions", err)
		}
	}
	s.prune(ctx, TrailPrefix, state.KeepTrail)
	return nil
}

// Recorded reads the rows of the trail.
func (s *Store) Recorded(ctx context.Context) ([]state.Used, error) {
	var rows [][]any
	number := number(TrailPrefix)
	err := s.selectOne(ctx, "SELECT groupArray((key, value)) FROM (SELECT key, value FROM "+s.table+" WHERE "+number+" IS NOT NULL ORDER BY "+number+")", &rows)
	if code(err) == codeUnknownTable {
		return nil, nil
	}
	if err != nil {
		return nil, s.explain("reading the recorded decisions", err)
	}
	var out []state.Used
	for _, row := range rows {
		key, value := row[0].(string), row[1].(string)
		record, err := base64.StdEncoding.DecodeString(value)
		var used []state.Used
		if err == nil {
			used, err = state.DecodeUsed(record)
		}
		if err != nil {
			return nil, &state.CorruptError{
				Where: "row " + key + " of " + s.Describe(), Problem: err.Error(),
				Remedy: "Remove it: DELETE FROM " + s.table + " WHERE key = " + quoteText(key),
			}
		}
		out = append(out, used...)
	}
	return out, nil
}
