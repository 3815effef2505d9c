package inframap

import "strings"

// VersionSuffix is a version as it appears in names and ids: "1.2" → "1_2".
func VersionSuffix(version string) string { return strings.ReplaceAll(version, ".", "_") }

func withVersion(name string, version *string) string {
	if version == nil || *version == "" {
		return name
	}
	return name + "_" + VersionSuffix(*version)
}

// TableName is the physical name of a declared table.
func TableName(name string, version *string) string { return withVersion(name, version) }

// ID is the table's key in a map: database, physical name and, a second time,
// the version suffix, exactly as Moose builds it ("analytics_Events_1_2_1_2").
func (t *Table) ID(defaultDatabase string) string {
	return withVersion(t.DatabaseOr(defaultDatabase)+"_"+t.Name, t.Version)
}

// ID is the topic's key in a map, which is also its name on the broker when
// there is no namespace.
func (t *Topic) ID() string { return withVersion(t.Name, t.Version) }

// BrokerName is the topic's name on the broker: "ns.Orders_1_2". The namespace
// is that of [redpanda_config], empty for none.
func (t *Topic) BrokerName(namespace string) string { return NamespacePrefix(namespace) + t.ID() }

// NamespacePrefix is what stands before the names of a namespace's topics: "ns.",
// or nothing.
func NamespacePrefix(namespace string) string {
	if namespace == "" {
		return ""
	}
	return namespace + "."
}

// ID is the endpoint's key in a map.
func (e *APIEndpoint) ID() string {
	prefix := "EGRESS_"
	if e.APIType.Ingress != nil {
		prefix = "INGRESS_"
	}
	return withVersion(prefix+e.Name, e.Version)
}

// ID is the process's key in a map.
func (s *TopicToTableSync) ID() string {
	return withVersion(s.SourceTopicID+"_"+s.TargetTableID, s.Version)
}

// ID is the process's key in a map.
func (f *FunctionProcess) ID() string {
	id := f.Name + "_" + f.SourceTopicID
	if f.TargetTopicID != nil && *f.TargetTopicID != "" {
		id += "_" + *f.TargetTopicID
	}
	return withVersion(id, f.Version)
}
