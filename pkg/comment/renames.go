package comment

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"github.com/moose-migrate/moose-migrate/pkg/report"
	"github.com/moose-migrate/moose-migrate/pkg/safetext"
)

// renames asks whether what goes and what comes is one thing under two names, and
// writes the answer "yes" down.
func (w *writer) renames(list []report.Rename, limit int) {
	if len(list) == 0 {
		return
	}
	w.heading("❓ Is this a new name?")
	w.paragraph("If so, this in `moose-migrate.yml` keeps what it holds:")
	lines := []string{"renames:"}
	for i, r := range list {
		if i == limit {
			lines = append(lines, fmt.Sprintf("  # and %d more", len(list)-i))
			break
		}
		table := r.Table
		if r.Database != "" {
			table = r.Database + "." + table
		}
		lines = append(lines, "  - table: "+yamlText(table))
		if r.Kind == "column" {
			lines = append(lines, "    columns: {"+yamlText(r.From)+": "+yamlText(r.To)+"}")
		} else {
			lines = append(lines, "    to: "+yamlText(r.To))
		}
	}
	w.paragraph(strings.TrimRight(w.fenced("yaml", lines), "\n"))
}

// plainYAML are names that stand in YAML as they are, and mean a text there.
var plainYAML = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9_]*(\.[A-Za-z0-9_]+)*$`)

// yamlWords are plain names that YAML takes for something else.
var yamlWords = regexp.MustCompile(`(?i)^(y|n|yes|no|on|off|true|false|null)$`)

// yamlText is a name in YAML, in quotes where it needs them.
func yamlText(s string) string {
	s = safetext.Clip(s, nameRunes)
	if plainYAML.MatchString(s) && !yamlWords.MatchString(s) {
		return s
	}
	return strconv.Quote(s)
}
