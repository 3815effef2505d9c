package interop

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

const dictionaryCode = `
import { OlapDictionary } from "@514labs/moose-lib";

interface Lookup {
  u64: UInt64;
  country: string;
  n: number;
}

export const Countries = new OlapDictionary<Lookup>("Countries", {
  sourceTable: Events,
  primaryKey: ["u64"],
  layout: { type: "HASHED" },
  lifetime: 300,
  columns: { country: { defaultValue: "'none'" } },
  comment: "it's ours",
});
`

// declare puts code behind what the project declares, and takes it away again.
func (b *bench) declare(code string) (takeBack func()) {
	b.t.Helper()
	file := filepath.Join(b.project.Dir, "app", "index.ts")
	before, err := os.ReadFile(file)
	if err != nil {
		b.t.Fatal(err)
	}
	write := func(text string) {
		if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
			b.t.Fatal(err)
		}
	}
	write(string(before) + code)
	return func() { write(string(before)) }
}

// demand demands operations of the plan, by their names.
func (b *bench) demand(kinds ...string) {
	b.t.Helper()
	text := b.plan()
	for _, kind := range kinds {
		if !strings.Contains(text, "- "+kind+":") {
			b.t.Errorf("the plan has no %s:\n%s", kind, text)
		}
	}
}

// The Moose CLI never sees a dictionary in ClickHouse and creates it in every plan,
// so it is not asked whether it finds nothing.

func TestWeMigrateTheDictionaryOfTheirPlan(t *testing.T) {
	b := newBench(t, false)
	b.declare(dictionaryCode)
	b.theyGenerate()
	b.demand("CreateDictionary")
	b.weMigrate() // their plan
	b.weFindNothing()
	b.theyGenerate()
	b.demand("CreateDictionary") // once more, though it is there
	b.theyMigrate()
	b.weFindNothing()
	b.declare(strings.NewReplacer("Countries", "More", "import { OlapDictionary } from \"@514labs/moose-lib\";", "", "interface Lookup", "interface Second", "<Lookup>", "<Second>").Replace(dictionaryCode))
	b.theyGenerate()
	b.weMigrate() // their plan makes both, of which one is there
	b.weFindNothing()
}

func TestTheyMigrateTheDictionaryOfOurPlans(t *testing.T) {
	b := newBench(t, false)
	takeBack := b.declare(dictionaryCode)
	b.weGenerate()
	b.demand("CreateDictionary")
	b.theyMigrate() // our plan
	b.weFindNothing()
	takeBack()
	takeBack = b.declare(strings.Replace(dictionaryCode, "300", "400", 1))
	b.weGenerate()
	b.demand("ReplaceDictionary")
	b.theyMigrate()
	b.weFindNothing()
	takeBack()
	b.weGenerate()
	b.demand("DropDictionary")
	b.theyMigrate()
	b.weFindNothing()
}
