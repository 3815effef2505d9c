package statepb

import (
	"github.com/go-json-experiment/json/jsontext"

	"github.com/moose-migrate/moose-migrate/pkg/inframap"
	pb "github.com/moose-migrate/moose-migrate/pkg/inframap/statepb/mooseproto"
)

func (d *decoder) endpoint(p *pb.ApiEndpoint) *inframap.APIEndpoint {
	out := &inframap.APIEndpoint{
		Name: p.GetName(), Path: p.GetPath(), Method: enumName(p.GetMethod()), Version: p.Version,
		SourcePrimitive: primitive(p.GetSourcePrimitive()), Metadata: metadata(p.GetMetadata()),
		PullsDataFrom: list(p.GetPullsDataFrom(), signature), PushesDataTo: list(p.GetPushesDataTo(), signature),
		Extra: extra(p),
	}
	switch t := p.GetApiType().(type) {
	case *pb.ApiEndpoint_Ingress:
		null := jsontext.Value("null")
		out.APIType.Ingress = &inframap.Ingress{
			TargetTopicID: t.Ingress.GetTargetTopic(), DeadLetterQueue: t.Ingress.DeadLetterQueue,
			DataModel: null, Schema: null, Extra: extra(t.Ingress),
		}
	case *pb.ApiEndpoint_Egress:
		out.APIType.Egress = &inframap.Egress{QueryParams: list(t.Egress.GetQueryParams(), d.queryParam), Extra: extra(t.Egress)}
		if s := t.Egress.GetOutputSchema(); s != "" {
			out.APIType.Egress.OutputSchema = d.document("output schema", s)
		}
	}
	return out
}

func (e *encoder) endpoint(a *inframap.APIEndpoint) *pb.ApiEndpoint {
	if a == nil {
		e.fail("the endpoint is null")
		return nil
	}
	p := &pb.ApiEndpoint{
		Name: a.Name, Path: a.Path, Method: enumValue[pb.Method](e, "method", a.Method), Version: a.Version,
		SourcePrimitive: e.primitive(a.SourcePrimitive), Metadata: e.metadata(a.Metadata),
		PullsDataFrom: list(a.PullsDataFrom, e.signature), PushesDataTo: list(a.PushesDataTo, e.signature),
	}
	switch t := a.APIType; {
	case t.Ingress != nil:
		in := &pb.IngressDetails{TargetTopic: t.Ingress.TargetTopicID, DeadLetterQueue: t.Ingress.DeadLetterQueue}
		e.extend(in, t.Ingress.UnknownProto)
		p.ApiType = &pb.ApiEndpoint_Ingress{Ingress: in}
	case t.Egress != nil:
		out := &pb.EgressDetails{QueryParams: list(t.Egress.QueryParams, e.queryParam)}
		if t.Egress.OutputSchema != nil {
			out.OutputSchema = e.text("output schema", t.Egress.OutputSchema)
		}
		e.extend(out, t.Egress.UnknownProto)
		p.ApiType = &pb.ApiEndpoint_Egress{Egress: out}
	}
	e.extend(p, a.UnknownProto)
	return p
}

func (d *decoder) queryParam(p *pb.ConsumptionQueryParam) inframap.QueryParam {
	kind, rest := d.columnType(p.GetDataType())
	return inframap.QueryParam{Name: p.GetName(), DataType: kind, Required: p.GetRequired(), Extra: extra(p, within(2, rest))}
}

func (e *encoder) queryParam(q inframap.QueryParam) *pb.ConsumptionQueryParam {
	p := &pb.ConsumptionQueryParam{Name: q.Name, DataType: e.columnType(q.DataType), Required: q.Required}
	e.extend(p, q.UnknownProto)
	return p
}

func (d *decoder) webApp(p *pb.WebApp) *inframap.WebApp {
	out := &inframap.WebApp{
		Name: p.GetName(), MountPath: p.GetMountPath(), Extra: extra(p),
		PullsDataFrom: list(p.GetPullsDataFrom(), signature), PushesDataTo: list(p.GetPushesDataTo(), signature),
	}
	if m := p.GetMetadata(); m != nil {
		out.Metadata = &inframap.Metadata{Description: m.Description, Extra: extra(m)}
	}
	return out
}

func (e *encoder) webApp(w *inframap.WebApp) *pb.WebApp {
	if w == nil {
		e.fail("the web app is null")
		return nil
	}
	p := &pb.WebApp{
		Name: w.Name, MountPath: w.MountPath,
		PullsDataFrom: list(w.PullsDataFrom, e.signature), PushesDataTo: list(w.PushesDataTo, e.signature),
	}
	if w.Metadata != nil {
		p.Metadata = &pb.WebAppMetadata{Description: w.Metadata.Description}
		e.extend(p.Metadata, w.Metadata.UnknownProto)
	}
	e.extend(p, w.UnknownProto)
	return p
}
