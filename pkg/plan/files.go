package plan

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/google/renameio/v2"

	"github.com/moose-migrate/moose-migrate/pkg/inframap"
	"github.com/moose-migrate/moose-migrate/pkg/secretsql"
)

// The files of a saved plan, in Dir below the project (Moose's names).
const (
	Dir         = "migrations"
	PlanFile    = "plan.yaml"
	BeforeFile  = "remote_state.json"
	DesiredFile = "local_infra_map.json"
	SchemaFile  = ".moose/migration_schema.json"
)

// Files is a saved plan: what to do, the map it starts from and the map it leads to.
type Files struct {
	Plan    *Plan
	Before  *inframap.Map
	Desired *inframap.Map
	// NoDictionaries is set when Before does not say which dictionaries there were,
	// because Moose wrote it, which does not see them.
	NoDictionaries bool
}

// Save writes the three files into root/migrations and the schema beside it, each
// atomically, plan.yaml last: a plan that is there has its maps.
func (f *Files) Save(root string) error {
	content, err := f.encode()
	if err != nil {
		return err
	}
	for _, file := range []struct {
		name string
		data []byte
	}{
		{SchemaFile, migrationSchema},
		{filepath.Join(Dir, BeforeFile), content[BeforeFile]},
		{filepath.Join(Dir, DesiredFile), content[DesiredFile]},
		{filepath.Join(Dir, PlanFile), content[PlanFile]},
	} {
		path := filepath.Join(root, file.name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			return fmt.Errorf("save plan: %w", err)
		}
		if err := renameio.WriteFile(path, file.data, 0o644); err != nil {
			return fmt.Errorf("save plan: %w", err)
		}
	}
	return nil
}

// encode computes the digest and writes the three files, by name, credentials hidden.
func (f *Files) encode() (map[string][]byte, error) {
	digest, err := Digest(f.Plan.Operations, f.Before, f.Desired)
	if err != nil {
		return nil, err
	}
	f.Plan.Digest = digest
	return f.content()
}

// content writes the three files as they are, by name.
func (f *Files) content() (map[string][]byte, error) {
	planYAML, err := f.Plan.EncodeYAML()
	if err != nil {
		return nil, err
	}
	before, err := encodeBefore(secretsql.Map(f.Before))
	if err != nil {
		return nil, err
	}
	desired, err := inframap.Encode(secretsql.Map(f.Desired))
	if err != nil {
		return nil, err
	}
	return map[string][]byte{PlanFile: planYAML, BeforeFile: before, DesiredFile: desired}, nil
}

// ErrNoPlan is the cause when none of the three files is there.
var ErrNoPlan = errors.New("there is no saved plan")

// Load reads the three files of root/migrations. All must be there; an error
// names the file.
func Load(root string) (*Files, error) {
	var missing []string
	content := map[string][]byte{}
	for _, name := range []string{PlanFile, BeforeFile, DesiredFile} {
		data, err := os.ReadFile(filepath.Join(root, Dir, name))
		switch {
		case errors.Is(err, fs.ErrNotExist):
			missing = append(missing, Dir+"/"+name)
		case err != nil:
			return nil, fmt.Errorf("load plan: %w", err)
		}
		content[name] = data
	}
	if len(missing) == 3 {
		return nil, fmt.Errorf("%w: %s/ has no %s. Make one with `moose generate migration --clickhouse-url URL --save` and commit it", ErrNoPlan, Dir, PlanFile)
	}
	if len(missing) > 0 {
		are := "are"
		if len(missing) == 1 {
			are = "is"
		}
		return nil, fmt.Errorf("the saved plan is incomplete: %s %s missing. Generate it again with `moose generate migration --save` and commit all three files", strings.Join(missing, " and "), are)
	}
	return decodeFiles(content)
}

// decodeFiles reads the three files, by name.
func decodeFiles(content map[string][]byte) (*Files, error) {
	f := &Files{}
	var err error
	if f.Plan, err = DecodeYAML(content[PlanFile]); err != nil {
		return nil, fmt.Errorf("%s/%w", Dir, err)
	}
	if f.Before, err = inframap.Decode(content[BeforeFile]); err != nil {
		return nil, fmt.Errorf("%s/%s: %w", Dir, BeforeFile, err)
	}
	known, err := takeBefore(f.Before)
	if err != nil {
		return nil, err
	}
	f.NoDictionaries = !known && f.Plan.Digest == "" && len(f.Before.Dictionaries) == 0
	if f.Desired, err = inframap.Decode(content[DesiredFile]); err != nil {
		return nil, fmt.Errorf("%s/%s: %w", Dir, DesiredFile, err)
	}
	return f, nil
}

// Edited reports whether any of the three files was changed by hand after this
// tool had written them; false for a plan that Moose wrote.
func (f *Files) Edited() (bool, error) {
	if f.Plan.Digest == "" {
		return false, nil
	}
	now, err := Digest(f.Plan.Operations, f.Before, f.Desired)
	return now != f.Plan.Digest, err
}

// FileNames are the files of a saved plan and the schema beside them, relative to the
// project, with slashes.
func FileNames() []string {
	return []string{SchemaFile, Dir + "/" + BeforeFile, Dir + "/" + DesiredFile, Dir + "/" + PlanFile}
}
