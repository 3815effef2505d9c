package hazards

import "github.com/moose-migrate/moose-migrate/pkg/inframap"

// egress puts an endpoint that reads data into a map; change alters it.
func egress(m *inframap.Map, change ...func(*inframap.APIEndpoint)) {
	e := &inframap.APIEndpoint{
		Name: "top", Path: "top", Method: "GET",
		APIType: inframap.APIType{Egress: &inframap.Egress{QueryParams: []inframap.QueryParam{param("limit", "Int64", false)}, OutputSchema: []byte(`{}`)}},
	}
	for _, c := range change {
		c(e)
	}
	m.APIEndpoints[e.ID()] = e
}

func param(name, t string, required bool) inframap.QueryParam {
	return inframap.QueryParam{Name: name, DataType: inframap.SimpleType(t), Required: required}
}

func params(list ...inframap.QueryParam) func(*inframap.APIEndpoint) {
	return func(e *inframap.APIEndpoint) { e.APIType.Egress.QueryParams = list }
}

func answers(schema string) func(*inframap.APIEndpoint) {
	return func(e *inframap.APIEndpoint) { e.APIType.Egress.OutputSchema = []byte(schema) }
}

func under(path string) func(*inframap.APIEndpoint) {
	return func(e *inframap.APIEndpoint) { e.Path = path }
}

func ofVersion(v string) func(*inframap.APIEndpoint) {
	return func(e *inframap.APIEndpoint) { e.Version, e.Path = &v, e.Path+"/"+v }
}

func pulls(signatures ...inframap.Signature) func(*inframap.APIEndpoint) {
	return func(e *inframap.APIEndpoint) { e.PullsDataFrom = signatures }
}

// both puts the endpoint into both maps, altered.
func both(before, after func(*inframap.APIEndpoint)) func(b, a *inframap.Map) {
	return func(b, a *inframap.Map) { egress(b, before); egress(a, after) }
}

// ingress puts an endpoint that takes data into a map, with its topic.
func ingress(m *inframap.Map, columns ...inframap.Column) {
	e := &inframap.APIEndpoint{
		Name: "Orders", Path: "ingest/Orders", Method: "POST",
		APIType: inframap.APIType{Ingress: &inframap.Ingress{TargetTopicID: "Orders"}},
	}
	m.APIEndpoints[e.ID()] = e
	topic(m, "Orders", having(columns...))
}

const (
	rowsOf  = `{"version":"3.1","components":{"schemas":{"Row":{"type":"object","properties":{"id":{"type":"string"},"n":{"type":"integer"}},"required":["id","n"]}}},"schemas":[{"type":"array","items":{"$ref":"#/components/schemas/Row"}}]}`
	rowsNoN = `{"version":"3.1","components":{"schemas":{"Row":{"type":"object","properties":{"id":{"type":"string"}},"required":["id"]}}},"schemas":[{"type":"array","items":{"$ref":"#/components/schemas/Row"}}]}`
	rowsMay = `{"version":"3.1","components":{"schemas":{"Row":{"type":"object","properties":{"id":{"type":"number"},"n":{"type":"integer"}},"required":["id"]}}},"schemas":[{"type":"array","items":{"$ref":"#/components/schemas/Row"}}]}`
	rowsNew = `{"version":"3.1","components":{"schemas":{"Row":{"type":"object","properties":{"id":{"type":"string"},"n":{"type":"integer"},"more":{"type":"string"}},"required":["id","n"]}}},"schemas":[{"type":"array","items":{"$ref":"#/components/schemas/Row"}}]}`
)

var apPairs = []pair{
	{
		code: "AP801", name: "an endpoint goes", edit: func(b, _ *inframap.Map) { egress(b) },
		want: []string{"block AP801 API endpoint top"}, text: "whoever calls GET /api/top gets 404",
	},
	{
		code: "AP801", name: "an endpoint moves", edit: both(under("top"), under("best")),
		want: []string{"block AP801 API endpoint top"}, text: "moves to GET /api/best",
	},
	{
		code: "AP801", name: "a new version takes the place of the old one",
		edit: both(ofVersion("1"), ofVersion("2")),
		want: []string{"block AP801 API endpoint top"}, text: "whoever calls GET /api/top/1 gets 404 once Moose is deployed, and has to call GET /api/top/2",
	},
	{
		code: "AP801", name: "a new version comes beside the old one",
		edit: func(b, a *inframap.Map) {
			egress(b, ofVersion("1"))
			egress(a, ofVersion("1"))
			egress(a, ofVersion("2"))
		},
	},
	{
		code: "AP801", name: "another endpoint answers at the same address",
		edit: both(under("top"), func(e *inframap.APIEndpoint) { e.Name = "best" }),
	},

	{
		code: "AP802", name: "a parameter is new and demanded", edit: both(params(), params(param("from", "String", true))),
		want: []string{"block AP802 API endpoint top"}, text: "demands the new parameter from",
	},
	{
		code: "AP802", name: "a parameter could be left out", edit: both(params(param("from", "String", false)), params(param("from", "String", true))),
		want: []string{"block AP802 API endpoint top"}, text: "which could be left out",
	},
	{
		code: "AP802", name: "a demanded parameter gets another name", edit: both(params(param("from", "String", true)), params(param("since", "String", true))),
		want: []string{"block AP802 API endpoint top"}, text: "since, which was from before",
	},
	{code: "AP802", name: "a parameter is new and optional", edit: both(params(), params(param("from", "String", false)))},

	{
		code: "AP803", name: "a parameter goes", edit: both(params(param("limit", "Int64", false)), params()),
		want: []string{"warn AP803 API endpoint top"}, text: "limit is gone",
	},
	{
		code: "AP803", name: "an optional parameter gets another name", edit: both(params(param("limit", "Int64", false)), params(param("max", "Int64", false))),
		want: []string{"warn AP803 API endpoint top"}, text: "limit is now max",
	},
	{
		code: "AP803", name: "a parameter takes fewer values", edit: both(params(param("limit", "String", false)), params(param("limit", "Int64", false))),
		want: []string{"warn AP803 API endpoint top"}, text: "limit is Int64 instead of String",
	},
	{code: "AP803", name: "a parameter need no longer be there", edit: both(params(param("limit", "Int64", true)), params(param("limit", "Float64", false)))},

	{
		code: "AP804", name: "a field goes", edit: both(answers(rowsOf), answers(rowsNoN)),
		want: []string{"block AP804 API endpoint top"}, text: "n is gone",
	},
	{
		code: "AP804", name: "a field is of another type and another can be left out", edit: both(answers(rowsOf), answers(rowsMay)),
		want: []string{"block AP804 API endpoint top"}, text: "id is number instead of string, n can be left out",
	},
	{code: "AP804", name: "a field comes", edit: both(answers(rowsOf), answers(rowsNew))},

	{
		code: "AP805", name: "a field is demanded",
		edit: func(b, a *inframap.Map) {
			ingress(b, column("id", "Int64"))
			ingress(a, column("id", "Int64"), column("note", "String"))
		},
		want: []string{"block AP805 API endpoint Orders"}, text: "POST /ingest/Orders refuses requests of the old form with 400: note is new and must be there",
	},
	{
		code: "AP805", name: "a field is of another type",
		edit: func(b, a *inframap.Map) { ingress(b, column("id", "Int64")); ingress(a, column("id", "String")) },
		want: []string{"block AP805 API endpoint Orders"}, text: "id is String instead of Int64",
	},
	{
		code: "AP805", name: "an optional field comes",
		edit: func(b, a *inframap.Map) {
			ingress(b, column("id", "Int64"))
			ingress(a, column("id", "Int64"), optional("note", "String"))
		},
	},
	{
		code: "AP805", name: "a field goes, which is left out without a word",
		edit: func(b, a *inframap.Map) {
			ingress(b, column("id", "Int64"), column("note", "String"))
			ingress(a, column("id", "Int64"))
		},
		want: []string{"block ST710 topic Orders"},
	},

	{
		code: "AP808", name: "the table of an endpoint goes", before: orderTable,
		edit: both(pulls(inframap.Signature{Kind: "Table", ID: "T"}), pulls(inframap.Signature{Kind: "Table", ID: "T"})),
		want: []string{"block AP808 API endpoint top", "warn DS101 T"}, text: "reads table T, which goes",
	},
	{
		code: "AP808", name: "the table of an endpoint loses a column",
		before: []string{"CREATE TABLE T (id Int64, note String) ENGINE = MergeTree ORDER BY id"}, after: orderTable,
		edit: both(pulls(inframap.Signature{Kind: "Table", ID: "T"}), pulls(inframap.Signature{Kind: "Table", ID: "T"})),
		want: []string{"warn AP808 API endpoint top", "warn DS103 T.note"}, text: "reads table T, which loses note",
	},
	{
		code: "AP808", name: "an endpoint goes with its table", before: orderTable,
		edit: func(b, _ *inframap.Map) { egress(b, pulls(inframap.Signature{Kind: "Table", ID: "T"})) },
		want: []string{"block AP801 API endpoint top", "warn DS101 T"},
	},
	{
		code: "AP808", name: "a table goes that no endpoint reads", before: orderTable,
		edit: both(pulls(inframap.Signature{Kind: "Table", ID: "Other"}), pulls(inframap.Signature{Kind: "Table", ID: "Other"})),
		want: []string{"warn DS101 T"},
	},
}
