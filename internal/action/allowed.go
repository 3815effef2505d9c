package action

import (
	"context"

	"github.com/moose-migrate/moose-migrate/pkg/comment"
	"github.com/moose-migrate/moose-migrate/pkg/finding"
	"github.com/moose-migrate/moose-migrate/pkg/forge"
	"github.com/moose-migrate/moose-migrate/pkg/review"
)

// allowed are the decisions on the target's pull requests, as our own answers there
// record them.
func (r *run) allowed(ctx context.Context, t target) []review.Allowed {
	numbers := t.group
	if t.number != 0 {
		numbers = append(numbers, t.number)
	}
	var out []review.Allowed
	for _, n := range numbers {
		comments, err := r.comments(ctx, n)
		if r.failed(err) {
			continue
		}
		out = append(out, r.decisions(comments)...)
	}
	return out
}

func (r *run) comments(ctx context.Context, number int) ([]forge.Comment, error) {
	if r.host == nil {
		return nil, nil
	}
	return r.host.Comments(ctx, number)
}

// decisions are what the answers among the comments allow. Only what the tool itself
// wrote counts.
func (r *run) decisions(comments []forge.Comment) []review.Allowed {
	var out []review.Allowed
	for _, c := range comments {
		m, ok := comment.Parse(c.Body)
		if !ok || !c.Mine || !r.isOurs(m, comment.KindAllow) {
			continue
		}
		out = append(out, review.Allowed{
			Code: m.Code, Object: m.Object, Fingerprint: m.Fingerprint,
			Override: finding.Override{By: m.By, Reason: m.Reason, URL: m.URL, At: m.At},
		})
	}
	return out
}
