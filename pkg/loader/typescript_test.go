package loader_test

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/moose-migrate/moose-migrate/internal/testparts"
	"github.com/moose-migrate/moose-migrate/pkg/loader"
	"github.com/moose-migrate/moose-migrate/pkg/loader/sentinel"
)

const main = "app/index.ts"

func small(t *testing.T) (testparts.Project, loader.Options) {
	t.Helper()
	heavy(t)
	p := testparts.TypeScriptProject(t, "small-ts")
	return p, options(p, loader.LanguageTypeScript)
}

func TestTypeErrorIsNotHiddenByAStaleBuild(t *testing.T) {
	p, o := small(t)
	// A build of an earlier state, where Moose would look for it.
	stale := `console.log("stale");`
	write(t, p, "dist/app/index.js", stale)
	appendTo(t, p, main, `export const wrong: number = "text";`)
	mustFail(t, o, "compile TypeScript: app/index.ts:", "TS2322 Type 'string' is not assignable to type 'number'.")
	var e *loader.Error
	if _, err := loader.Load(t.Context(), o); !errors.As(err, &e) || e.Diagnostics[0].Line == 0 || e.Diagnostics[0].Column != 14 {
		t.Errorf("diagnostics %+v", e)
	}
	if left, err := os.ReadFile(filepath.Join(p.Dir, "dist/app/index.js")); err != nil || string(left) != stale {
		t.Errorf("the project's own build was touched: %q, %v", left, err)
	}
	for _, f := range files(t, p.Dir) {
		if strings.Contains(f, "moose-migrate-") || f == "tsconfig.moose-build.json" {
			t.Errorf("the run left %s behind", f)
		}
	}
}

func TestAStaleBuildIsNotLoaded(t *testing.T) {
	p, o := small(t)
	write(t, p, "dist/app/index.js", `throw new Error("the stale build was loaded");`)
	if got := load(t, o); len(got.Map.Tables) != 2 {
		t.Errorf("%d tables", len(got.Map.Tables))
	}
}

func TestThrowingMainFile(t *testing.T) {
	p, o := small(t)
	write(t, p, "app/helper.ts", "\nexport function boom(): void {\n  throw new RangeError(\"kaboom\\nsecond line\");\n}\n")
	appendTo(t, p, main, "import { boom } from \"./helper\";\nboom();")
	mustFail(t, o, "read the project's declarations: app/helper.ts:3:9: RangeError: kaboom\nsecond line")
}

func TestMissingPackages(t *testing.T) {
	p, o := small(t)
	t.Run("one", func(t *testing.T) {
		appendTo(t, p, main, "// eslint-disable-next-line\nrequire(\"no-such-package\");")
		mustFail(t, o, "the package no-such-package is not installed", "Run `npm ci` in "+p.Dir)
	})
	t.Run("all", func(t *testing.T) {
		if err := os.Remove(filepath.Join(p.Dir, "node_modules")); err != nil {
			t.Fatal(err)
		}
		mustFail(t, o, "@514labs/moose-lib is not installed", "Run `npm ci` in "+p.Dir)
		os.Remove(filepath.Join(p.Dir, "package-lock.json"))
		write(t, p, "pnpm-lock.yaml", "")
		mustFail(t, o, "Run `pnpm install --frozen-lockfile` in "+p.Dir)
	})
}

func TestMissingNode(t *testing.T) {
	_, o := small(t)
	o.Environ = []string{"PATH=/nonexistent"}
	mustFail(t, o, "node is not on PATH")
}

func TestMissingMainFile(t *testing.T) {
	p, o := small(t)
	o.Project.SourceDir = "src"
	mustFail(t, o, "src/index.ts is missing in "+p.Dir, "source_dir")
}

// TestHostileMainFile has a main file that prints, forges output, shows its
// environment, keeps a timer and reads a marker.
func TestHostileMainFile(t *testing.T) {
	p, o := small(t)
	fake := sentinel.Start + ` {"tables":{},"topics":{},"apis":{}} ` + sentinel.End
	appendTo(t, p, main, `
import { mooseRuntimeEnv } from "@514labs/moose-lib";
console.log("hello from the main file");
console.log(`+"`"+fake+"`"+`);
console.log("`+sentinel.Start+`");
console.log("ENV " + JSON.stringify(process.env));
setInterval(() => {}, 1000);
export const Queue = new OlapTable<PageView>("Queue", {
  engine: ClickHouseEngines.S3Queue, s3Path: "s3://b/*.json", format: "JSONEachRow",
  awsAccessKeyId: mooseRuntimeEnv.get("TEST_KEY"), awsSecretAccessKey: mooseRuntimeEnv.get("TEST_SECRET"),
});`)
	o.Environ = append(o.Environ, "GITHUB_TOKEN=topsecret", "MOOSE_CLICKHOUSE_CONFIG__URL=topsecret",
		"TEST_KEY=topsecret", "AWS_SECRET_ACCESS_KEY=topsecret", "NODE_OPTIONS=--no-such-option", "STAGE=production")
	o.PassEnv = []string{"STAGE"}
	var printed bytes.Buffer
	o.Stdout = &printed
	got := load(t, o)
	queue := got.Map.Tables["local_Queue"]
	if len(got.Map.Tables) != 3 || queue == nil {
		t.Fatalf("tables %v", got.Map.Tables)
	}
	if key := queue.Engine.String("aws_access_key_id"); key != "__MOOSE_RUNTIME_ENV__:TEST_KEY" {
		t.Errorf("key %q", key)
	}
	for _, want := range []string{"hello from the main file", fake, `"STAGE":"production"`, `"MOOSE_SOURCE_DIR":"app"`, `"IS_LOADING_INFRA_MAP":"true"`} {
		if !strings.Contains(printed.String(), want) {
			t.Errorf("what the main file printed lacks %s", want)
		}
	}
	for _, not := range []string{"topsecret", "MOOSE_MIGRATE_", `"Queue"`} {
		if strings.Contains(printed.String(), not) {
			t.Errorf("what the main file printed has %s:\n%s", not, printed.String())
		}
	}
	if w := strings.Join(got.Warnings, "\n"); !strings.Contains(w, "1 more blocks") || !strings.Contains(w, "keeps its process alive") {
		t.Errorf("warnings %q", got.Warnings)
	}
}

func TestTimeout(t *testing.T) {
	p, o := small(t)
	appendTo(t, p, main, `while (true) {}`)
	o.Timeout = 8 * time.Second
	began := time.Now()
	mustFail(t, o, "did not come to an end within 8s", "look for loops")
	if took := time.Since(began); took > 30*time.Second {
		t.Errorf("took %s", took)
	}
	o.Timeout = time.Millisecond
	if _, err := loader.Load(t.Context(), o); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("error %v", err)
	}
}

func TestCompiledFilesInOtherPlaces(t *testing.T) {
	for name, tc := range map[string]struct{ tsconfig, pkg, want string }{
		"default folder": {`{"compilerOptions": {"strict": true, /* no outDir */ }}`, "", ".moose/compiled/app/index.js"},
		"nested folder":  {`{"compilerOptions": {"outDir": "./build/js", "strict": true, "esModuleInterop": true}}`, "", "build/js/app/index.js"},
		"ES modules":     {`{"compilerOptions": {"outDir": "dist", "strict": true, "esModuleInterop": true, "target": "ES2022"}}`, `{"name":"x","type":"module"}`, "dist/app/index.js"},
	} {
		t.Run(name, func(t *testing.T) {
			p, o := small(t)
			write(t, p, "tsconfig.json", tc.tsconfig)
			if tc.pkg != "" {
				write(t, p, "package.json", tc.pkg)
			}
			if got := load(t, o).Map.Tables["local_Users"].Metadata.Source.File; got != tc.want {
				t.Errorf("source file %s, want %s", got, tc.want)
			}
		})
	}
}

func TestTwoRunsOfOneProjectWaitForEachOther(t *testing.T) {
	_, o := small(t)
	errs := make(chan error)
	for range 2 {
		go func() {
			_, err := loader.Load(t.Context(), o)
			errs <- err
		}()
	}
	for range 2 {
		if err := <-errs; err != nil {
			t.Error(err)
		}
	}
}
