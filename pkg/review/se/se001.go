package se

import (
	"fmt"
	"slices"
	"strings"

	"github.com/moose-migrate/moose-migrate/pkg/diff"
	"github.com/moose-migrate/moose-migrate/pkg/finding"
	"github.com/moose-migrate/moose-migrate/pkg/inframap"
	"github.com/moose-migrate/moose-migrate/pkg/plan"
	"github.com/moose-migrate/moose-migrate/pkg/review"
)

var se001 = &review.Rule{
	Code: "SE001", Name: "secret in clear text", Severity: finding.Block,
	Detects: "A file of the saved plan, or an object of the code that this plan adds or changes, spells out a credential: an argument of an engine, a password in SQL, a token whose form is known. A long random value in SQL only warns. The value itself is never shown.",
	Happens: "Whoever can read the repository, now or later, has the credential. Taking it out of the newest commit does not take it out of the history.",
	Remedy:  "make a new credential and revoke this one; in the code take it from the environment with mooseRuntimeEnv.get, and generate the saved plan again",
	Demo: review.Demo{
		{Say: "a view reads files of a bucket, and its definition has the secret key", SQL: "CREATE VIEW orders (id String) AS SELECT c1 AS id FROM s3('http://bucket.example/orders.csv', 'KEYID', 'geheim-4711', 'CSV', 'c1 String')"},
		{Say: "the server hides it from those who ask", SQL: "SELECT extract(create_table_query, '.KEYID., .(\\S+).,') FROM system.tables WHERE database = currentDatabase() AND name = 'orders'", Want: "[HIDDEN]"},
		{
			Say: "the file in the repository does not, but it can be recognised there", Code: "grep KEYID app/views.ts",
			Do: sayKnown("SELECT c1 AS id FROM s3('http://bucket.example/orders.csv', 'KEYID', 'geheim-4711', 'CSV', 'c1 String')"), Want: "a credential of a table function, engine or URL",
		},
	},
	Check: func(s *review.Subject) []review.Hit {
		if !s.Process.Reviewing() {
			// When a plan is applied, the map holds the credentials of the environment.
			return nil
		}
		out := inFiles(s)
		for i := range s.Outcome.Result.Changes {
			c := &s.Outcome.Result.Changes[i]
			for _, p := range byObject(declared(s, c)) {
				text := fmt.Sprintf("%s is written into the code of %s %s", strings.Join(p.what, " and "), c.Kind, c.Name)
				if p.likely {
					text = fmt.Sprintf("the code of %s %s has %s; if it is a credential, everyone who reads the repository has it", c.Kind, c.Name, strings.Join(p.what, " and "))
				}
				out = append(out, hit(p, p.object, text, s.Source(c)))
			}
		}
		return out
	},
}

// place is one object with all that was found in it.
type place struct {
	object string
	what   []string
	likely bool
}

func byObject(spots []spot) []place {
	var out []place
	for _, s := range spots {
		i := slices.IndexFunc(out, func(p place) bool { return p.object == s.object })
		if i < 0 {
			i = len(out)
			out = append(out, place{object: s.object, likely: true})
		}
		out[i].likely = out[i].likely && s.likely
		if !slices.Contains(out[i].what, s.what) {
			out[i].what = append(out[i].what, s.what)
		}
	}
	return out
}

func hit(p place, object, text string, source inframap.Source) review.Hit {
	h := review.Hit{Object: object, Source: source, Text: text, What: p.what}
	if p.likely {
		h.Severity = finding.Warn
	}
	return h
}

// inFiles are the credentials in the files of the saved plan.
func inFiles(s *review.Subject) []review.Hit {
	saved := s.Process.Saved
	if saved == nil || saved.Files == nil {
		return nil
	}
	f := saved.Files
	var out []review.Hit
	for _, file := range []struct {
		name  string
		spots []spot
	}{
		{plan.PlanFile, spotsOfPlan(f.Plan.Operations)}, {plan.BeforeFile, spotsOfMap(f.Before)}, {plan.DesiredFile, spotsOfMap(f.Desired)},
	} {
		// A random value of the code stands in the files too, and is said of the code.
		found := byObject(slices.DeleteFunc(file.spots, func(s spot) bool { return s.likely }))
		if len(found) == 0 {
			continue
		}
		all := place{}
		var names []string
		for _, p := range found {
			all.what = append(all.what, append([]string{p.object}, p.what...)...)
			names = append(names, fmt.Sprintf("%s (%s)", p.object, strings.Join(p.what, " and ")))
		}
		path := plan.Dir + "/" + file.name
		out = append(out, hit(all, path, fmt.Sprintf("%s has the credentials of %s in clear text", path, strings.Join(names[:min(len(names), 5)], ", ")), inframap.Source{}))
	}
	return out
}

// declared are the spots in what a change brings.
func declared(s *review.Subject, c *diff.Change) []spot {
	db := s.Outcome.Desired.DefaultDatabase
	switch {
	case c.Action == diff.Remove:
		return nil
	case c.Table != nil && c.Table.After != nil:
		t := c.Table.After
		// As the code has it: what is compared can have the credentials of the environment.
		if own := s.Outcome.Desired.Tables[c.ID]; own != nil {
			t = own
		}
		return spotsOfTable(t.DatabaseOr(db)+"."+t.Name, t)
	case c.View != nil && c.View.After != nil:
		return spotsOfSQL(c.View.After.DatabaseOr(db)+"."+c.Name, c.View.After.SelectSQL)
	case c.MaterializedView != nil && c.MaterializedView.After != nil:
		return spotsOfSQL(c.MaterializedView.After.DatabaseOr(db)+"."+c.Name, c.MaterializedView.After.SelectSQL)
	case c.Kind == diff.Dictionary:
		return spotsOfDictionary(s.Outcome.Desired, c.ID)
	case c.SQLResource != nil && c.SQLResource.After != nil:
		r := c.SQLResource.After
		// What is compared has no credentials any more.
		if own := s.Outcome.Desired.SQLResources[c.ID]; own != nil {
			r = own
		}
		return spotsOfSQL("SQL resource "+r.Name, slices.Concat(r.Setup, r.Teardown)...)
	}
	return nil
}
