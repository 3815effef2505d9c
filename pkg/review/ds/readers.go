package ds

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/dustin/go-humanize"

	"github.com/moose-migrate/moose-migrate/pkg/clickhouse/sqltext"
	"github.com/moose-migrate/moose-migrate/pkg/diff"
	"github.com/moose-migrate/moose-migrate/pkg/finding"
	"github.com/moose-migrate/moose-migrate/pkg/inframap"
	"github.com/moose-migrate/moose-migrate/pkg/probe"
	"github.com/moose-migrate/moose-migrate/pkg/review"
	"github.com/moose-migrate/moose-migrate/pkg/schema"
)

const queryLog = "system.query_log"

// readers says who has read a column lately, of the table as a whole when it is empty.
func readers(s *review.Subject, t review.TableEdit, column string) []finding.Evidence {
	if s.Facts == nil || t.Before == nil {
		return nil
	}
	known := s.Facts.Readers
	if errors.Is(known.Err, probe.ErrNotAsked) {
		return nil
	}
	if known.Err != nil {
		return []finding.Evidence{{Text: "who reads it is not known: " + known.Err.Error()}}
	}
	r := known.Value[t.Before.Name][column]
	if r.Queries == 0 {
		return []finding.Evidence{{Text: fmt.Sprintf("no query has read it in the last %d days", probe.ReaderDays), Source: queryLog}}
	}
	queries := humanize.Comma(int64(r.Queries)) + " queries have"
	if r.Queries == 1 {
		queries = "1 query has"
	}
	text := fmt.Sprintf("%s read it in the last %d days, the last one %s UTC", queries, probe.ReaderDays, r.Last.Format(time.DateTime))
	if len(r.Users) > 0 {
		text += ", by " + strings.Join(r.Users, ", ")
	}
	return []finding.Evidence{{Text: text, Source: queryLog}}
}

// views says which views of the project name the column and stay.
func views(s *review.Subject, t review.TableEdit, column string) []finding.Evidence {
	if t.Before == nil {
		return nil
	}
	var using []string
	known := map[schema.Name]bool{t.Before.Name: true}
	for _, list := range []map[string]*schema.View{s.Outcome.After.Views, s.Outcome.After.MaterializedViews} {
		for _, id := range inframap.Keys(list) {
			v := list[id]
			if len(diff.Names(v.Select, s.Outcome.Desired.DefaultDatabase, known)) > 0 && namesColumn(v.Select, column) {
				using = append(using, id)
			}
		}
	}
	if len(using) == 0 {
		return nil
	}
	return []finding.Evidence{{Text: "views that name it stay: " + strings.Join(using, ", "), Source: "the project"}}
}

func namesColumn(sql, column string) bool {
	return slices.ContainsFunc(sqltext.Tokens(sql), func(t sqltext.Token) bool {
		return (t.Kind == sqltext.Word || t.Kind == sqltext.QuotedName) && sqltext.Unquote(t.Text) == column
	})
}
