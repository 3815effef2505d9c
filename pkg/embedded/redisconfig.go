package embedded

import (
	"fmt"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/google/renameio/v2"
)

// redisConfig writes redis.conf, which keeps the password out of the process
// list, and returns its path.
func redisConfig(o RedisOptions, port int) (string, error) {
	lines := []string{
		"bind " + loopback,
		"port " + strconv.Itoa(port),
		"dir " + redisQuote(o.DataDir),
		`save ""`,
		"appendonly no",
		"daemonize no",
	}
	if o.Password != "" {
		lines = append(lines, "requirepass "+strconv.Quote(o.Password))
	}
	path := filepath.Join(o.DataDir, "redis.conf")
	if err := renameio.WriteFile(path, []byte(strings.Join(lines, "\n")+"\n"), 0o600); err != nil {
		return "", fmt.Errorf("starting Redis: writing its configuration: %w", err)
	}
	return path, nil
}

// redisQuote makes text one argument of a redis.conf line: every byte as \xHH.
func redisQuote(text string) string {
	var b strings.Builder
	b.WriteByte('"')
	for i := range len(text) {
		fmt.Fprintf(&b, `\x%02x`, text[i])
	}
	b.WriteByte('"')
	return b.String()
}
