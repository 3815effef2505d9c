package demo

import (
	"context"
	"fmt"
	"path/filepath"
	"strings"
	"time"

	"github.com/google/renameio/v2"
)

// end sums up and says where to look next.
func (d *demo) end(context.Context) error {
	d.heading("Done")
	total := d.Now().Sub(d.began)
	d.done(fmt.Sprintf("The demonstration took %s, and getting its parts took %s.", seconds(total-d.fetched), seconds(d.fetched)))
	d.say(`
Where to look next:
  README.md                        what it does, its commands and flags
  docs/ci.md                       how to set it up for your repository
  docs/architecture.md             how a plan is made and applied
  make build                       builds bin/moose, to be put on PATH`)
	if !d.Keep {
		d.say("  go run ./cmd/moose-demo --keep   the same, and the servers stay to be tried out\n")
	}
	return nil
}

// seconds is a duration for people.
func seconds(d time.Duration) string { return fmt.Sprintf("%.1f s", d.Seconds()) }

// keep says how to use the servers and waits for ctx to be done.
func (d *demo) keep(ctx context.Context) error {
	settings := filepath.Join(d.dir, "env.sh")
	if err := d.writeSettings(settings); err != nil {
		return err
	}
	ch := d.servers.clickHouse
	d.heading("The servers keep running")
	d.say("In another terminal:\n\n  . %s\n  cd %s\n  moose plan\n", quote(settings), quote(d.project()))
	d.say("ClickHouse   http://%s  and  clickhouse://%s", ch.HTTPAddr, ch.NativeAddr)
	d.say("             user %s, database %s, the password is in env.sh", ch.User, database)
	if d.servers.redis != nil {
		d.say("State        %s", d.servers.redis)
	} else {
		d.say("Keeper       %s", d.servers.keeper.Addr)
	}
	d.say("\nCtrl-C stops them and removes everything.")
	if d.written != nil {
		return d.written
	}
	select {
	case <-ctx.Done():
		return nil
	case <-ch.Done():
		return fmt.Errorf("ClickHouse has ended by itself; its log is removed with the demonstration, run it again to see it happen")
	}
}

// writeSettings writes a script, readable by its owner only, that gives a shell
// what the moose commands of the demonstration had.
func (d *demo) writeSettings(path string) error {
	var script strings.Builder
	for _, pair := range d.connection() {
		name, value, _ := strings.Cut(pair, "=")
		fmt.Fprintf(&script, "export %s=%s\n", name, quote(value))
	}
	for _, dir := range []string{filepath.Dir(d.tools.node), filepath.Join(d.dir, "bin")} {
		fmt.Fprintf(&script, "export PATH=%s:\"$PATH\"\n", quote(dir))
	}
	if err := renameio.WriteFile(path, []byte(script.String()), 0o600); err != nil {
		return fmt.Errorf("writing the settings for another terminal: %w", err)
	}
	return nil
}

// quote makes text one word of a POSIX shell.
func quote(text string) string { return "'" + strings.ReplaceAll(text, "'", `'\''`) + "'" }
