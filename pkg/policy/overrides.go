package policy

import (
	"fmt"
	"regexp"
	"strings"
	"time"

	"github.com/moose-migrate/moose-migrate/pkg/finding"
)

// Override lets one finding pass until a day. It names what it covers by the finding's
// fingerprint or by the plan's digest, and is void once that is another one.
type Override struct {
	// Code of the rule, such as LC201.
	Rule string `yaml:"rule" jsonschema:"required,pattern=^[A-Za-z]+[0-9]+$"`
	// Object as the finding names it, such as local.Users.age.
	Object string `yaml:"object"`
	// Fingerprint of the finding, 24 to 32 hex digits: it holds as long as the same is done to the object.
	Fingerprint string `yaml:"fingerprint" jsonschema:"pattern=^[0-9a-f]{24\\,32}$"`
	// Digest of the plan, 8 to 64 hex digits: it holds for that plan only.
	Digest string `yaml:"digest" jsonschema:"pattern=^[0-9a-f]{8\\,64}$"`
	// Why.
	Reason string `yaml:"reason" jsonschema:"required,minLength=1"`
	// Last day on which it holds, as 2026-12-31, or the moment at which it ends.
	Expires Expiry `yaml:"expires" jsonschema:"required,pattern=^[0-9]{4}-[0-9]{2}-[0-9]{2}(T.+)?$"`
	// Who decided it.
	By string `yaml:"by"`
	// Names of environments; all when there are none.
	Environments []string `yaml:"environments"`
}

var (
	exactCode = regexp.MustCompile(`^[A-Za-z]+[0-9]+$`)
	// The first 16 digits of a fingerprint only name rule and object.
	fingerprintPattern = regexp.MustCompile(`^[0-9a-f]{24,32}$`)
	digestPattern      = regexp.MustCompile(`^[0-9a-f]{8,64}$`)
)

func (o Override) check(e entry) {
	checkPatterns(e, nil, o.Environments)
	if !exactCode.MatchString(o.Rule) {
		e.wrong("rule", "%q is no code of a rule, such as LC201; an override is for one rule only", o.Rule)
	}
	if strings.TrimSpace(o.Reason) == "" {
		e.wrong("reason", "reason is missing; the next reader asks for it")
	}
	if o.Expires == "" {
		e.wrong("", "expires is missing; write the last day on which it holds, such as 2026-12-31")
	}
	switch {
	case o.Fingerprint == "" && o.Digest == "":
		e.wrong("", "say what it covers: the fingerprint of the finding, or the digest of the plan; both are in the report of `moose plan --format json`")
	case o.Fingerprint != "" && !fingerprintPattern.MatchString(o.Fingerprint):
		e.wrong("fingerprint", "%q is no fingerprint: it has 32 hex digits in lower case, of which the first 24 or more are needed", o.Fingerprint)
	case o.Digest != "" && !digestPattern.MatchString(o.Digest):
		e.wrong("digest", "%q is no digest: it has 64 hex digits in lower case, of which the first 8 or more are needed", o.Digest)
	}
}

// names reports whether the override is about the finding's rule and object.
func (o Override) names(f finding.Finding) bool {
	return strings.EqualFold(o.Rule, f.Code) && o.Object == f.Object
}

// covers reports whether it is about exactly that finding of that plan.
func (o Override) covers(f finding.Finding, digest string) bool {
	return o.names(f) && strings.HasPrefix(f.Fingerprint, o.Fingerprint) && strings.HasPrefix(digest, o.Digest)
}

// said is the override as a decision of a person.
func (o Override) said() finding.Override {
	by := o.By
	if by == "" {
		by = File
	}
	return finding.Override{By: by, Reason: o.Reason, Via: finding.ViaFile, Expires: o.Expires.Time()}
}

// Allowed is a decision to let one finding pass that was made elsewhere than in the file.
type Allowed struct {
	// Code, Object and Fingerprint are those of the finding at the time of the decision. The
	// decision is void once the fingerprint is another one.
	Code, Object, Fingerprint string
	Override                  finding.Override
	// Unchecked says that nobody looked whether the person has write access; such a decision
	// does not count where several people are asked for.
	Unchecked bool
}

// CodeOverride is the rule of overrides that do nothing.
const CodeOverride = "PL011"

// idle is the finding about an override that does not count.
func idle(rule, object, why string, o finding.Override) finding.Finding {
	where := "by " + o.By
	remedy := "decide again if it should still hold"
	if o.Via == finding.ViaFile {
		where, remedy = "in "+File, "take it out of "+File+", or decide again"
	}
	f := finding.Finding{
		Code: CodeOverride, Severity: finding.Warn, Rule: "override without effect", Object: strings.TrimSpace(rule + " " + object),
		Text: fmt.Sprintf("the override of %s %s %s", strings.TrimSpace(rule+" "+object), where, why), Remedy: remedy,
	}
	f.Fingerprint = finding.Fingerprint(f.Code, f.Object, o.By, string(o.Via), why)
	return f
}

func expired(o finding.Override, now time.Time) bool {
	return !o.Expires.IsZero() && !now.Before(o.Expires)
}

// ended says in words when an override ended.
func ended(o finding.Override) string {
	return "has expired on " + o.Expires.UTC().Add(-time.Nanosecond).Format(time.DateOnly)
}
