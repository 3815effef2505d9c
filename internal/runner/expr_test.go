package runner

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var scope = Scope{
	statusKey: "success",
	"github": map[string]any{
		"event_name": "pull_request", "token": "t",
		"event": map[string]any{"number": 7.0, "labels": []any{map[string]any{"name": "a"}, map[string]any{"name": "B"}}, "draft": false},
	},
	"steps": map[string]any{"plan-it": map[string]any{"outputs": map[string]any{"has-changes": "true"}, "outcome": "failure"}},
	"env":   map[string]any{"EMPTY": ""},
}

func TestValue(t *testing.T) {
	for text, want := range map[string]any{
		"plain":                                              "plain",
		"${{ github.event.number }}":                         7.0,
		"pr-${{ github.event.number }}!":                     "pr-7!",
		"${{ github.nothing.here }}":                         nil,
		"${{ GitHub.Event_Name }}":                           "pull_request",
		"${{ github.event.labels.*.name }}":                  filtered{"a", "B"},
		"${{ github.event.labels[1].name }}":                 "B",
		"${{ steps['plan-it'].outcome }}":                    "failure",
		"${{ env.EMPTY || 'default' }}":                      "default",
		"${{ github.event.number && 'yes' }}":                "yes",
		"${{ 'A' == 'a' }}":                                  true,
		"${{ '7' == 7 }}":                                    true,
		"${{ null == 0 }}":                                   true,
		"${{ 'x' == 0 }}":                                    false,
		"${{ 2 >= 3 || !false }}":                            true,
		"${{ 'it''s }} here' }}":                             "it's }} here",
		"${{ 'a' }}${{ 'b' }}":                               "ab",
		"${{ format('{0}/{{1}}/{1}', 'x', 2) }}":             "x/{1}/2",
		"${{ join(github.event.labels.*.name, '+') }}":       "a+B",
		"${{ fromJSON('[1,\"x\"]')[1] }}":                    "x",
		"${{ toJSON('q') }}":                                 `"q"`,
		"${{ contains(github.event.labels.*.name, 'b') }}":   true,
		"${{ contains('Hello', 'ELL') }}":                    true,
		"${{ startsWith('/moose plan', '/MOOSE') }}":         true,
		"${{ endsWith('x.yml', '.yaml') }}":                  false,
		"${{ steps.plan-it.outputs.has-changes == 'true' }}": true,
	} {
		got, err := scope.Value(text)
		if err != nil || !cmp.Equal(got, want) {
			t.Errorf("%s: %#v, %v; want %#v", text, got, err, want)
		}
	}
}

func TestCondition(t *testing.T) {
	failed := Scope{statusKey: "failure", "github": scope["github"]}
	for _, c := range []struct {
		scope Scope
		text  string
		want  bool
	}{
		{scope, "", true},
		{failed, "", false},
		{failed, "true", false},
		{failed, "always()", true},
		{failed, "failure() && github.event_name == 'pull_request'", true},
		{failed, "!cancelled()", true},
		{scope, "${{ github.event.draft }}", false},
		{scope, "github.event.number == 7 && !github.event.draft", true},
	} {
		if got, err := c.scope.Condition(c.text); err != nil || got != c.want {
			t.Errorf("%q: %v, %v", c.text, got, err)
		}
	}
}

func TestUnknownThingsFail(t *testing.T) {
	for text, want := range map[string]string{
		"${{ hashFiles('x') }}": "does not know the function hashfiles()",
		"${{ vars.x }}":         `no context "vars"`,
		"${{ 1 + 2 }}":          "parsing",
		"${{ 'open }}":          "parsing",
		"${{ github.event":      "parsing",
		"${{ format('{1}') }}":  "no argument",
		"${{ contains('x') }}":  "1 arguments",
		"${{ fromJSON('{') }}":  "fromJSON()",
	} {
		if got, err := scope.Value(text); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, %v", text, got, err)
		}
	}
	if _, err := (Scope{}).Condition("success()"); err == nil {
		t.Error("success() without a status")
	}
}

func FuzzInterpolate(f *testing.F) {
	f.Add("a ${{ github.event.labels.*.name }} b")
	f.Add("${{ format('{0}', 1) }}${{")
	f.Fuzz(func(t *testing.T, text string) {
		out, err := scope.Interpolate(text)
		if err == nil && !strings.Contains(text, "${{") && out != text {
			t.Errorf("%q became %q", text, out)
		}
	})
}
