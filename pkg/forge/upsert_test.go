package forge_test

import (
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/moose-migrate/moose-migrate/pkg/forge"
	"github.com/moose-migrate/moose-migrate/pkg/forge/forgetest"
)

const bot = "github-actions[bot]"

var marker = regexp.MustCompile(`<!-- sticky run=(\d+) -->`)

func runOf(body string) int {
	m := marker.FindStringSubmatch(body)
	if m == nil {
		return 0
	}
	n, _ := strconv.Atoi(m[1])
	return n
}

func body(run int, text string) string { return fmt.Sprintf("<!-- sticky run=%d -->\n%s", run, text) }

// sticky is the comment of a run; its levels are the given texts, one when there are none.
func sticky(run int, levels ...string) forge.Sticky {
	if len(levels) == 0 {
		levels = []string{fmt.Sprintf("verdict of run %d", run)}
	}
	return forge.Sticky{
		Is:    func(b string) bool { return marker.MatchString(b) },
		Newer: func(b string) bool { return runOf(b) > run },
		Render: func(_ string, level int) (string, bool) {
			if level >= len(levels) {
				return "", false
			}
			return body(run, levels[level]), true
		},
	}
}

var (
	creates = forgetest.Match{Method: "POST", Path: `/issues/\d+/comments$`}
	updates = forgetest.Match{Method: "PATCH", Path: `/issues/comments/\d+$`}
	lists   = forgetest.Match{Method: "GET", Path: `/issues/\d+/comments$`}
	deletes = forgetest.Match{Method: "DELETE", Path: `/issues/comments/\d+$`}
)

// one asserts that exactly one sticky comment is left, from that run.
func one(t *testing.T, host *forgetest.Running, pr, run int) forge.Comment {
	t.Helper()
	var ours []forge.Comment
	for _, c := range host.Comments(pr) {
		if marker.MatchString(c.Body) && c.Author == bot {
			ours = append(ours, c)
		}
	}
	if len(ours) != 1 || runOf(ours[0].Body) != run {
		t.Fatalf("want one comment of run %d, have %+v", run, ours)
	}
	return ours[0]
}

func TestUpsertCreatesThenEditsInPlace(t *testing.T) {
	host := forgetest.New(t, forgetest.Options{})
	pr := host.AddPull(forgetest.Pull{})
	for i, step := range []struct {
		run  int
		want forge.Outcome
	}{{1, forge.Created}, {1, forge.Unchanged}, {2, forge.Updated}, {1, forge.Superseded}} {
		c := host.Client(t)
		got, outcome, err := c.Upsert(t.Context(), pr, sticky(step.run))
		if err != nil || outcome != step.want {
			t.Fatalf("step %d: %s, %v; want %s", i, outcome, err, step.want)
		}
		if last := one(t, host, pr, max(step.run, min(i, 2))); last.ID != got.ID || last.Body != got.Body {
			t.Errorf("step %d: returned %+v, there is %+v", i, got, last)
		}
	}
	if creates, updates := host.Count(creates), host.Count(updates); creates != 1 || updates != 1 {
		t.Errorf("%d creations and %d updates, want 1 and 1", creates, updates)
	}
}

func TestUpsertGivesTheExistingTextToRender(t *testing.T) {
	host := forgetest.New(t, forgetest.Options{})
	pr := host.AddPull(forgetest.Pull{})
	host.AddComment(pr, bot, body(1, "old"))
	var seen []string
	s := sticky(2)
	render := s.Render
	s.Render = func(previous string, level int) (string, bool) {
		seen = append(seen, previous)
		return render(previous, level)
	}
	if _, _, err := host.Client(t).Upsert(t.Context(), pr, s); err != nil {
		t.Fatal(err)
	}
	if len(seen) != 1 || seen[0] != body(1, "old") {
		t.Errorf("Render got %q", seen)
	}
}

func TestUpsertFindsItsCommentAmongThreeHundred(t *testing.T) {
	host := forgetest.New(t, forgetest.Options{})
	pr := host.AddPull(forgetest.Pull{})
	for i := range 299 {
		host.AddComment(pr, "octocat", fmt.Sprintf("comment %d", i))
	}
	mine := host.AddComment(pr, bot, body(1, "old"))
	got, outcome, err := host.Client(t).Upsert(t.Context(), pr, sticky(2))
	if err != nil || outcome != forge.Updated || got.ID != mine {
		t.Fatalf("%+v, %s, %v", got, outcome, err)
	}
	if n := len(host.Comments(pr)); n != 300 {
		t.Errorf("%d comments, want 300", n)
	}
}

func TestUpsertLeavesTheCommentsOfOthersAlone(t *testing.T) {
	host := forgetest.New(t, forgetest.Options{})
	pr := host.AddPull(forgetest.Pull{})
	forged := host.AddComment(pr, "mallory", body(99, "all is well"))
	if _, outcome, err := host.Client(t).Upsert(t.Context(), pr, sticky(1)); err != nil || outcome != forge.Created {
		t.Fatalf("%s, %v", outcome, err)
	}
	one(t, host, pr, 1)
	if all := host.Comments(pr); all[0].ID != forged || all[0].Body != body(99, "all is well") {
		t.Errorf("the comment of another was touched: %+v", all)
	}
}

func TestUpsertKeepsTheOldestOfSeveral(t *testing.T) {
	host := forgetest.New(t, forgetest.Options{})
	pr := host.AddPull(forgetest.Pull{})
	first := host.AddComment(pr, bot, body(1, "a"))
	host.AddComment(pr, bot, body(3, "b"))
	host.AddComment(pr, bot, body(2, "c"))
	if _, _, err := host.Client(t).Upsert(t.Context(), pr, sticky(4)); err != nil {
		t.Fatal(err)
	}
	if c := one(t, host, pr, 4); c.ID != first {
		t.Errorf("comment %d stayed, want %d", c.ID, first)
	}
}

func TestUpsertTidiesUpAfterANewerRunThatEnded(t *testing.T) {
	host := forgetest.New(t, forgetest.Options{})
	pr := host.AddPull(forgetest.Pull{})
	first := host.AddComment(pr, bot, body(1, "a"))
	host.AddComment(pr, bot, body(9, "newest"))
	_, outcome, err := host.Client(t).Upsert(t.Context(), pr, sticky(2))
	if err != nil || outcome != forge.Superseded {
		t.Fatalf("%s, %v", outcome, err)
	}
	if c := one(t, host, pr, 9); c.ID != first || c.Body != body(9, "newest") {
		t.Errorf("left: %+v", c)
	}
}

func TestUpsertRace(t *testing.T) {
	for name, test := range map[string]struct {
		before []int // runs whose comments are there
		run    int
		when   forgetest.Match
		after  bool
		happen func(host *forgetest.Running, pr int)
		newest int
	}{
		"another run creates between looking and creating, older": {
			run: 2, when: creates, newest: 2,
			happen: func(h *forgetest.Running, pr int) { h.AddComment(pr, bot, body(1, "theirs")) },
		},
		"another run creates between looking and creating, newer": {
			run: 2, when: creates, newest: 3,
			happen: func(h *forgetest.Running, pr int) { h.AddComment(pr, bot, body(3, "theirs")) },
		},
		"another run creates right after this one, newer, and dies": {
			run: 2, when: creates, after: true, newest: 3,
			happen: func(h *forgetest.Running, pr int) { h.AddComment(pr, bot, body(3, "theirs")) },
		},
		"another run creates right after this one, older": {
			run: 2, when: creates, after: true, newest: 2,
			happen: func(h *forgetest.Running, pr int) { h.AddComment(pr, bot, body(1, "theirs")) },
		},
		"the comment is deleted before it is updated": {
			before: []int{1}, run: 2, when: updates, newest: 2,
			happen: func(h *forgetest.Running, pr int) { h.DeleteComment(h.Comments(pr)[0].ID) },
		},
		"an older run overwrites after the update": {
			before: []int{1}, run: 3, when: updates, after: true, newest: 3,
			happen: func(h *forgetest.Running, pr int) { h.SetComment(h.Comments(pr)[0].ID, body(2, "late")) },
		},
		"a newer run overwrites after the update": {
			before: []int{1}, run: 3, when: updates, after: true, newest: 4,
			happen: func(h *forgetest.Running, pr int) { h.SetComment(h.Comments(pr)[0].ID, body(4, "newer")) },
		},
		"a newer run overwrites before the update, and is put back by the one that sees it": {
			before: []int{1}, run: 3, when: updates, newest: 3, // nothing can be done: the host has no condition
			happen: func(h *forgetest.Running, pr int) { h.SetComment(h.Comments(pr)[0].ID, body(2, "older")) },
		},
	} {
		t.Run(name, func(t *testing.T) {
			host := forgetest.New(t, forgetest.Options{})
			pr := host.AddPull(forgetest.Pull{})
			for _, run := range test.before {
				host.AddComment(pr, bot, body(run, "before"))
			}
			happen := func() { test.happen(host, pr) }
			if test.after {
				host.After(test.when, happen)
			} else {
				host.On(test.when, happen)
			}
			if _, _, err := host.Client(t).Upsert(t.Context(), pr, sticky(test.run)); err != nil {
				t.Fatal(err)
			}
			one(t, host, pr, test.newest)
		})
	}
}

// TestUpsertOfManyRunsAtOnce lets runs race for real.
func TestUpsertOfManyRunsAtOnce(t *testing.T) {
	for round := range 10 {
		host := forgetest.New(t, forgetest.Options{})
		pr := host.AddPull(forgetest.Pull{})
		var wg sync.WaitGroup
		for _, run := range []int{1, 2} {
			client := host.Client(t)
			wg.Go(func() {
				if _, _, err := client.Upsert(t.Context(), pr, sticky(run)); err != nil {
					t.Errorf("round %d, run %d: %v", round, run, err)
				}
			})
		}
		wg.Wait()
		one(t, host, pr, 2)
	}
}

func TestUpsertGoesALevelDownWhenTooLong(t *testing.T) {
	host := forgetest.New(t, forgetest.Options{CommentLimit: 100})
	pr := host.AddPull(forgetest.Pull{})
	s := sticky(1, strings.Repeat("x", 300), strings.Repeat("y", 200), "short")
	got, outcome, err := host.Client(t).Upsert(t.Context(), pr, s)
	if err != nil || outcome != forge.Created || got.Body != body(1, "short") {
		t.Fatalf("%+v, %s, %v", got, outcome, err)
	}
	_, _, err = host.Client(t).Upsert(t.Context(), pr, sticky(2, strings.Repeat("x", 300)))
	if !errors.Is(err, forge.ErrTooLong) {
		t.Errorf("without a shorter level: %v", err)
	}
	if got := one(t, host, pr, 1); got.Body != body(1, "short") {
		t.Errorf("the old comment was changed: %+v", got)
	}
}

func TestUpsertLooksBeforeItCreatesAgain(t *testing.T) {
	for name, failure := range map[string]forgetest.Failure{
		"502 before":   forgetest.BadGateway(),
		"502 after":    forgetest.BadGatewayAfterEffect(),
		"reset before": forgetest.ConnectionReset(false),
		"reset after":  forgetest.ConnectionReset(true),
	} {
		t.Run(name, func(t *testing.T) {
			host := forgetest.New(t, forgetest.Options{})
			pr := host.AddPull(forgetest.Pull{})
			host.Fail(creates, 1, failure)
			_, outcome, err := host.Client(t).Upsert(t.Context(), pr, sticky(1))
			if err != nil || outcome != forge.Created {
				t.Fatalf("%s, %v", outcome, err)
			}
			one(t, host, pr, 1)
		})
	}
}

func TestUpsertGivesUpWhenNothingHelps(t *testing.T) {
	host := forgetest.New(t, forgetest.Options{})
	pr := host.AddPull(forgetest.Pull{})
	host.Fail(creates, 3, forgetest.BadGateway())
	_, _, err := host.Client(t).Upsert(t.Context(), pr, sticky(1))
	if !errors.Is(err, forge.ErrUncertain) || len(host.Comments(pr)) != 0 {
		t.Errorf("%v", err)
	}
}

func TestUpsertRepeatsAnUpdate(t *testing.T) {
	host := forgetest.New(t, forgetest.Options{})
	pr := host.AddPull(forgetest.Pull{})
	host.AddComment(pr, bot, body(1, "old"))
	host.Fail(updates, 2, forgetest.BadGatewayAfterEffect())
	host.Fail(lists, 1, forgetest.ConnectionReset(false))
	host.Fail(deletes, -1, forgetest.NotFound())
	if _, outcome, err := host.Client(t).Upsert(t.Context(), pr, sticky(2)); err != nil || outcome != forge.Updated {
		t.Fatalf("%s, %v", outcome, err)
	}
	one(t, host, pr, 2)
}
