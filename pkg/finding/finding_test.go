package finding_test

import (
	"strings"
	"testing"

	"github.com/moose-migrate/moose-migrate/pkg/finding"
)

func TestFingerprintsTellHazardsApart(t *testing.T) {
	one := finding.Fingerprint("DS103", "local.Users.age", "Int32")
	if len(one) != 2*finding.FingerprintBytes || !strings.HasPrefix(one, finding.Key("ds103", "local.Users.age")) {
		t.Errorf("%s does not begin with the key %s", one, finding.Key("ds103", "local.Users.age"))
	}
	seen := map[string]string{one: "itself"}
	for name, f := range map[string]string{
		"another type":        finding.Fingerprint("DS103", "local.Users.age", "Int64"),
		"another column":      finding.Fingerprint("DS103", "local.Users.ag", "e", "Int32"),
		"a moved border":      finding.Fingerprint("DS103", "local.Users.age", "Int", "32"),
		"a code in the name":  finding.Fingerprint("DS10", "3local.Users.age", "Int32"),
		"nothing about types": finding.Fingerprint("DS103", "local.Users.age"),
	} {
		if other, ok := seen[f]; ok {
			t.Errorf("%s has the fingerprint of %s", name, other)
		}
		seen[f] = name
	}
}

func TestOnlyAnUndecidedBlockBlocks(t *testing.T) {
	for _, c := range []struct {
		f    finding.Finding
		want bool
	}{
		{finding.Finding{Severity: finding.Block}, true},
		{finding.Finding{Severity: finding.Block, Override: &finding.Override{By: "alice"}}, false},
		{finding.Finding{Severity: finding.Warn}, false},
		{finding.Finding{Severity: finding.Info}, false},
	} {
		if c.f.Blocks() != c.want {
			t.Errorf("%+v blocks: %v", c.f, !c.want)
		}
	}
}
