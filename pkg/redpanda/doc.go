// Package redpanda reads topics back from a Redpanda, or another broker that
// speaks the Kafka API, as Moose has made them there. It only reads.
package redpanda
