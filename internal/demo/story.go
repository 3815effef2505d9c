package demo

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/dustin/go-humanize"

	"github.com/moose-migrate/moose-migrate/pkg/plan"
)

// mainBranch makes the tables of the main branch and puts rows into them.
func (d *demo) mainBranch(ctx context.Context) error {
	d.heading("1. The main branch: " + sample + "/app/index.ts")
	d.say("The database is empty. A first plan makes what the code declares.")
	if err := d.moose(ctx, "generate", "migration", "--save"); err != nil {
		return err
	}
	return d.moose(ctx, "migrate")
}

// pullRequest puts rows into the tables, changes the code, and goes from plan to
// migration.
func (d *demo) pullRequest(ctx context.Context) error {
	d.heading("2. Rows, so that there is something to lose")
	before, err := d.fill(ctx)
	if err != nil {
		return err
	}
	d.say("%s.", before)

	d.heading("3. The pull request: " + sample + "/pull-request/index.ts")
	if err := os.Rename(filepath.Join(d.project(), "pull-request", "index.ts"), filepath.Join(d.project(), "app", "index.ts")); err != nil {
		return fmt.Errorf("switching to the pull request's code: %w", err)
	}
	d.say("It widens a column of Orders and adds one, drops one of Customers, and adds tables and views, a stream, an API and a workflow.")
	if err := d.moose(ctx, "plan"); err != nil {
		return err
	}

	d.heading("4. What the reviewer reads: the comment on the pull request")
	if err := d.moose(ctx, "plan", "--format", "markdown"); err != nil {
		return err
	}

	d.heading("5. The plan that is reviewed and committed with the code")
	if err := d.moose(ctx, "generate", "migration", "--save"); err != nil {
		return err
	}
	if err := d.showFiles(); err != nil {
		return err
	}

	d.heading("6. After the merge: exactly that plan, under the lock")
	if err := d.moose(ctx, "migrate"); err != nil {
		return err
	}
	return d.check(ctx, before)
}

// planLines is how much of plan.yaml is shown.
const planLines = 24

func (d *demo) showFiles() error {
	d.say("")
	for _, name := range []string{plan.PlanFile, plan.BeforeFile, plan.DesiredFile} {
		info, err := os.Stat(filepath.Join(d.project(), plan.Dir, name))
		if err != nil {
			return fmt.Errorf("looking for the files of the plan: %w", err)
		}
		d.say("  %-36s %9s", filepath.Join(plan.Dir, name), humanize.Bytes(uint64(info.Size())))
	}
	d.say("\n%s begins with", filepath.Join(plan.Dir, plan.PlanFile))
	file, err := os.Open(filepath.Join(d.project(), plan.Dir, plan.PlanFile))
	if err != nil {
		return fmt.Errorf("showing the plan: %w", err)
	}
	defer file.Close()
	return d.indent(file, planLines)
}

// check compares the rows with those before and demands that nothing is left to
// plan.
func (d *demo) check(ctx context.Context, before census) error {
	d.heading("7. Is it all there, and is it all done?")
	after, err := d.takeCensus(ctx)
	if err != nil {
		return err
	}
	if after != before {
		return fmt.Errorf("the migration changed the rows: before it there were %s; now %s", before, after)
	}
	currencies, quantityType, err := d.filled(ctx)
	if err != nil {
		return err
	}
	slices.Sort(currencies)
	d.done("Every row is there: " + after.String() + ".")
	d.done(fmt.Sprintf("Orders.quantity is %s now; Orders.currency reads %s for the old rows.", quantityType, strings.Join(currencies, ", ")))
	if err := d.moose(ctx, "plan", "--detailed-exitcode"); err != nil {
		return fmt.Errorf("the second plan is not empty: %w", err)
	}
	d.done("Exit code 0: a second plan is empty.")
	return d.moose(ctx, "ls")
}
