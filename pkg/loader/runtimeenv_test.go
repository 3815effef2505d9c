package loader_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/moose-migrate/moose-migrate/pkg/inframap"
	"github.com/moose-migrate/moose-migrate/pkg/loader"
	"github.com/moose-migrate/moose-migrate/pkg/loader/partial"
)

func kafka(t *testing.T) *inframap.Map {
	t.Helper()
	out, err := partial.Convert([]byte(`{"tables":{
	 "Q":{"name":"Q","columns":[],"orderBy":[],"engineConfig":{"engine":"S3Queue","s3Path":"s3://b","format":"CSV",
	   "awsAccessKeyId":"__MOOSE_RUNTIME_ENV__:KEY","awsSecretAccessKey":"__MOOSE_RUNTIME_ENV__:SECRET"}},
	 "K":{"name":"K","columns":[],"orderBy":[],"engineConfig":{"engine":"Kafka","brokerList":"b","topicList":"t","groupName":"g","format":"CSV"},
	   "tableSettings":{"kafka_sasl_password":"__MOOSE_RUNTIME_ENV__:PASSWORD","a":"b"}}}}`),
		partial.Options{Language: partial.TypeScript, MainFile: "app/index.ts"})
	if err != nil {
		t.Fatal(err)
	}
	return out.Map
}

func env(kv map[string]string) func(string) (string, bool) {
	return func(name string) (string, bool) { v, ok := kv[name]; return v, ok }
}

func TestResolveRuntimeEnv(t *testing.T) {
	m := kafka(t)
	before := *m.Tables["local_Q"].EngineParamsHash
	if err := loader.ResolveRuntimeEnv(m, env(map[string]string{"KEY": "k\"1", "SECRET": "s", "PASSWORD": "p"})); err != nil {
		t.Fatal(err)
	}
	q, k := m.Tables["local_Q"], m.Tables["local_K"]
	if q.Engine.String("aws_access_key_id") != `k"1` || k.TableSettings["kafka_sasl_password"] != "p" {
		t.Errorf("not resolved: %v %v", q.Engine, k.TableSettings)
	}
	if *q.EngineParamsHash == before || *q.EngineParamsHash != q.Engine.Hash() {
		t.Error("the engine's hash is not that of the secret")
	}
	if *k.TableSettingsHash != *inframap.SettingsHash(k.TableSettings) {
		t.Error("the settings' hash is not that of the secret")
	}
	if left := loader.RuntimeRefs(m); len(left) > 0 {
		t.Errorf("markers left: %v", left)
	}
}

func TestResolveRuntimeEnvNamesWhatIsMissingAndChangesNothing(t *testing.T) {
	m := kafka(t)
	want := encoded(t, m)
	err := loader.ResolveRuntimeEnv(m, env(map[string]string{"KEY": "topsecret"}))
	if err == nil {
		t.Fatal("no error")
	}
	for _, text := range []string{
		"table local_K: table_settings.kafka_sasl_password needs the environment variable PASSWORD",
		"table local_Q: aws_secret_access_key needs the environment variable SECRET",
	} {
		if !strings.Contains(err.Error(), text) {
			t.Errorf("the error lacks %q: %v", text, err)
		}
	}
	if strings.Contains(err.Error(), "topsecret") || strings.Contains(err.Error(), "KEY,") {
		t.Errorf("the error tells too much: %v", err)
	}
	if diff := cmp.Diff(want, encoded(t, m)); diff != "" {
		t.Error(diff)
	}
}

func TestResolveAvailableLeavesNoHashThatCannotBeCompared(t *testing.T) {
	m := kafka(t)
	missing, err := loader.ResolveAvailable(m, env(map[string]string{"KEY": "k", "PASSWORD": "p"}))
	if err != nil {
		t.Fatal(err)
	}
	want := []loader.RuntimeRef{{TableID: "local_Q", Field: "aws_secret_access_key", Variable: "SECRET"}}
	if diff := cmp.Diff(want, missing, cmpopts.IgnoreUnexported(loader.RuntimeRef{})); diff != "" {
		t.Error(diff)
	}
	if q := m.Tables["local_Q"]; q.EngineParamsHash != nil || q.Engine.String("aws_secret_access_key") != "__MOOSE_RUNTIME_ENV__:SECRET" {
		t.Errorf("a hash of a marker stayed: %+v", q)
	}
	if k := m.Tables["local_K"]; k.TableSettingsHash == nil || *k.TableSettingsHash != *inframap.SettingsHash(k.TableSettings) {
		t.Errorf("the settings of K are known: %+v", k)
	}
}
