package session

import (
	"errors"
	"fmt"
	"strings"

	"github.com/moose-migrate/moose-migrate/internal/cli"
	"github.com/moose-migrate/moose-migrate/pkg/inframap"
	"github.com/moose-migrate/moose-migrate/pkg/plan"
	"github.com/moose-migrate/moose-migrate/pkg/remedy"
)

// chosen are the remedies that the command line, the project's file and its saved plan
// name, one for each object; the earlier ones count.
func (p *Planned) chosen() ([]remedy.Choice, error) {
	var out []remedy.Choice
	seen := map[string]bool{}
	add := func(object, use string) {
		if !seen[object] {
			seen[object] = true
			out = append(out, remedy.Choice{Object: object, Use: use})
		}
	}
	for _, text := range p.ways {
		use, object, ok := strings.Cut(strings.TrimSpace(text), " ")
		if !ok {
			return nil, fmt.Errorf("--way %q: name the way and the object, such as --way \"copy-beside local.Events\"", text)
		}
		add(strings.TrimSpace(object), use)
	}
	saved, err := plan.Load(p.Project.Dir)
	if err == nil {
		for _, object := range inframap.Keys(saved.Plan.Ways) {
			add(object, saved.Plan.Ways[object])
		}
	}
	return out, nil
}

// errNoWay is the answer to a way of the command line that the plan does not have.
var errNoWay = errors.New("the plan has no such way")

// applyRemedies puts the chosen remedies into the plan.
func (p *Planned) applyRemedies() error {
	choices, err := p.chosen()
	if err != nil {
		return err
	}
	p.available = remedy.Of(p.Outcome)
	outcome, applied, unused, err := remedy.Apply(p.Outcome, choices)
	if err != nil {
		return err
	}
	p.Outcome, p.applied = outcome, applied
	for _, c := range unused[:min(len(unused), len(p.ways))] {
		for _, text := range p.ways {
			if strings.HasPrefix(text, c.Use+" ") && strings.HasSuffix(text, c.Object) {
				return cli.WithRemedy(fmt.Errorf("--way %q: %w", text, errNoWay), p.listWays())
			}
		}
	}
	return nil
}

func (p *Planned) listWays() string {
	if len(p.available) == 0 {
		return "It goes the usual ways only."
	}
	names := make([]string, len(p.available))
	for i, r := range p.available {
		names[i] = fmt.Sprintf("--way %q", r.Name+" "+r.Object)
	}
	return "There are: " + strings.Join(names, ", ")
}

// Ways are the remedies that the plan has, for its file: object → name.
func (p *Planned) Ways() map[string]string { return p.keptBy() }

// keptBy are the objects that go another way, by name.
func (p *Planned) keptBy() map[string]string {
	out := map[string]string{}
	for _, r := range p.applied {
		out[r.Object] = r.Name
	}
	return out
}
