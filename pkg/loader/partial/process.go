package partial

import "github.com/moose-migrate/moose-migrate/pkg/inframap"

// processes adds what runs between a stream and its table, its targets and its consumers.
func (c *converter) processes(s stream) {
	if s.targetTable != nil {
		c.sync(s)
	}
	for _, t := range s.transforms {
		target := c.topicsByName[t.target]
		if target == nil {
			c.fail(s.where, "transforms into the stream "+quote(t.target)+", which is not declared; export it from the main file")
			continue
		}
		targetID := target.ID()
		c.process(s, t, &inframap.FunctionProcess{
			Name:                 s.name + "__" + t.target,
			TargetTopicID:        &targetID,
			ParallelProcessCount: target.PartitionCount,
			SourcePrimitive:      inframap.Primitive{Name: s.name + "__" + t.target, Type: "Function"},
		})
	}
	for _, t := range s.consumers {
		c.process(s, t, &inframap.FunctionProcess{
			Name:                 s.name,
			ParallelProcessCount: s.topic.PartitionCount,
			SourcePrimitive:      inframap.Primitive{Name: s.name, Type: "DataModel"},
		})
	}
}

func (c *converter) process(s stream, t transform, f *inframap.FunctionProcess) {
	f.SourceTopicID = s.topic.ID()
	f.Version = t.version
	f.Metadata = t.metadata
	f.Executable = c.opts.MainFile
	f.Language = string(c.opts.Language)
	if t.deadLetterQueue != nil {
		queue := c.topicsByName[*t.deadLetterQueue]
		if queue == nil {
			c.fail(s.where, "has the dead letter queue "+quote(*t.deadLetterQueue)+", which is not declared; export it from the main file")
			return
		}
		id := queue.ID()
		f.DeadLetterQueueTopicID = &id
	}
	c.m.FunctionProcesses[f.ID()] = f
}

// sync copies a stream into its table; both must have the same version.
func (c *converter) sync(s stream) {
	physical := inframap.TableName(*s.targetTable, s.targetTableVersion)
	var target *inframap.Table
	for _, id := range inframap.Keys(c.m.Tables) {
		if t := c.m.Tables[id]; t.Name == physical && sameVersion(t.Version, s.targetTableVersion) {
			target = t
			break
		}
	}
	if target == nil {
		c.fail(s.where, "writes to the table "+quote(*s.targetTable)+versionText(s.targetTableVersion)+
			", which is not declared; export it from the main file")
		return
	}
	if !sameVersion(s.topic.Version, target.Version) {
		c.fail(s.where, "has"+versionOrNone(s.topic.Version)+" but its table "+quote(*s.targetTable)+" has"+
			versionOrNone(target.Version)+"; give both the same version")
		return
	}
	p := &inframap.TopicToTableSync{
		SourceTopicID:   s.topic.ID(),
		TargetTableID:   target.ID(c.m.DefaultDatabase),
		Columns:         s.topic.Columns,
		Version:         s.topic.Version,
		SourcePrimitive: s.topic.SourcePrimitive,
	}
	c.m.TopicToTableSyncs[p.ID()] = p
}

func sameVersion(a, b *string) bool { return value(a) == value(b) }

func value(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}

func versionText(v *string) string {
	if value(v) == "" {
		return ""
	}
	return " in version " + *v
}

func versionOrNone(v *string) string {
	if value(v) == "" {
		return " no version"
	}
	return " version " + *v
}
