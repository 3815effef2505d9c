package ds

import (
	"strings"

	"github.com/moose-migrate/moose-migrate/pkg/diff"
	"github.com/moose-migrate/moose-migrate/pkg/review"
)

// destroys says what a change takes away from a table, empty for nothing.
func destroys(t review.TableEdit) string {
	if t.Action == diff.Recreate {
		return "is recreated"
	}
	var dropped []string
	for _, c := range t.Table.Columns {
		if c.Action == diff.Remove && c.RenamedTo == "" && c.Before != nil {
			dropped = append(dropped, c.Before.Name)
		}
	}
	switch len(dropped) {
	case 0:
		return ""
	case 1:
		return "loses the column " + dropped[0]
	}
	return "loses the columns " + strings.Join(dropped, ", ")
}
