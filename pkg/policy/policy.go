// Package policy reads moose-migrate.yml, in which a project decides about its own
// plans: what is left out of them, how grave which finding is, when nothing may be
// applied, and who has to agree. It lies beside moose.config.toml and is reviewed like
// code. [Policy.Decide] applies it to the findings of a review.
package policy

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// File is the name of the file in the project's folder.
const File = "moose-migrate.yml"

// Policy is the content of the file; the zero value is that of a project without one.
type Policy struct {
	// Differences that are left out of plans and of drift.
	Ignore []Ignore `yaml:"ignore"`
	// Tables and columns that have another name now.
	Renames []Rename `yaml:"renames"`
	// The mildest finding that stops a plan. A flag or an input of the action can only be stricter.
	FailOn FailOn `yaml:"fail_on" jsonschema:"enum=block,enum=warn,enum=never"`
	// How grave the findings of a rule are here. The last entry that fits counts.
	Rules []Rule `yaml:"rules"`
	// Amounts below which a loss only warns. The last entry that fits counts.
	SafeBelow []SafeBelow `yaml:"safe_below"`
	// Times in which nothing is applied.
	Freeze []Freeze `yaml:"freeze"`
	// Findings that only several people, or others than the author, can let pass.
	Approvals []Approval `yaml:"approvals"`
	// Findings that pass until a day, for one change only.
	Overrides []Override `yaml:"overrides"`
	// Limits for questions about the data that a plan asks the servers.
	Probes Probes `yaml:"probes"`
}

// Judges reports whether the file can keep a plan from being applied, or let one pass.
func (p *Policy) Judges() bool {
	return p.FailOn != "" || len(p.Freeze)+len(p.Approvals)+len(p.Overrides) > 0
}

// Load reads the file of a project, none when there is no such file. An error names
// the file, the line and the column.
func Load(root string) (*Policy, error) { return LoadFile(root, "") }

// LoadFile reads a file that someone named, relative to the project; it must be there.
// An empty name stands for the usual one.
func LoadFile(root, name string) (*Policy, error) {
	shown := cmp.Or(name, File)
	path := shown
	if !filepath.IsAbs(path) {
		path = filepath.Join(root, path)
	}
	data, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) && name == "" {
		return &Policy{}, nil
	}
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", shown, err)
	}
	p, err := Parse(data)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", shown, err)
	}
	return p, nil
}
