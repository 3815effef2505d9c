package loader_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/moose-migrate/moose-migrate/internal/testparts"
	"github.com/moose-migrate/moose-migrate/pkg/inframap"
	"github.com/moose-migrate/moose-migrate/pkg/loader"
)

// sourceMark, in a sample file, names the objects that are declared in its line.
const sourceMark = "declares "

// marked reads the marks of files: "table local_Users" is the key, the place the value.
func marked(t *testing.T, p testparts.Project, files ...string) map[string]string {
	t.Helper()
	out := map[string]string{}
	for _, file := range files {
		data, err := os.ReadFile(filepath.Join(p.Dir, file))
		if err != nil {
			t.Fatal(err)
		}
		for i, line := range strings.Split(string(data), "\n") {
			if _, names, ok := strings.Cut(line, sourceMark); ok {
				for name := range strings.SplitSeq(strings.TrimSpace(names), ", ") {
					out[name] = fmt.Sprintf("%s:%d", file, i+1)
				}
			}
		}
	}
	return out
}

func found(s inframap.Sources) map[string]string {
	out := map[string]string{}
	for key, source := range s {
		out[string(key.Section)+" "+key.ID] = source.String()
	}
	return out
}

func checkSources(t *testing.T, p testparts.Project, o loader.Options, files ...string) {
	t.Helper()
	want := marked(t, p, files...)
	if len(want) < 10 {
		t.Fatalf("only %d marks", len(want))
	}
	if diff := cmp.Diff(want, found(load(t, o).Sources)); diff != "" {
		t.Error(diff)
	}
}

const sourcesIndexTS = `import { OlapTable, Key } from "@514labs/moose-lib";
import { made } from "./made";

interface User {
  id: Key<string>;
  n: number;
}
/* a comment
   of several lines */

export const Users = new OlapTable<User>("Users", { // declares tables local_Users
  orderByFields: ["id"],
});
export const Versioned =
  new OlapTable<User>( // declares tables local_Versioned_1_0_1_0
    "Versioned",
    { orderByFields: ["id"], version: "1.0", },
  );
export const Elsewhere = new OlapTable<User>("Users", { orderByFields: ["id"], version: "2", database: "other" }); // declares tables other_Users_2_2
export const Made = made("Made"), Again = made("Again");
export * from "./kinds";
`

const sourcesMadeTS = `import { OlapTable } from "@514labs/moose-lib";

export interface Row {
  id: string;
  n: number;
}

export function made(name: string) {
  const config = { orderByFields: ["id" as const] };
  return new OlapTable<Row>(name, config); // declares tables local_Made, tables local_Again
}
`

const sourcesKindsTS = `import {
  Api, ClickHouseEngines, IngestApi, IngestPipeline, MaterializedView, OlapDictionary, SelectRowPolicy,
  SqlResource, Stream, Task, View, WebApp, Workflow, sql,
} from "@514labs/moose-lib";
import { Row } from "./made";

export const Pipe = new IngestPipeline<Row>("Pipe", { // declares tables local_Pipe, topics Pipe, topics PipeDeadLetterQueue, api_endpoints INGRESS_Pipe
  table: { orderByFields: ["id"] },
  stream: true,
  deadLetterQueue: true,
  ingestApi: true,
});
export const A = new Stream<Row>("A"), B = new Stream<Row>("B", // declares topics A, topics B
  {}), list = [new Stream<Row>("C"), // declares topics C
  new Stream<Row>("D")]; // declares topics D
export const In =
  new IngestApi<Row>("In", { destination: A, version: "3" }); // declares api_endpoints INGRESS_In_3
export const Names = new View("Names", // declares views Names
  sql` + "`SELECT id FROM ${Pipe.table!}`" + `, [Pipe.table!]);
export const Sums = new MaterializedView<Row>({ // declares materialized_views Sums, tables local_SumsTable
  materializedViewName: "Sums",
  targetTable: { name: "SumsTable", engine: ClickHouseEngines.MergeTree, orderByFields: ["id"] },
  selectTables: [Pipe.table!],
  selectStatement: sql` + "`SELECT id, count() AS n FROM ${Pipe.table!} GROUP BY id`" + `,
});
export const Free = new SqlResource("Free", // declares sql_resources Free
  ["SELECT 1"], ["SELECT 2"]);
export const get = new Api<{ x: string }, Row[]>("get", async () => []); // declares api_endpoints EGRESS_get
const task = new Task<null, void>("task", { run: async () => {} });
export const flow = new Workflow("flow", { startingTask: task }); // declares workflows flow
export const web = new WebApp("web", () => {}, { mountPath: "/web" }); // declares web_apps web
export const policy = new SelectRowPolicy("policy", { // declares select_row_policies policy
  tables: [Pipe.table!], column: "id", claim: "tenant" });
export const words = new OlapDictionary<Row>("words", { // declares olap_dictionaries local_words
  sourceTable: Pipe.table!, primaryKey: ["id"], layout: { type: "COMPLEX_KEY_HASHED" }, lifetime: 300,
});
`

func TestTypeScriptSources(t *testing.T) {
	for name, manifest := range map[string]string{"CommonJS": "", "ES modules": `{"name":"x","type":"module"}`} {
		t.Run(name, func(t *testing.T) {
			p, o := small(t)
			if manifest != "" {
				write(t, p, "package.json", manifest)
				write(t, p, "tsconfig.json", `{"compilerOptions": {"outDir": "dist", "strict": true, "esModuleInterop": true, "target": "ES2022"}}`)
			}
			write(t, p, main, sourcesIndexTS)
			write(t, p, "app/made.ts", sourcesMadeTS)
			write(t, p, "app/kinds.ts", sourcesKindsTS)
			checkSources(t, p, o, main, "app/made.ts", "app/kinds.ts")
		})
	}
}

const sourcesMainPy = `from datetime import datetime
from typing import Optional
from pydantic import BaseModel
from moose_lib import Key, OlapConfig, OlapTable
from app.kinds import *
from app.made import Row, made

users = OlapTable[Row]("Users", OlapConfig(order_by_fields=["id"]))  # declares tables local_Users

versioned = (
    OlapTable[Row](  # declares tables local_Versioned_1_0_1_0
        "Versioned",
        OlapConfig(
            order_by_fields=["id"],
            version="1.0",
        ),
    )
)
elsewhere = OlapTable[Row]("Users", OlapConfig(order_by_fields=["id"], version="2", database="other"))  # declares tables other_Users_2_2
first, again = made("Made"), made("Again")
`

const sourcesMadePy = `from pydantic import BaseModel
from moose_lib import Key, OlapConfig, OlapTable


class Row(BaseModel):
    id: Key[str]
    n: float


def made(name):
    return OlapTable[Row](name, OlapConfig(order_by_fields=["id"]))  # declares tables local_Made, tables local_Again
`

const sourcesKindsPy = `from moose_lib import *
from moose_lib.dmv2 import *
from pydantic import BaseModel
from app.made import Row

pipe = IngestPipeline[Row](  # declares tables local_Pipe, topics Pipe, topics PipeDeadLetterQueue, api_endpoints INGRESS_Pipe
    "Pipe",
    IngestPipelineConfig(table=OlapConfig(order_by_fields=["id"]), stream=True, ingest_api=True, dead_letter_queue=True),
)
a, b = Stream[Row]("A"), Stream[Row]("B")  # declares topics A, topics B
many = [
    Stream[Row](name)  # declares topics C, topics D
    for name in ["C", "D"]
]
ingest = IngestApi[Row]("In", IngestConfigWithDestination(destination=a, version="3"))  # declares api_endpoints INGRESS_In_3
names = View("Names", "SELECT id FROM Pipe", [pipe.get_table()])  # declares views Names
sums = MaterializedView[Row](  # declares materialized_views Sums, tables local_SumsTable
    MaterializedViewOptions(
        materialized_view_name="Sums", table_name="SumsTable", order_by_fields=["id"],
        select_tables=[pipe.get_table()], select_statement="SELECT id, count() AS n FROM Pipe GROUP BY id",
    )
)
free = SqlResource("Free", ["SELECT 1"], ["SELECT 2"])  # declares sql_resources Free
words = OlapDictionary[Row](  # declares olap_dictionaries local_words
    "words", OlapDictionaryConfig(source_table=pipe.get_table(), primary_key=["id"], layout=ComplexKeyHashedLayout(), lifetime=300)
)


class Params(BaseModel):
    x: str


def handler(client, params: Params) -> Row:
    return None


get = Api[Params, Row]("get", handler)  # declares api_endpoints EGRESS_get


async def run(ctx):
    return None


flow = Workflow("flow", WorkflowConfig(starting_task=Task[None, None](name="task", config=TaskConfig(run=run))))  # declares workflows flow
`

func TestPythonSources(t *testing.T) {
	p, o := smallPy(t)
	write(t, p, mainPy, sourcesMainPy)
	write(t, p, "app/made.py", sourcesMadePy)
	write(t, p, "app/kinds.py", sourcesKindsPy)
	checkSources(t, p, o, mainPy, "app/made.py", "app/kinds.py")
}

// TestSourceMapsThatAreNoHelp has files whose source maps are spoiled before their
// objects are declared: these have no place, the others keep theirs.
func TestSourceMapsThatAreNoHelp(t *testing.T) {
	for name, spoil := range map[string]string{
		"missing":        `fs.unlinkSync(map)`,
		"not JSON":       `fs.writeFileSync(map, "{")`,
		"no mappings":    `fs.writeFileSync(map, JSON.stringify({ version: 3, sources: ["../../app/index.ts"], names: [], mappings: "" }))`,
		"wrong mappings": `fs.writeFileSync(map, JSON.stringify({ version: 3, sources: [], names: [], mappings: "AAAA,!!!;zzzzzz" }))`,
		"another place":  `fs.writeFileSync(map, fs.readFileSync(map, "utf8").replace(/"sources":\["[^"]*"/, '"sources":["/etc/hostname"'))`,
		"shifted":        `fs.writeFileSync(map, fs.readFileSync(map, "utf8").replace('"mappings":"', '"mappings":";'))`,
	} {
		t.Run(name, func(t *testing.T) {
			p, o := small(t)
			write(t, p, "app/made.ts", sourcesMadeTS)
			write(t, p, main, `const fs = require("node:fs");
const map = __filename + ".map";
`+spoil+`;
import { OlapTable } from "@514labs/moose-lib";
import { made, Row } from "./made";
export const Lost = new OlapTable<Row>("Lost", { orderByFields: ["id"] });
export const Made = made("Made");
`)
			got := load(t, o)
			if got.Map.Tables["local_Lost"] == nil {
				t.Fatal("the table is missing")
			}
			if diff := cmp.Diff(map[string]string{"tables local_Made": "app/made.ts:10"}, found(got.Sources)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// TestObjectsOfPackages are declared where the project calls the package.
func TestObjectsOfPackages(t *testing.T) {
	t.Run("TypeScript", func(t *testing.T) {
		p, o := small(t)
		write(t, p, main, `import { Stream } from "@514labs/moose-lib";
interface Row { id: string }
const names = ["A", "B"];
class Named extends Stream<Row> {}
const list = names.map((name) => new Stream<Row>(name)); // declares topics A, topics B
export { list };
`)
		if diff := cmp.Diff(marked(t, p, main), found(load(t, o).Sources)); diff != "" {
			t.Error(diff)
		}
	})
	t.Run("Python", func(t *testing.T) {
		p, o := smallPy(t)
		write(t, p, "venv/site-packages/maker.py", "def make(kind, name):\n    return kind(name)\n")
		write(t, p, mainPy, `import sys
sys.path.append("venv/site-packages")
from maker import make
from moose_lib import Key, Stream
from pydantic import BaseModel

class Row(BaseModel):
    id: Key[str]

made = make(
    Stream[Row], "Made")
exec("Stream[Row]('Executed')")
`)
		want := map[string]string{"topics Made": mainPy + ":10", "topics Executed": mainPy + ":12"}
		if diff := cmp.Diff(want, found(load(t, o).Sources)); diff != "" {
			t.Error(diff)
		}
	})
}

// TestLinkedProject is reached through a symbolic link: the tools see the folder itself.
func TestLinkedProject(t *testing.T) {
	link := func(t *testing.T, o *loader.Options) {
		t.Helper()
		to := filepath.Join(t.TempDir(), "link")
		if err := os.Symlink(o.Project.Root, to); err != nil {
			t.Fatal(err)
		}
		o.Project.Root = to
	}
	t.Run("TypeScript", func(t *testing.T) {
		_, o := small(t)
		link(t, &o)
		want := map[string]string{"tables local_PageViews": main + ":12", "tables local_Users": main + ":23"}
		if diff := cmp.Diff(want, found(load(t, o).Sources)); diff != "" {
			t.Error(diff)
		}
	})
	t.Run("Python", func(t *testing.T) {
		_, o := smallPy(t)
		link(t, &o)
		want := map[string]string{"tables local_PageViews": mainPy + ":25", "tables local_Users": mainPy + ":27"}
		if diff := cmp.Diff(want, found(load(t, o).Sources)); diff != "" {
			t.Error(diff)
		}
	})
}
