package embedded

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"
)

// TestMain doubles as the parent that TestChildDiesWithItsParent kills.
func TestMain(m *testing.M) {
	if dir := os.Getenv("EMBEDDED_TEST_PARENT"); dir != "" {
		p, err := launch(spec{name: "child", path: "/bin/sleep", args: []string{"300"}, logFile: filepath.Join(dir, "log")})
		if err != nil {
			fmt.Println(err)
			os.Exit(1)
		}
		fmt.Println(p.cmd.Process.Pid)
		time.Sleep(time.Minute)
		os.Exit(1)
	}
	os.Exit(m.Run())
}
