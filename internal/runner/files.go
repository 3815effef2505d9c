package runner

import (
	"fmt"
	"strings"
)

// parsePairs reads what a step wrote to GITHUB_OUTPUT, GITHUB_ENV or
// GITHUB_STATE: lines NAME=value, or NAME<<DELIMITER, lines, DELIMITER.
func parsePairs(text string) (map[string]string, error) {
	pairs := map[string]string{}
	lines := strings.Split(strings.ReplaceAll(text, "\r\n", "\n"), "\n")
	for i := 0; i < len(lines); i++ {
		line := lines[i]
		if line == "" {
			continue
		}
		equals, heredoc := strings.Index(line, "="), strings.Index(line, "<<")
		switch {
		case heredoc > 0 && (equals < 0 || heredoc < equals):
			delimiter := line[heredoc+2:]
			end := i + 1
			for end < len(lines) && lines[end] != delimiter {
				end++
			}
			if delimiter == "" || end == len(lines) {
				return nil, fmt.Errorf("the value of %s has no end %q", line[:heredoc], delimiter)
			}
			pairs[line[:heredoc]] = strings.Join(lines[i+1:end], "\n")
			i = end
		case equals > 0:
			pairs[line[:equals]] = line[equals+1:]
		default:
			return nil, fmt.Errorf("the line %q has no name", line)
		}
	}
	return pairs, nil
}

// maxSummary is the most that the runner uploads as the summary of one step,
// in bytes (actions/runner, FileCommandManager.cs).
const maxSummary = 1 << 20
