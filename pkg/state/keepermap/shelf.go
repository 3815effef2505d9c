package keepermap

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/moose-migrate/moose-migrate/pkg/state"
)

// ShelfPrefix begins the keys of the shelf's values; the name follows. They are ours: Moose
// reads keys that begin with infra_map_, and the lock's.
const ShelfPrefix = "moose_migrate/"

var _ state.Shelf = (*Store)(nil)

const shelfAttempts = 5

// row is a row of the shelf as it was read.
type row struct {
	present bool
	head    head
	problem error // why head could not be decoded
}

func (s *Store) shelfRow(ctx context.Context, name string) (row, error) {
	var values []string
	err := s.selectOne(ctx, "SELECT groupArray(value) FROM "+s.table+" WHERE key = "+quoteText(ShelfPrefix+name), &values)
	if code(err) == codeUnknownTable {
		return row{}, nil
	}
	if err != nil || len(values) == 0 {
		return row{}, err
	}
	r := row{present: true}
	r.head, r.problem = decodeHead(values[0])
	return r, nil
}

// Put inserts the row, or replaces it when it is there.
func (s *Store) Put(ctx context.Context, name string, data []byte) error {
	if err := state.CheckValue(name, data); err != nil {
		return err
	}
	return s.store(ctx, name, data, func(h head) (bool, error) {
		if done, err := s.insertShelf(ctx, name, h); done || err != nil {
			return done, err
		}
		for range shelfAttempts {
			before, err := s.shelfRow(ctx, name)
			if err != nil {
				return false, err
			}
			if !before.present {
				if done, err := s.insertShelf(ctx, name, h); done || err != nil {
					return done, err
				}
				continue
			}
			// A row that cannot be read is replaced as well.
			condition := "1"
			if before.problem == nil {
				condition = writerOf + " = " + quoteText(before.head.writer)
			}
			after, err := s.replaceShelf(ctx, name, condition, h)
			if err != nil {
				return false, err
			}
			if after.head.writer == h.writer {
				s.dropParts(ctx, partOfShelf, before.head)
				return true, nil
			}
		}
		return false, fmt.Errorf("it could not be replaced in %d attempts", shelfAttempts)
	})
}

// Swap inserts the row when old is nil, and else replaces the row whose sum is old's.
func (s *Store) Swap(ctx context.Context, name string, old, data []byte) error {
	if err := state.CheckValue(name, data); err != nil {
		return err
	}
	return s.store(ctx, name, data, func(h head) (bool, error) {
		if old == nil {
			return s.insertShelf(ctx, name, h)
		}
		var before row
		if len(old) > partSize {
			var err error
			if before, err = s.shelfRow(ctx, name); err != nil {
				return false, err
			}
		}
		for range shelfAttempts {
			after, err := s.replaceShelf(ctx, name, sumOf+" = "+quoteText(sum(old)), h)
			if err != nil {
				return false, err
			}
			if after.head.writer == h.writer {
				if before.head.sum == sum(old) {
					s.dropParts(ctx, partOfShelf, before.head)
				}
				return true, nil
			}
			if after.head.sum != sum(old) {
				return false, nil
			}
		}
		return false, fmt.Errorf("it could not be replaced in %d attempts", shelfAttempts)
	})
}

// store writes the parts of data, if it needs any, and then the row through put, which
// says whether the row was written.
func (s *Store) store(ctx context.Context, name string, data []byte, put func(head) (bool, error)) error {
	h := newHead(data)
	err := s.addParts(ctx, partOfShelf, h, data)
	done := false
	if err == nil {
		done, err = put(h)
	}
	if err == nil && !done {
		s.dropParts(ctx, partOfShelf, h)
		err = state.ErrChanged
	}
	if err != nil {
		return s.explain(fmt.Sprintf("storing %q", name), err)
	}
	return nil
}

// insertShelf adds the row of a value, and says whether it did: when there is a row
// already, it did not. No error means that it did, and after an error of Keeper, which can
// follow a success, the row is read.
func (s *Store) insertShelf(ctx context.Context, name string, h head) (bool, error) {
	err := s.add(ctx, ShelfPrefix+name, h.encode())
	if err == nil {
		return true, nil
	}
	if code(err) != codeKeeper {
		return false, err
	}
	after, readErr := s.shelfRow(ctx, name)
	if readErr != nil {
		return false, errors.Join(err, readErr)
	}
	if !after.present {
		return false, err
	}
	return after.head.writer == h.writer, nil
}

// replaceShelf changes the row when the condition holds, and returns the row after that: the
// server does not tell whether it did, and an error of Keeper can follow a success.
func (s *Store) replaceShelf(ctx context.Context, name, condition string, h head) (row, error) {
	err := s.exec(large(ctx), fmt.Sprintf("ALTER TABLE %s UPDATE value = %s WHERE key = %s AND %s%s",
		s.table, quoteText(h.encode()), quoteText(ShelfPrefix+name), condition, s.strict()))
	if err != nil && code(err) != codeKeeper && code(err) != codeUnknownTable {
		return row{}, err
	}
	after, readErr := s.shelfRow(ctx, name)
	if readErr != nil {
		return row{}, errors.Join(err, readErr)
	}
	return after, nil
}

// Get reads the row and its parts.
func (s *Store) Get(ctx context.Context, name string) ([]byte, error) {
	if err := state.CheckName(name); err != nil {
		return nil, err
	}
	data, err := s.settle(ctx, partOfShelf, func() (head, error) {
		r, err := s.shelfRow(ctx, name)
		if err == nil && !r.present {
			err = state.ErrNone
		}
		if err == nil && r.problem != nil {
			err = badData{r.problem}
		}
		return r.head, err
	})
	if bad, ok := errors.AsType[badData](err); ok {
		key := ShelfPrefix + name
		return nil, &state.CorruptError{
			Where: "row " + key + " of " + s.Describe(), Problem: bad.Error(),
			Remedy: "Restore it from a backup of the table, or remove it: DELETE FROM " + s.table + " WHERE key = " + quoteText(key),
		}
	}
	if err != nil {
		return nil, s.explain(fmt.Sprintf("reading %q", name), err)
	}
	return data, nil
}

// Names lists the keys of the shelf.
func (s *Store) Names(ctx context.Context, prefix string) ([]string, error) {
	var keys []string
	err := s.selectOne(ctx, "SELECT groupArray(key) FROM "+s.table+" WHERE startsWith(key, "+quoteText(ShelfPrefix+prefix)+")", &keys)
	if code(err) == codeUnknownTable {
		return nil, nil
	}
	if err != nil {
		return nil, s.explain("listing what is stored", err)
	}
	for i := range keys {
		keys[i] = strings.TrimPrefix(keys[i], ShelfPrefix)
	}
	slices.Sort(keys)
	return keys, nil
}

// Remove deletes the rows, and then their parts.
func (s *Store) Remove(ctx context.Context, names ...string) error {
	keys := make([]string, len(names))
	for i, name := range names {
		if err := state.CheckName(name); err != nil {
			return err
		}
		keys[i] = quoteText(ShelfPrefix + name)
	}
	if len(keys) == 0 {
		return nil
	}
	// Of the values only the heads' beginnings are read.
	var values []string
	err := s.selectOne(ctx, "SELECT groupArray(value) FROM "+s.table+" WHERE key IN ("+strings.Join(keys, ", ")+") AND length(value) < 200", &values)
	if code(err) == codeUnknownTable {
		return nil
	}
	if err == nil {
		err = s.removeKeys(ctx, keys)
	}
	if err != nil {
		return s.explain("removing what is stored", err)
	}
	for _, value := range values {
		if h, err := decodeHead(value); err == nil {
			s.dropParts(ctx, partOfShelf, h)
		}
	}
	return nil
}
