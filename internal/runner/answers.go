package runner

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"strings"

	"github.com/google/uuid"
)

// fileCommands are the files in which a step answers.
var fileCommands = map[string]string{
	"GITHUB_OUTPUT": "set_output", "GITHUB_ENV": "set_env", "GITHUB_PATH": "add_path",
	"GITHUB_STATE": "save_state", "GITHUB_STEP_SUMMARY": "step_summary",
}

// answerFiles makes the files in which one step answers and returns their
// folder.
func (m *Machine) answerFiles() (string, error) {
	dir := filepath.Join(m.folder("_runner_file_commands"), uuid.NewString())
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return "", fmt.Errorf("making the runner's folders: %w", err)
	}
	for _, file := range fileCommands {
		if err := os.WriteFile(filepath.Join(dir, file), nil, 0o644); err != nil {
			return "", fmt.Errorf("writing the runner's files: %w", err)
		}
	}
	return dir, nil
}

// answerVariables name the files for a step that sees their folder at dir.
func answerVariables(dir string, env map[string]string) {
	for name, file := range fileCommands {
		env[name] = filepath.Join(dir, file)
	}
}

// answers adds what a step wrote to the files in dir, and printed.
func (result *Result) answers(dir string, c *console) error {
	result.Commands, result.Masks, result.Raw, result.Log = c.commands, c.masks, c.raw.String(), c.log.String()
	text := func(name string) string {
		data, err := os.ReadFile(filepath.Join(dir, fileCommands[name]))
		if err != nil {
			return ""
		}
		return string(data)
	}
	for name, into := range map[string]*map[string]string{
		"GITHUB_OUTPUT": &result.Outputs, "GITHUB_ENV": &result.Env, "GITHUB_STATE": &result.State,
	} {
		pairs, err := parsePairs(text(name))
		if err != nil {
			return fmt.Errorf("reading %s: %w", name, err)
		}
		*into = pairs
	}
	maps.Copy(result.Outputs, c.outputs)
	for line := range strings.Lines(text("GITHUB_PATH")) {
		if line = strings.TrimSpace(line); line != "" {
			result.Path = append(result.Path, line)
		}
	}
	result.Summary = text("GITHUB_STEP_SUMMARY")
	if len(result.Summary) > maxSummary {
		result.Summary, result.SummaryTooBig = "", true
	}
	return nil
}
