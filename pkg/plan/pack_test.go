package plan_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/moose-migrate/moose-migrate/pkg/inframap"
	"github.com/moose-migrate/moose-migrate/pkg/plan"
)

func packed(t testing.TB) (*plan.Files, []byte) {
	t.Helper()
	desired := inframap.New("db")
	desired.Tables["T"] = &inframap.Table{
		Name: "T", Engine: inframap.Engine{Name: "MergeTree"}, LifeCycle: inframap.FullyManaged,
		Columns: []inframap.Column{{Name: "id", DataType: inframap.SimpleType("Int64"), Required: true}},
	}
	f := &plan.Files{
		Plan:   &plan.Plan{Operations: []plan.Operation{&plan.CreateTableOp{Table: desired.Tables["T"]}}, Digest: "of the file"},
		Before: inframap.New("db"), Desired: desired,
	}
	data, err := f.Pack()
	if err != nil {
		t.Fatal(err)
	}
	return f, data
}

func TestAPackedPlanIsTheSamePlan(t *testing.T) {
	f, data := packed(t)
	got, err := plan.Unpack(data)
	if err != nil {
		t.Fatal(err)
	}
	if got.Plan.Digest != "of the file" {
		t.Errorf("the digest of the file became %q", got.Plan.Digest)
	}
	want, err := plan.Digest(f.Plan.Operations, f.Before, f.Desired)
	if err != nil {
		t.Fatal(err)
	}
	if now, err := plan.Digest(got.Plan.Operations, got.Before, got.Desired); err != nil || now != want {
		t.Errorf("digest %s, %v, want %s", now, err, want)
	}
	again, err := got.Pack()
	if err != nil || !cmp.Equal(string(again), string(data)) {
		t.Errorf("packed again: %v\n%s", err, cmp.Diff(string(data), string(again)))
	}
}

func TestUnpackNamesWhatIsWrong(t *testing.T) {
	for text, want := range map[string]string{
		"x":                              "not the JSON of its three files",
		"{}":                             "has no plan.yaml",
		`{"plan.yaml":"operations: []"}`: "has no remote_state.json",
	} {
		if _, err := plan.Unpack([]byte(text)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %q", text, err, want)
		}
	}
}

func FuzzUnpack(f *testing.F) {
	_, data := packed(f)
	f.Add(data)
	f.Add([]byte(`{"plan.yaml":"a","remote_state.json":"{}","local_infra_map.json":"{}"}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		files, err := plan.Unpack(data)
		if err != nil {
			return
		}
		if files.Plan == nil || files.Before == nil || files.Desired == nil {
			t.Fatal("an incomplete plan without an error")
		}
	})
}
