package rehearse_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/moose-migrate/moose-migrate/internal/testparts"
	"github.com/moose-migrate/moose-migrate/pkg/inframap"
	"github.com/moose-migrate/moose-migrate/pkg/plan"
)

const (
	accessKey = "AKIAREHEARSALKEY"
	secretKey = "S3CRET-of-the-rehearsal"
)

func s3(name string, columns ...inframap.Column) *inframap.Table {
	t := table(name, "S3", columns...)
	t.OrderBy = inframap.OrderBy{}
	_ = t.Engine.Set("path", "https://bucket-one.s3.amazonaws.com/x.csv")
	_ = t.Engine.Set("format", "CSV")
	_ = t.Engine.Set("aws_access_key_id", accessKey)
	_ = t.Engine.Set("aws_secret_access_key", secretKey)
	return t
}

func kafka(name string) *inframap.Table {
	t := table(name, "Kafka", column("id", "String", true))
	t.OrderBy = inframap.OrderBy{}
	for k, v := range map[string]string{"broker_list": "broker.internal:9092", "topic_list": "t", "group_name": "g", "format": "JSONEachRow"} {
		_ = t.Engine.Set(k, v)
	}
	t.TableSettings = map[string]string{"kafka_sasl_password": secretKey}
	return t
}

func replicated(b *theater, name string) *inframap.Table {
	t := table(name, "ReplicatedReplacingMergeTree", column("id", "String", true), column("ver", "UInt64", true))
	_ = t.Engine.Set("keeper_path", "/rehearse/"+b.db+"/"+name)
	_ = t.Engine.Set("replica_name", "r1")
	_ = t.Engine.Set("ver", "ver")
	return t
}

// What exists needs the outside, and so does what the plan makes.
func TestStandIns(t *testing.T) {
	b := newTheater(t)
	before := shop(b)
	put(b, before, s3("OldBucket", column("id", "String", true)))
	put(b, before, kafka("OldTopic"))
	put(b, before, replicated(b, "OldReplica"))
	before.MaterializedViews["FromTopic"] = &inframap.MaterializedView{Name: "FromTopic", SelectSQL: "SELECT id, 1 AS ver FROM `OldTopic`", TargetTable: "OldReplica", LifeCycle: inframap.FullyManaged}
	b.build(before)
	desired, _ := before.Clone()
	put(b, desired, s3("NewBucket", column("id", "String", true), column("n", "Int64", false)))
	put(b, desired, kafka("NewTopic"))
	replica := replicated(b, "OldReplica")
	replica.Columns = append(replica.Columns, column("more", "String", true))
	put(b, desired, replica)
	put(b, desired, replicated(b, "NewReplica"))
	desired.MaterializedViews["FromNew"] = &inframap.MaterializedView{Name: "FromNew", SelectSQL: "SELECT id, 1 AS ver FROM `NewTopic`", TargetTable: "NewReplica", LifeCycle: inframap.FullyManaged}
	desired.Views["OfBucket"] = &inframap.View{Name: "OfBucket", SelectSQL: "SELECT id FROM `NewBucket`"}
	r := b.rehearse(desired)
	mustWork(t, r)
	says(t, r, "table "+b.db+".OldBucket, table "+b.db+".NewBucket: anything that S3 itself checks", "NewTopic: anything that Kafka itself checks",
		"NewReplica: the replication, since there is no Keeper on the scratch server (the table was tried as ReplacingMergeTree)")
	scratch := open(t, testparts.Sandbox(t).NativeURL(b.db))
	got := texts(t, scratch, "SELECT concat(name, ' ', engine) FROM system.tables WHERE database = '"+b.db+"' AND NOT startsWith(name, '.') ORDER BY name")
	want := []string{
		"Big View", "Daily SummingMergeTree", "DailyMV MaterializedView", "FromNew MaterializedView", "FromTopic MaterializedView", "NewBucket Memory", "NewReplica ReplacingMergeTree",
		"NewTopic Null", "OfBucket View", "OldBucket Memory", "OldReplica ReplacingMergeTree", "OldTopic Null", "Orders MergeTree",
	}
	if !slices.Equal(got, want) {
		t.Errorf("scratch server has\n%s", strings.Join(got, "\n"))
	}
	noSecrets(t, b)
}

// noSecrets demands that nothing on the scratch server holds a credential.
func noSecrets(t *testing.T, b *theater) {
	t.Helper()
	scratch := open(t, testparts.Sandbox(t).NativeURL(b.db))
	made := texts(t, scratch, "SELECT create_table_query FROM system.tables WHERE database = '"+b.db+"' SETTINGS format_display_secrets_in_show_and_select = 1")
	made = append(made, texts(t, scratch, "SELECT create_query FROM system.functions WHERE origin = 'SQLUserDefined'")...)
	if len(made) == 0 {
		t.Error("nothing to look at")
	}
	for _, sql := range made {
		for _, secret := range []string{accessKey, secretKey, "broker.internal"} {
			if strings.Contains(sql, secret) {
				t.Errorf("the scratch server has %s: %s", secret, sql)
			}
		}
	}
}

// The fault is in a stand-in's columns, and is found all the same.
func TestAFaultOnAStandInIsFound(t *testing.T) {
	b := newTheater(t)
	b.build(shop(b))
	desired := shop(b)
	put(b, desired, s3("NewBucket", column("id", "String", true)))
	desired.Views["OfBucket"] = &inframap.View{Name: "OfBucket", SelectSQL: "SELECT missing FROM `NewBucket`"}
	if r := b.rehearse(desired); r.Failed == nil || !strings.Contains(r.Failed.Message, "missing") {
		t.Errorf("%+v", r)
	}
}

func TestWhatReachesOutsideDoesNotRun(t *testing.T) {
	b := newTheater(t)
	before := shop(b)
	b.build(before)
	b.exec("CREATE VIEW Remote AS SELECT * FROM url('http://127.0.0.1:1/x', 'CSV', 'a String')",
		"CREATE DICTIONARY Rates (id UInt64, rate Float64) PRIMARY KEY id SOURCE(HTTP(URL 'http://127.0.0.1:1/' FORMAT 'CSV' CREDENTIALS(USER 'u' PASSWORD '"+secretKey+"'))) LAYOUT(FLAT()) LIFETIME(300)")
	desired := shop(b)
	desired.Views["File"] = &inframap.View{Name: "File", SelectSQL: "SELECT throwIf(length(file/* quite */('/etc/hostname')) > 0) AS x"}
	desired.Views["OnFile"] = &inframap.View{Name: "OnFile", SelectSQL: "SELECT x FROM `File`"}
	desired.Views["OnRemote"] = &inframap.View{Name: "OnRemote", SelectSQL: "SELECT a FROM `Remote`"}
	desired.SQLResources["bucket"] = &inframap.SQLResource{
		Name: "bucket", Setup: []string{"CREATE VIEW IF NOT EXISTS Cold AS SELECT * FROM s3('https://bucket-one.s3.amazonaws.com/x.csv', '" + accessKey + "', '" + secretKey + "', 'CSV', 'a String')"},
		Teardown: []string{"DROP VIEW IF EXISTS Cold"},
	}
	desired.SQLResources["rights"] = &inframap.SQLResource{Name: "rights", Setup: []string{"CREATE ROLE IF NOT EXISTS analyst"}, Teardown: []string{"DROP ROLE IF EXISTS analyst"}}
	desired.SQLResources["good"] = &inframap.SQLResource{Name: "good", Setup: []string{"CREATE VIEW IF NOT EXISTS Good AS SELECT id FROM Orders"}, Teardown: []string{"DROP VIEW IF EXISTS Good"}}
	r := b.rehearse(desired)
	if r.Failed != nil || len(r.Left) != 0 {
		t.Fatalf("failed %+v, left %q", r.Failed, r.Left)
	}
	if r.Operations != 1 { // the good resource
		t.Errorf("%d operations ran; not proven %q", r.Operations, r.NotProven)
	}
	says(t, r, "Creating view 'File'", "it reaches outside of the server with file()", "it needs "+b.db+".File", "it needs "+b.db+".Remote",
		b.db+".Remote: it reaches outside of the server with url()", "bucket: it reaches outside of the server with s3()", "rights: the scratch server keeps no users, roles and other rights",
		b.db+".Rates: what a dictionary reads from HTTP")
	if !strings.Contains(r.Summary(), "5 operations could not be tried; apart from that the end state is the declared one") {
		t.Errorf("summary: %s", r.Summary())
	}
	noSecrets(t, b)
	for _, text := range r.NotProven {
		if strings.Contains(text, secretKey) {
			t.Errorf("a credential is shown: %s", text)
		}
	}
}

func TestClustersAndPoliciesAreNotProven(t *testing.T) {
	b := newTheater(t)
	b.build(shop(b))
	desired := shop(b)
	on := table("OnCluster", "MergeTree", column("id", "String", true))
	on.ClusterName = ptr("prod")
	on.TableSettings = map[string]string{"storage_policy": "'cold'", "index_granularity": "4096"}
	put(b, desired, on)
	desired.RowPolicies["tenants"] = jsontext.Value(`{"name":"tenants","tables":[{"name":"Orders","database":"` + b.db + `"}],"column":"id","claim":"org"}`)
	in := b.input(desired)
	if !slices.Contains(kinds(in.Outcome.Operations), plan.CreateRowPolicy) {
		t.Fatalf("operations %v", kinds(in.Outcome.Operations))
	}
	r := run(t, in)
	if r.Failed != nil || len(r.Left) != 0 || r.Operations != 1 {
		t.Fatalf("%+v", r)
	}
	says(t, r, "Creating table 'OnCluster': that every host of the cluster prod does it", "the scratch server keeps no row policies")
}
