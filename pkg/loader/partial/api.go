package partial

import (
	"strings"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/moose-migrate/moose-migrate/pkg/inframap"
)

// dataModel is the description that Moose embeds into an ingest endpoint.
type dataModel struct {
	Name    string            `json:"name"`
	Version string            `json:"version"`
	Config  dataModelConfig   `json:"config"`
	Columns []inframap.Column `json:"columns"`
	// AbsFilePath is the absolute path of the main file when Moose writes it. Here it
	// is relative to the project, so that a map is the same on every machine.
	AbsFilePath      string `json:"abs_file_path"`
	AllowExtraFields bool   `json:"allow_extra_fields"`
}

type dataModelConfig struct {
	Ingestion   struct{}         `json:"ingestion"`
	Storage     dataModelStorage `json:"storage"`
	Parallelism int              `json:"parallelism"`
	Metadata    *struct{}        `json:"metadata"`
}

type dataModelStorage struct {
	Enabled       bool     `json:"enabled"`
	OrderByFields []string `json:"order_by_fields"`
	Deduplicate   bool     `json:"deduplicate"`
	Name          *string  `json:"name"`
}

func (c *converter) ingestAPI(o *object) {
	name := o.required("name")
	model := dataModel{
		Name: name, Version: "0.0", AbsFilePath: c.opts.MainFile, Columns: o.columns("columns"),
		Config: dataModelConfig{Parallelism: 1, Storage: dataModelStorage{Enabled: true}},
	}
	o.decode("allowExtraFields", "true or false", &model.AllowExtraFields)
	in := &inframap.Ingress{DataModel: o.raw(model), DeadLetterQueue: o.text("deadLetterQueue"), Schema: o.take("schema")}
	if in.Schema == nil {
		in.Schema = jsontext.Value("{}")
	}
	c.ingestTarget(o, in)
	version := o.text("version")
	path := "ingest/" + name
	if custom := o.text("path"); custom != nil {
		path = *custom
		if !strings.HasPrefix(path, "ingest/") {
			path = "ingest/" + path
		}
	}
	c.endpoint(o, &inframap.APIEndpoint{
		Name: name, Method: "POST", Path: versionedPath(path, version), Version: version,
		APIType:         inframap.APIType{Ingress: in},
		SourcePrimitive: inframap.Primitive{Name: name, Type: "DataModel"},
	})
}

// ingestTarget finds the topic by its declared name.
func (c *converter) ingestTarget(o *object, in *inframap.Ingress) {
	to := o.child("writeTo")
	if to == nil {
		o.fail(o.where, "writeTo is missing")
		return
	}
	name := to.required("name")
	topic := c.topicsByName[name]
	if topic == nil {
		o.fail(o.where, "writes to the stream "+quote(name)+", which is not declared; export it from the main file")
		return
	}
	in.TargetTopicID = topic.ID()
}

func (c *converter) api(o *object) {
	name := o.required("name")
	out := &inframap.Egress{OutputSchema: o.take("responseSchema")}
	for _, col := range o.columns("queryParams") {
		out.QueryParams = append(out.QueryParams, inframap.QueryParam{Name: col.Name, DataType: col.DataType, Required: col.Required})
	}
	version := o.text("version")
	c.endpoint(o, &inframap.APIEndpoint{
		Name: name, Method: "GET", Path: versionedPath(o.textOr("path", name), version), Version: version,
		APIType:         inframap.APIType{Egress: out},
		SourcePrimitive: inframap.Primitive{Name: name, Type: "ConsumptionAPI"},
	})
}

func (c *converter) endpoint(o *object, e *inframap.APIEndpoint) {
	e.Metadata = c.metadata(o)
	e.PullsDataFrom = o.signatures("pullsDataFrom")
	e.PushesDataTo = o.signatures("pushesDataTo")
	e.Extra = o.rest()
	own(c.problems, c.m.APIEndpoints, o.where, e.ID(), e)
}

func (o *object) signatures(name string) []inframap.Signature {
	out := []inframap.Signature{}
	o.decode(name, "a list of objects with id and kind", &out)
	return out
}

// versionedPath appends the version unless it is the last segment already.
func versionedPath(path string, version *string) string {
	if value(version) == "" || path == *version || strings.HasSuffix(path, "/"+*version) {
		return path
	}
	return strings.TrimSuffix(path, "/") + "/" + *version
}

func (c *converter) webApp(o *object) {
	app := &inframap.WebApp{
		Name:          o.required("name"),
		MountPath:     o.textOr("mountPath", "/"),
		Metadata:      c.metadata(o),
		PullsDataFrom: o.signatures("pullsDataFrom"),
		PushesDataTo:  o.signatures("pushesDataTo"),
	}
	app.Extra = o.rest()
	own(c.problems, c.m.WebApps, o.where, app.Name, app)
}

// Defaults of a workflow that declares nothing (0.6.533).
const (
	defaultRetries = 3
	defaultTimeout = "1h"
)

func (c *converter) workflow(o *object) {
	name := o.required("name")
	w := &inframap.Workflow{
		Name:     name,
		Path:     name,
		Language: string(c.opts.Language),
		Config: inframap.WorkflowConfig{
			Name: name, Schedule: o.textOr("schedule", ""),
			Retries: o.count("retries", defaultRetries), Timeout: o.textOr("timeout", defaultTimeout),
		},
		PullsDataFrom: o.signatures("pullsDataFrom"),
		PushesDataTo:  o.signatures("pushesDataTo"),
	}
	w.Extra = o.rest()
	own(c.problems, c.m.Workflows, o.where, name, w)
}
