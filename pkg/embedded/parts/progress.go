package parts

import (
	"fmt"
	"time"
)

// report announces work once it has lasted longer than the store's patience,
// again every ten seconds, and its end; the returned function must be called
// once when the work is over. Quick work leaves no line.
func (s *Store) report(work string) func(error) {
	began := time.Now()
	stop, stopped := make(chan struct{}), make(chan struct{})
	said := false
	go func() {
		defer close(stopped)
		wait := time.NewTimer(s.patience)
		defer wait.Stop()
		for {
			select {
			case <-stop:
				return
			case <-wait.C:
				if !said {
					fmt.Fprintf(s.progress, "%s ...\n", work)
				} else {
					fmt.Fprintf(s.progress, "%s ... %s so far\n", work, time.Since(began).Round(time.Second))
				}
				said = true
				wait.Reset(10 * time.Second)
			}
		}
	}()
	return func(err error) {
		close(stop)
		<-stopped
		switch {
		case !said:
		case err != nil:
			fmt.Fprintf(s.progress, "%s: failed after %s\n", work, time.Since(began).Round(time.Second))
		default:
			fmt.Fprintf(s.progress, "%s: done in %s\n", work, time.Since(began).Round(time.Second))
		}
	}
}
