package state

import (
	"errors"
	"fmt"
	"net/url"
	"strings"
	"time"
	"unicode"
)

// Owner says who asks for the lock. All of it can be read by everybody who can
// read the store, and is shown to whoever is kept out.
type Owner struct {
	// ID is a token that no other run has, required.
	ID string `json:"id,omitzero"`
	// Machine is the host, or Moose's machine id.
	Machine string `json:"machine,omitzero"`
	// RunURL leads to the CI run, empty outside CI.
	RunURL string `json:"run_url,omitzero"`
	// Actor is the person or robot that started the run.
	Actor string `json:"actor,omitzero"`
	// PID is the process id on Machine, 0 when not known.
	PID int `json:"pid,omitzero"`
}

// Validate reports what is missing in o.
func (o Owner) Validate() error {
	if strings.TrimSpace(o.ID) == "" {
		return errors.New("the lock's owner has no ID: give every run its own token")
	}
	return nil
}

// Holder is who holds the lock. Moose records the machine and the times only.
type Holder struct {
	Owner
	// Started is when the lock was taken, Expires when it ends unless renewed;
	// zero when not recorded.
	Started time.Time `json:"started,omitzero"`
	Expires time.Time `json:"expires,omitzero"`
	// Problem is not empty when the lock's content cannot be read; then who and when are
	// not known, and the lock counts as held.
	Problem string `json:"problem,omitzero"`
	// Seen is when the store was looked at, by the clock of the server.
	Seen time.Time `json:"seen,omitzero"`
	// Mark is what [Breaker] compares, for the store that returned it only. It holds what
	// stands in the store and is not to be shown.
	Mark string `json:"-"`
}

// Same reports whether two looks found the same acquisition of the lock, renewed or not.
func (h Holder) Same(other Holder) bool {
	return h.Owner == other.Owner && h.Started.Equal(other.Started) && h.Problem == other.Problem
}

// Shown is h as it may be shown and recorded: texts are bounded and printable, the run's
// URL has no user, query and fragment, and there is no Mark.
func (h Holder) Shown() Holder {
	for _, text := range []*string{&h.ID, &h.Machine, &h.Actor, &h.Problem} {
		*text = printable(*text)
	}
	if h.RunURL != "" {
		h.RunURL = printable(plainURL(h.RunURL))
	}
	h.Mark = ""
	return h
}

// Name describes the holder in one line of printable characters. Of the run's
// URL it leaves out what may hold a credential: user, query and fragment.
func (h Holder) Name() string {
	name := "an unnamed machine"
	switch {
	case h.Machine != "":
		name = "machine " + printable(h.Machine)
	case h.ID != "":
		name = "instance " + printable(h.ID)
	}
	var more []string
	if h.Actor != "" {
		more = append(more, "started by "+printable(h.Actor))
	}
	if h.PID != 0 {
		more = append(more, fmt.Sprintf("process %d", h.PID))
	}
	if h.RunURL != "" {
		more = append(more, "run "+printable(plainURL(h.RunURL)))
	}
	if len(more) == 0 {
		return name
	}
	return name + " (" + strings.Join(more, ", ") + ")"
}

// maxPrintable bounds what a foreign lock row can put into a message, in runes.
const maxPrintable = 200

func printable(s string) string {
	runes := []rune(strings.ToValidUTF8(s, "?"))
	cut := len(runes) > maxPrintable
	if cut {
		runes = runes[:maxPrintable]
	}
	for i, r := range runes {
		if !unicode.IsPrint(r) {
			runes[i] = '?'
		}
	}
	if cut {
		return string(runes) + "…"
	}
	return string(runes)
}

func plainURL(s string) string {
	u, err := url.Parse(s)
	if err != nil {
		return "(not a valid URL)"
	}
	u.User, u.RawQuery, u.Fragment = nil, "", ""
	return u.String()
}
