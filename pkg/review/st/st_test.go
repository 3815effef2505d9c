package st

import (
	"testing"

	"github.com/moose-migrate/moose-migrate/pkg/inframap"
	"github.com/moose-migrate/moose-migrate/pkg/probe"
)

func TestTheConsumerGroupOfAFunction(t *testing.T) {
	for _, c := range []struct {
		source, target, group string
		its                   bool
	}{
		{"Orders", "Paid", "flow-Orders-Paid", true},
		{"Orders", "Paid", "flow-shop.Orders-shop.Paid", true},
		{"Orders", "Paid", "flow-shop.Orders-Paid", true},
		{"Orders", "", "flow-Orders-", true},
		{"Orders", "", "flow-shop.Orders-", true},
		{"Orders", "", "flow-Orders-Paid", false},
		{"Orders", "Paid", "flow-Orders-", false},
		{"Orders", "Paid", "flow-Orders-Unpaid", false},
		{"Orders", "Paid", "flow-BackOrders-Paid", false},
		{"Orders", "Paid", "billing", false},
		{"Orders", "Paid", "flow-shop.Orders-other.Paid", false},
	} {
		f := &inframap.FunctionProcess{SourceTopicID: c.source}
		if c.target != "" {
			f.TargetTopicID = &c.target
		}
		if got := groupOf(f, probe.Group{Name: c.group}); got != c.its {
			t.Errorf("%s -> %s, group %s: %v", c.source, c.target, c.group, got)
		}
	}
}
