// Package finding is what a review finds in a plan: one hazard each, with the code of
// its rule, how grave it is, what it touches, and what to do instead. It holds data
// only, so that everything that shows or judges findings can share it.
package finding

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strings"
	"time"

	"github.com/moose-migrate/moose-migrate/pkg/inframap"
)

// Severity is how grave a finding is.
type Severity string

// The severities, the gravest first.
const (
	// Block: data or service is lost unless someone decides otherwise.
	Block Severity = "block"
	// Warn: a reviewer should know.
	Warn Severity = "warn"
	// Info: worth a line, nothing to decide.
	Info Severity = "info"
)

// Finding is one hazard of a plan.
type Finding struct {
	// Code is the rule's, such as "DS101".
	Code     string   `json:"code" report:"keep"`
	Severity Severity `json:"severity" report:"keep"`
	// Rule is the rule's name, such as "drop table".
	Rule string `json:"rule" report:"keep"`
	// Object is what people name in an override: "local.Events", "local.Events.note" for
	// a column, "topic Foo" for what is not in ClickHouse. Empty when it is the plan itself.
	Object string `json:"object,omitzero" report:"keep"`
	// Text says in one sentence without a full stop what happens, with numbers.
	Text string `json:"text"`
	// Remedy says what to do instead, in the middle of a sentence, empty when there is
	// nothing to say.
	Remedy string `json:"remedy,omitzero"`
	// Source is where the object is declared, absent where that is not known.
	Source inframap.Source `json:"source,omitzero" report:"keep"`
	// Ways are other ways to the same end that would not have the hazard; a reviewer
	// may choose one of them.
	Ways []Way `json:"ways,omitempty"`
	// Fingerprint stays the same as long as the change that the finding is about does;
	// see [Fingerprint].
	Fingerprint string `json:"fingerprint" report:"keep"`
	// Stake is how much is known to be affected, nil where that was not counted.
	Stake *Stake `json:"stake,omitempty"`
	// Evidence are the facts that the finding rests on, with where they come from.
	Evidence []Evidence `json:"evidence,omitempty"`
	// Proven is set when a hazard that would block only warns, because the servers were
	// asked and nothing is affected.
	Proven bool `json:"proven,omitzero"`
	// Override is the decision to let it pass, nil when there is none.
	Override *Override `json:"override,omitempty"`
	// Approval is who has to agree before it may pass, nil where one word is enough.
	Approval *Approval `json:"approval,omitempty"`
}

// Way is another way to change an object.
type Way struct {
	// Name is what is chosen, such as "copy-beside".
	Name string `json:"name" report:"keep"`
	// Says is what it does, Know what one should know before; sentences.
	Says string `json:"says"`
	Know string `json:"know,omitzero"`
}

// Approval is what a policy asks for before a finding may pass.
type Approval struct {
	// Count is how many people must allow it; with NotAuthor, the author of the change is
	// none of them.
	Count     int  `json:"count"`
	NotAuthor bool `json:"not_author,omitzero"`
	// Given are the decisions that count so far, one of each person.
	Given []Override `json:"given,omitempty"`
}

// Missing is how many people are still to allow it.
func (a Approval) Missing() int { return max(a.Count-len(a.Given), 0) }

// Stake is how much a finding affects. What is not known is nil.
type Stake struct {
	// Rows are those whose data goes or changes, Bytes what they take on disk.
	Rows  *uint64 `json:"rows,omitzero"`
	Bytes *uint64 `json:"bytes,omitzero"`
	// Whole is set when all data of the object is affected, not single values.
	Whole bool `json:"whole,omitzero"`
}

// Evidence is one fact, such as "1,204 of 50,000,000 rows do not fit", and where it
// comes from, such as "counted in local.Users" or "system.parts".
type Evidence struct {
	Text string `json:"text"`
	// Source says in words where the number comes from.
	Source string `json:"source,omitzero"`
	// Sampled is set when only a part of the rows was looked at.
	Sampled bool `json:"sampled,omitzero"`
}

// Blocks reports whether the finding stops the plan as it stands.
func (f Finding) Blocks() bool { return f.Severity == Block && f.Override == nil }

// Override is a person's decision to let one finding pass.
type Override struct {
	// By is the login of the person, without @.
	By string `json:"by"`
	// Reason is what the person wrote, may be empty.
	Reason string `json:"reason,omitzero"`
	// URL leads to where it was said.
	URL string    `json:"url,omitzero"`
	At  time.Time `json:"at,omitzero"`
	// Via is the way in which it was said.
	Via Via `json:"via,omitzero"`
	// Expires is when it holds no more, zero for never.
	Expires time.Time `json:"expires,omitzero"`
}

// Via is the way in which a decision was said.
type Via string

// The ways of a decision.
const (
	// ViaComment is a command in a comment on the pull request.
	ViaComment Via = ""
	// ViaLabel is a label of the pull request.
	ViaLabel Via = "label"
	// ViaFile is an entry of moose-migrate.yml.
	ViaFile Via = "file"
	// ViaFlag is a flag of the command line.
	ViaFlag Via = "flag"
	// ViaDigest is the digest of the plan, given by hand.
	ViaDigest Via = "digest"
)

// The bytes of a fingerprint: keyBytes for code and object, exactBytes for all of it.
// Both are too many for anyone to look for two names that share them.
const (
	keyBytes   = 8
	exactBytes = 8
	// FingerprintBytes is the length of a fingerprint, half as many as its hex digits.
	FingerprintBytes = keyBytes + exactBytes
)

// Fingerprint identifies a hazard by its code, its object and what is done to it
// (types, attributes), 32 hex digits. Counts of rows do not belong in it: they change
// while the hazard stays the same. The first digits are [Key] of code and object, so
// that a person who names those finds it.
func Fingerprint(code, object string, what ...string) string {
	return Key(code, object) + digest(exactBytes, append([]string{code, object}, what...)...)
}

// Key identifies code and object, 16 hex digits. The code's case does not matter.
func Key(code, object string) string { return digest(keyBytes, strings.ToUpper(code), object) }

func digest(n int, parts ...string) string {
	h := sha256.New()
	for _, p := range parts {
		// The length keeps ("a", "bc") and ("ab", "c") apart.
		fmt.Fprintf(h, "%d:%s", len(p), p)
	}
	return hex.EncodeToString(h.Sum(nil)[:n])
}

// Conclusion is what a review says of a plan as a whole.
type Conclusion string

// The conclusions.
const (
	// Pass: nothing stops the plan.
	Pass Conclusion = "pass"
	// Blocked: findings stop it until they are overridden or gone.
	Blocked Conclusion = "blocked"
	// Failed: there is no plan, or it can never be applied.
	Failed Conclusion = "failed"
)
