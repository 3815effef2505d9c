package statepb

import (
	"path"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/moose-migrate/moose-migrate/pkg/inframap"
	pb "github.com/moose-migrate/moose-migrate/pkg/inframap/statepb/mooseproto"
)

// What Moose takes for a count that an old state does not have.
const (
	defaultPartitions      = 1
	defaultMaxMessageBytes = 1 << 20
	defaultProcesses       = 1
)

func (d *decoder) topic(p *pb.Topic) *inframap.Topic {
	r := p.GetRetentionPeriod()
	registry, rest := d.registry(p.GetSchemaRegistry())
	return &inframap.Topic{
		Name: p.GetName(), Version: p.Version, Columns: list(p.GetColumns(), d.column),
		RetentionPeriod: inframap.Duration{Secs: uint64(r.GetSeconds()), Nanos: uint32(r.GetNanos()), Extra: extra(r)},
		PartitionCount:  or(p.PartitionCount, defaultPartitions), MaxMessageBytes: or(p.MaxMessageBytes, defaultMaxMessageBytes),
		SourcePrimitive: primitive(p.GetSourcePrimitive()), Metadata: metadata(p.GetMetadata()),
		LifeCycle: lifeCycle(p.GetLifeCycle()), SchemaConfig: registry, Extra: extra(p, within(10, rest)),
	}
}

func (e *encoder) topic(t *inframap.Topic) *pb.Topic {
	if t == nil {
		e.fail("the topic is null")
		return nil
	}
	p := &pb.Topic{
		Name: t.Name, Version: t.Version, Columns: e.columns(t.Columns),
		RetentionPeriod: &pb.Duration{Seconds: int64(t.RetentionPeriod.Secs), Nanos: int32(t.RetentionPeriod.Nanos)},
		PartitionCount:  &t.PartitionCount, MaxMessageBytes: &t.MaxMessageBytes,
		SourcePrimitive: e.primitive(t.SourcePrimitive), Metadata: e.metadata(t.Metadata),
		LifeCycle: e.lifeCycle(t.LifeCycle), SchemaRegistry: e.registry(t.SchemaConfig),
	}
	e.extend(p.RetentionPeriod, t.RetentionPeriod.UnknownProto)
	e.extend(p, t.UnknownProto)
	return p
}

// registryJSON is a topic's schema_config.
type registryJSON struct {
	Kind      string `json:"kind"`
	Reference struct {
		ID            *int64  `json:"id,omitzero"`
		SubjectLatest *string `json:"subject_latest,omitzero"`
		Subject       *string `json:"subject,omitzero"`
		Version       *int64  `json:"version,omitzero"`
	} `json:"reference"`
}

func (d *decoder) registry(p *pb.SchemaRegistry) (jsontext.Value, []byte) {
	if p == nil {
		return jsontext.Value("null"), nil
	}
	var out registryJSON
	out.Kind = enumName(p.GetEncoding())
	rest := unknown(p)
	switch ref := p.GetSchemaRef().(type) {
	case *pb.SchemaRegistry_SchemaId:
		out.Reference.ID = &ref.SchemaId
	case *pb.SchemaRegistry_Subject:
		out.Reference.SubjectLatest = &ref.Subject
	case *pb.SchemaRegistry_SubjectVersion:
		subject, version := ref.SubjectVersion.GetSubject(), ref.SubjectVersion.GetVersion()
		out.Reference.Subject, out.Reference.Version = &subject, &version
		rest = join(rest, within(4, unknown(ref.SubjectVersion)))
	}
	return d.json(out), rest
}

func (e *encoder) registry(raw jsontext.Value) *pb.SchemaRegistry {
	if raw == nil || raw.Kind() == 'n' {
		return nil
	}
	var in registryJSON
	e.parse("schema_config", raw, &in)
	out := &pb.SchemaRegistry{Encoding: enumValue[pb.SchemaRegistry_Encoding](e, "schema encoding", in.Kind)}
	switch ref := in.Reference; {
	case ref.ID != nil:
		out.SchemaRef = &pb.SchemaRegistry_SchemaId{SchemaId: *ref.ID}
	case ref.SubjectLatest != nil:
		out.SchemaRef = &pb.SchemaRegistry_Subject{Subject: *ref.SubjectLatest}
	case ref.Subject != nil:
		out.SchemaRef = &pb.SchemaRegistry_SubjectVersion{SubjectVersion: &pb.SubjectVersion{Subject: *ref.Subject, Version: or(ref.Version, 0)}}
	}
	return out
}

func (d *decoder) tableSync(p *pb.TopicToTableSyncProcess) *inframap.TopicToTableSync {
	return &inframap.TopicToTableSync{
		SourceTopicID: p.GetSourceTopicId(), TargetTableID: p.GetTargetTableId(), Columns: list(p.GetColumns(), d.column),
		Version: p.Version, SourcePrimitive: primitive(p.GetSourcePrimitive()), Extra: extra(p),
	}
}

func (e *encoder) tableSync(s *inframap.TopicToTableSync) *pb.TopicToTableSyncProcess {
	if s == nil {
		e.fail("the process is null")
		return nil
	}
	p := &pb.TopicToTableSyncProcess{
		SourceTopicId: s.SourceTopicID, TargetTableId: s.TargetTableID, Columns: e.columns(s.Columns),
		Version: s.Version, SourcePrimitive: e.primitive(s.SourcePrimitive),
	}
	e.extend(p, s.UnknownProto)
	return p
}

func (d *decoder) topicSync(p *pb.TopicToTopicSyncProcess) *inframap.TopicToTopicSync {
	return &inframap.TopicToTopicSync{
		SourceTopicID: p.GetSourceTopicId(), TargetTopicID: p.GetTargetTopicId(),
		SourcePrimitive: primitive(p.GetSourcePrimitive()), Extra: extra(p),
	}
}

func (e *encoder) topicSync(s *inframap.TopicToTopicSync) *pb.TopicToTopicSyncProcess {
	if s == nil {
		e.fail("the process is null")
		return nil
	}
	p := &pb.TopicToTopicSyncProcess{
		SourceTopicId: s.SourceTopicID, TargetTopicId: s.TargetTopicID, SourcePrimitive: e.primitive(s.SourcePrimitive),
	}
	e.extend(p, s.UnknownProto)
	return p
}

func (d *decoder) function(p *pb.FunctionProcess) *inframap.FunctionProcess {
	language := p.GetLanguage()
	if language == "" {
		language = languageOf(p.GetExecutable())
	}
	return &inframap.FunctionProcess{
		Name: p.GetName(), SourceTopicID: p.GetSourceTopic(), TargetTopicID: p.TargetTopic,
		DeadLetterQueueTopicID: p.DeadLetterQueueTopicId, Executable: p.GetExecutable(),
		ParallelProcessCount: or(p.ParallelProcessCount, defaultProcesses), Version: p.Version, Language: language,
		SourcePrimitive: primitive(p.GetSourcePrimitive()), Metadata: metadata(p.GetMetadata()), Extra: extra(p),
	}
}

func (e *encoder) function(f *inframap.FunctionProcess) *pb.FunctionProcess {
	if f == nil {
		e.fail("the process is null")
		return nil
	}
	p := &pb.FunctionProcess{
		Name: f.Name, SourceTopic: f.SourceTopicID, TargetTopic: f.TargetTopicID,
		DeadLetterQueueTopicId: f.DeadLetterQueueTopicID, Executable: f.Executable,
		ParallelProcessCount: &f.ParallelProcessCount, Version: f.Version,
		SourcePrimitive: e.primitive(f.SourcePrimitive), Metadata: e.metadata(f.Metadata),
	}
	if f.Language != languageOf(f.Executable) {
		p.Language = f.Language
	}
	e.extend(p, f.UnknownProto)
	return p
}

// languageOf tells a process's language by its file, as the stored state does not say it.
func languageOf(executable string) string {
	if path.Ext(executable) == ".py" {
		return "Python"
	}
	return "Typescript"
}
