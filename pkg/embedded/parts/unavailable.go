package parts

import "fmt"

// Unavailable says that a part cannot be had on this machine. Tests skip on
// it; a command shows it as it is.
type Unavailable struct {
	Part   string // name of the part, as in "libchdb"
	Why    string // what is missing or what failed
	Remedy string // what the reader can do
	Err    error  // cause, may be nil
}

// Error gives one sentence with the reason and the remedy.
func (u *Unavailable) Error() string {
	return fmt.Sprintf("%s is not available: %s. %s", u.Part, u.Why, u.Remedy)
}

// Unwrap returns the cause.
func (u *Unavailable) Unwrap() error { return u.Err }
