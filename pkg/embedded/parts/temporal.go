package parts

import "context"

// Temporal returns the path of the program temporal with its development
// server, building it with Go the first time, which takes minutes.
func (s *Store) Temporal(ctx context.Context) (string, error) {
	return s.goProgram(ctx, "Temporal", "github.com/temporalio/cli/cmd/temporal", TemporalVersion)
}
