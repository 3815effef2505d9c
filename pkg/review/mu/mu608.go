package mu

import (
	"fmt"

	"github.com/moose-migrate/moose-migrate/pkg/finding"
	"github.com/moose-migrate/moose-migrate/pkg/review"
)

var mu608 = &review.Rule{
	Code: "MU608", Name: "SQL of the project", Severity: finding.Block,
	Detects: "A SQL resource runs statements of the project that no other rule speaks of. It warns where they only make or remove what can be made again from its definition.",
	Happens: "The statements run as they are. Nobody but a reader knows what they do, and they can remove data without a way back.",
	Remedy:  "read the statements; what makes tables and views is better declared as such",
	Demo: review.Demo{
		{Say: "a statement that looks like housekeeping", SQL: "CREATE TABLE sales (id UInt8) ENGINE = MergeTree ORDER BY id"},
		{SQL: "INSERT INTO sales VALUES (1), (2), (3)"},
		{SQL: "CREATE TABLE archive (id UInt8) ENGINE = MergeTree ORDER BY id"},
		{SQL: "EXCHANGE TABLES sales AND archive"},
		{Say: "and its rows are no longer where they are looked for", SQL: "SELECT count() FROM sales", Want: "0"},
	},
	Check: func(s *review.Subject) []review.Hit {
		var out []review.Hit
		for _, r := range s.ResourceSQL() {
			var unknown, all []string
			others := 0
			for _, st := range r.Statements {
				switch {
				case spokenOf(st):
					others++
					continue
				case !harmless(st):
					unknown = append(unknown, st.Text)
				}
				all = append(all, st.Text)
			}
			if len(all) == 0 && others > 0 {
				continue
			}
			h := review.Hit{
				Object: r.Object, Source: s.Source(r.Change), What: all, Severity: finding.Warn,
				Text: fmt.Sprintf("SQL resource %s runs statements of the project as they are; read them", r.Change.Name),
			}
			if len(unknown) > 0 {
				h.Severity = ""
				h.Text = fmt.Sprintf("SQL resource %s runs statements of the project that can remove data; read them", r.Change.Name)
			}
			for _, text := range unknown {
				h.Evidence = append(h.Evidence, finding.Evidence{Text: text, Source: "the project"})
			}
			out = append(out, h)
		}
		return out
	},
}
