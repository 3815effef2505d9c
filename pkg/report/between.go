package report

import "fmt"

// Between are the two moments of a report that says what differs between them, in words.
type Between struct {
	From string `json:"from"`
	To   string `json:"to"`
}

// Compare makes the report one of what differs between two moments: nothing of it is
// going to be done.
func (r *Report) Compare(from, to string) {
	r.Between = &Between{From: from, To: to}
	r.Verdict = r.Between.verdict(r.Summary.Changes())
}

func (b *Between) verdict(n int) string {
	if n == 0 {
		return fmt.Sprintf("No difference between %s and %s.", b.From, b.To)
	}
	differ := "differ"
	if n == 1 {
		differ = "differs"
	}
	return fmt.Sprintf("%s %s between %s and %s.", plural(n, "object"), differ, b.From, b.To)
}
