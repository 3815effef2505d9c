package keepermap

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/ClickHouse/clickhouse-go/v2"

	"github.com/moose-migrate/moose-migrate/pkg/state"
)

// PartPrefix begins the keys of the rows that hold large values:
// moose_migrate_part/<kind>/<writer>/<number from 0>. They are written before the row that
// names their writer, and removed after it, so who finds that row finds them.
const PartPrefix = "moose_migrate_part/"

// The kinds of values with parts, one letter each.
const (
	partOfMap   = "m"
	partOfShelf = "s"
)

// partWriter is the SQL for the writer in a part's key.
var partWriter = fmt.Sprintf("substring(key, %d, 32)", len(PartPrefix)+3)

func partKey(kind, writer string, n int) string {
	return fmt.Sprintf("%s%s/%s/%d", PartPrefix, kind, writer, n)
}

// partKeys are the quoted keys of a head's parts.
func partKeys(kind string, h head) []string {
	out := make([]string, h.parts)
	for i := range out {
		out[i] = quoteText(partKey(kind, h.writer, i))
	}
	return out
}

// large lets the server parse a statement that holds a whole row; its limit of 256 KiB
// counts before the statement's own settings are read.
func large(ctx context.Context) context.Context {
	return clickhouse.Context(ctx, clickhouse.WithSettings(clickhouse.Settings{"max_query_size": 4 * MaxValue}))
}

// write runs a statement that changes the table, which is made when it is missing.
func (s *Store) write(ctx context.Context, query string) error {
	err := s.exec(large(ctx), query)
	if code(err) == codeUnknownTable {
		if err = s.ensure(ctx); err == nil {
			err = s.exec(large(ctx), query)
		}
	}
	return err
}

// add writes a row whose key is new.
func (s *Store) add(ctx context.Context, key, value string) error {
	return s.write(ctx, fmt.Sprintf("INSERT INTO %s (key, value)%s SELECT %s, %s", s.table, s.strict(), quoteText(key), quoteText(value)))
}

// addParts writes the rows of a head's parts, one statement each.
func (s *Store) addParts(ctx context.Context, kind string, h head, data []byte) error {
	if h.parts == 0 {
		return nil
	}
	n := 0
	for part := range slices.Chunk(data, partSize) {
		key := partKey(kind, h.writer, n)
		n++
		err := s.add(ctx, key, base64.StdEncoding.EncodeToString(part))
		if code(err) == codeKeeper {
			// Nobody else writes this key, so the row says that the write succeeded.
			if there, lookErr := s.count(ctx, []string{quoteText(key)}); lookErr == nil && there == 1 {
				err = nil
			}
		}
		if err != nil {
			return fmt.Errorf("writing part %d of %d: %w", n, h.parts, err)
		}
	}
	return nil
}

func (s *Store) count(ctx context.Context, quotedKeys []string) (n uint64, err error) {
	err = s.selectOne(ctx, "SELECT count() FROM "+s.table+" WHERE key IN ("+strings.Join(quotedKeys, ", ")+")", &n)
	return n, err
}

// errPartsGone says that not all parts of a value are there.
var errPartsGone = errors.New("parts of its data are missing")

// content returns the data that a head describes.
func (s *Store) content(ctx context.Context, kind string, h head) ([]byte, error) {
	if h.parts == 0 {
		return h.data, nil
	}
	data := make([]byte, 0, h.size)
	const together = 8 // about 4 MiB in an answer
	next := 0
	for keys := range slices.Chunk(partKeys(kind, h), together) {
		rows, err := s.rows(ctx, "SELECT key, value FROM "+s.table+" WHERE key IN ("+strings.Join(keys, ", ")+")")
		if err != nil {
			return nil, err
		}
		for range keys {
			value, there := rows[partKey(kind, h.writer, next)]
			next++
			if !there {
				return nil, errPartsGone
			}
			part, err := base64.StdEncoding.DecodeString(value)
			if err != nil {
				return nil, badData{fmt.Errorf("part %d is not base64: %w", next, err)}
			}
			data = append(data, part...)
		}
	}
	if err := h.check(data); err != nil {
		return nil, badData{err}
	}
	return data, nil
}

// badData is the reason why a stored value cannot be decoded.
type badData struct{ error }

// settle reads a value by look until its parts are complete. Between two looks a writer may
// have replaced the value and removed the parts of the old one.
func (s *Store) settle(ctx context.Context, kind string, look func() (head, error)) ([]byte, error) {
	const attempts = 6
	pause := 20 * time.Millisecond
	for attempt := 1; ; attempt++ {
		h, err := look()
		if err != nil {
			return nil, err
		}
		data, err := s.content(ctx, kind, h)
		if !errors.Is(err, errPartsGone) {
			return data, err
		}
		if attempt == attempts {
			return nil, badData{err}
		}
		select {
		case <-ctx.Done():
			return nil, context.Cause(ctx)
		case <-time.After(pause):
		}
		pause *= 2
	}
}

// rows runs a query of two texts, and returns the second by the first.
func (s *Store) rows(ctx context.Context, query string) (map[string]string, error) {
	ctx, cancel := state.Bound(ctx, s.timing.Call)
	defer cancel()
	rows, err := s.conn.Query(ctx, query)
	if err != nil {
		return nil, cause(ctx, err)
	}
	defer rows.Close()
	out := map[string]string{}
	for rows.Next() {
		var key, value string
		if err := rows.Scan(&key, &value); err != nil {
			return nil, err
		}
		out[key] = value
	}
	if err := rows.Err(); err != nil {
		return nil, cause(ctx, err)
	}
	return out, nil
}

// removeKeys deletes rows by their quoted keys.
func (s *Store) removeKeys(ctx context.Context, quotedKeys []string) error {
	const together = 500
	for keys := range slices.Chunk(quotedKeys, together) {
		err := s.exec(ctx, "DELETE FROM "+s.table+" WHERE key IN ("+strings.Join(keys, ", ")+")"+s.strict())
		if err != nil && code(err) != codeUnknownTable {
			return err
		}
	}
	return nil
}

// dropParts removes the parts of a value that is not stored any more, or never was. It may
// fail: then sweep finds them later.
func (s *Store) dropParts(ctx context.Context, kind string, h head) {
	if h.parts == 0 {
		return
	}
	if err := s.removeKeys(context.WithoutCancel(ctx), partKeys(kind, h)); err != nil {
		s.log.WarnContext(ctx, "parts of an old value could not be removed", "store", s.Describe(), "error", err)
	}
}

// sweep removes parts that no value names, such as those of a writer that was killed: of
// maps at once, because only the holder of the lock writes them, of the shelf after an hour.
func (s *Store) sweep(ctx context.Context) error {
	var keys []string
	err := s.selectOne(ctx, fmt.Sprintf("SELECT groupArray(key) FROM %[1]s WHERE startsWith(key, %[2]s)"+
		" AND (startsWith(key, %[3]s) OR created_at < now() - INTERVAL 1 HOUR)"+
		" AND %[4]s NOT IN (SELECT %[5]s FROM %[1]s WHERE startsWith(key, %[6]s) OR startsWith(key, %[7]s))",
		s.table, quoteText(PartPrefix), quoteText(PartPrefix+partOfMap+"/"), partWriter, writerOf, quoteText(ShelfPrefix), quoteText(LargePrefix)), &keys)
	if err != nil {
		return err
	}
	for i := range keys {
		keys[i] = quoteText(keys[i])
	}
	return s.removeKeys(ctx, keys)
}
