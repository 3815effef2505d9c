package parts

import "context"

// Act returns the path of act, which runs GitHub workflows on this machine,
// building it with Go the first time, which takes about a minute.
func (s *Store) Act(ctx context.Context) (string, error) {
	return s.goProgram(ctx, "act", "github.com/nektos/act", ActVersion)
}
