package action

import (
	"context"

	"github.com/moose-migrate/moose-migrate/internal/session"
)

// rehearse plays the plan on a scratch ClickHouse when the workflow asks for it. The map
// of an earlier job may come from a stranger, whose SQL never runs beside the job's secrets.
func (r *run) rehearse(ctx context.Context, made *session.Planned) error {
	switch {
	case !r.in.Rehearse && r.in.DevURL == "":
		return nil
	case r.in.Map != "":
		r.log.Noticef("%s", "The plan is not rehearsed: it was made from the map of an earlier job, whose SQL is not run here.")
		return nil
	}
	return made.Rehearse(ctx, r.in.DevURL)
}
