package recreate_test

import (
	"testing"

	"github.com/moose-migrate/moose-migrate/pkg/diff"
	"github.com/moose-migrate/moose-migrate/pkg/review/recreate"
)

func TestOneRuleSpeaks(t *testing.T) {
	for _, c := range []struct {
		forced []string
		want   string
	}{
		{[]string{"order by"}, "KY301"},
		{[]string{"order by", "primary key"}, "KY301"},
		{[]string{"primary key"}, "KY302"},
		{[]string{"partition by"}, "KY303"},
		{[]string{"engine"}, "KY306"},
		{[]string{"engine credentials"}, "KY307"},
		{[]string{"setting index_granularity", "setting table_disk"}, "KY309"},
		{[]string{"order by", "partition by"}, "DS102"},
		{[]string{"order by", "setting index_granularity"}, "DS102"},
		{[]string{"column note"}, "DS102"},
		{[]string{"constraint c", "order by"}, "DS102"},
		{nil, "DS102"},
	} {
		change := diff.Change{}
		for _, name := range c.forced {
			change.Forced = append(change.Forced, diff.Attribute{Name: name})
		}
		if got := recreate.Cause(&change); got != c.want {
			t.Errorf("%v: %s, want %s", c.forced, got, c.want)
		}
	}
}
