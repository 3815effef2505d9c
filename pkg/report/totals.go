package report

import (
	"fmt"
	"strings"
)

// LossTotals sums up what would be lost, empty for nothing: "3 tables with 1.2 million
// rows, 3.4 GB, 12 columns".
func (r *Report) LossTotals() string {
	var tables, columns, converted, unknown int
	var rows, bytes uint64
	for _, l := range r.Losses {
		if l.Converts() {
			converted++
			continue
		}
		if l.Column != "" {
			columns++
			continue
		}
		tables++
		if l.Rows == nil {
			unknown++
		} else {
			rows += *l.Rows
		}
		if l.Bytes != nil {
			bytes += *l.Bytes
		}
	}
	var parts []string
	if tables > 0 {
		parts = append(parts, fmt.Sprintf("%s with %s", plural(tables, "table"), Amount(&rows, &bytes)))
	}
	if unknown > 0 {
		parts = append(parts, fmt.Sprintf("%d of them with rows that are not counted", unknown))
	}
	if columns > 0 {
		parts = append(parts, plural(columns, "column"))
	}
	if converted > 0 {
		parts = append(parts, plural(converted, "converted column"))
	}
	return strings.Join(parts, ", ")
}
