package hazards

import (
	"testing"

	"github.com/moose-migrate/moose-migrate/pkg/review/catalogue"
	"github.com/moose-migrate/moose-migrate/pkg/review/demo"
)

// TestDemos plays the demonstration of every rule on the real server.
func TestDemos(t *testing.T) {
	for _, r := range catalogue.Rules() {
		t.Run(r.Code, func(t *testing.T) {
			t.Parallel()
			if len(r.Demo) == 0 {
				t.Fatal("the rule shows nothing")
			}
			d := newDatabase(t)
			err := demo.Run(t.Context(), d.client, r.Demo, func(result demo.Result) {
				if !result.AsTold() {
					t.Errorf("%s\nsaw (code %d)\n%s\nwant (code %d)\n%s", result.Step.Shown(), result.Code, result.Saw, result.Step.Fails, result.Step.Want)
				}
			})
			if err != nil {
				t.Fatal(err)
			}
		})
	}
}
