package lc

import (
	"strings"

	"github.com/moose-migrate/moose-migrate/pkg/chtype"
	"github.com/moose-migrate/moose-migrate/pkg/clickhouse/sqltext"
)

// otherZones is a type with other time zones, as [chtype.Zones] lists them.
func otherZones(t string, zones []string) string {
	out, _ := replaceZones(t, zones)
	return out
}

func replaceZones(t string, zones []string) (string, []string) {
	kind, args := chtype.Parts(t)
	var parts []string
	switch {
	case len(zones) == 0:
		return t, nil
	case kind == "DateTime64":
		parts = args[:1]
		fallthrough
	case kind == "DateTime":
		if zones[0] != "" {
			parts = append(parts[:len(parts):len(parts)], sqltext.String(zones[0]))
		}
		zones = zones[1:]
	case len(chtype.Zones(t)) == 0:
		return t, zones
	default:
		for _, a := range args {
			before, inner := "", a
			if kind == "Tuple" || kind == "Nested" {
				_, inner = chtype.Field(a)
				before = strings.TrimSuffix(a, inner)
			}
			inner, zones = replaceZones(inner, zones)
			parts = append(parts, before+inner)
		}
	}
	if len(parts) == 0 {
		return kind, zones
	}
	return kind + "(" + strings.Join(parts, ", ") + ")", zones
}
