package session

import (
	"context"
	"errors"
	"path/filepath"

	"github.com/moose-migrate/moose-migrate/internal/cli"
	"github.com/moose-migrate/moose-migrate/pkg/diff"
	"github.com/moose-migrate/moose-migrate/pkg/drift"
	"github.com/moose-migrate/moose-migrate/pkg/inframap"
	"github.com/moose-migrate/moose-migrate/pkg/redpanda"
	"github.com/moose-migrate/moose-migrate/pkg/temporal"
)

// StreamState is what was found out about topics and workflow schedules.
type StreamState struct {
	// Drift is what was changed behind the tool's back: recorded → actual,
	// topics first.
	Drift []diff.Change
	// UnmanagedTopics are topics in the project's namespace that were never
	// recorded. They are looked for only when a topic is recorded.
	UnmanagedTopics []string
}

// StreamDrift is the drift of [Session.Streams] alone.
func (s *Session) StreamDrift(ctx context.Context, recorded *inframap.Map) ([]diff.Change, error) {
	state, err := s.Streams(ctx, recorded)
	if err != nil {
		return nil, err
	}
	return state.Drift, nil
}

// Streams compares the recorded topics with the brokers, and the recorded
// schedules with Temporal. Each server is asked only when its feature is on and
// the map has something to compare. An error names the address and what to do.
func (s *Session) Streams(ctx context.Context, recorded *inframap.Map) (state *StreamState, err error) {
	state = &StreamState{}
	progress := s.factory.Progress()
	defer func() { progress.Close(err) }()
	if s.Project.Features.StreamingEngine && len(recorded.Topics) > 0 {
		progress.Step("Reading topics")
		if err := s.topics(ctx, recorded, state); err != nil {
			return nil, cli.WithRemedy(err, "Without topics: set streaming_engine = false under [features] of moose.config.toml, or use --skip-streams.")
		}
	}
	if s.Project.Features.Workflows && len(scheduled(recorded)) > 0 {
		progress.Step("Reading workflow schedules")
		if err := s.schedules(ctx, recorded, state); err != nil {
			return nil, cli.WithRemedy(err, "Without workflows: set workflows = false under [features] of moose.config.toml, or use --skip-streams.")
		}
	}
	return state, nil
}

func (s *Session) topics(ctx context.Context, recorded *inframap.Map, state *StreamState) (err error) {
	c := s.Project.Redpanda
	client, err := redpanda.Open(ctx, s.redpandaOptions())
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, client.Close()) }()
	var names []string
	for _, t := range recorded.Topics {
		names = append(names, t.BrokerName(c.Namespace))
	}
	found, err := client.Topics(ctx, names)
	if err != nil {
		return err
	}
	actual := make(map[string]drift.ActualTopic, len(found))
	for name, t := range found {
		actual[name] = drift.ActualTopic{Partitions: t.Partitions, Replication: t.Replication, Configs: t.Configs, NotDefault: t.NotDefault}
	}
	all, err := client.Names(ctx)
	if err != nil {
		return err
	}
	state.Drift = append(state.Drift, drift.Topics(recorded, actual, c.Namespace, c.ReplicationFactor)...)
	state.UnmanagedTopics = drift.UnmanagedTopics(recorded, all, c.Namespace)
	return nil
}

// scheduled are the names of the workflows that have a schedule.
func scheduled(recorded *inframap.Map) []string {
	var names []string
	for _, w := range recorded.Workflows {
		if w.Config.Schedule != "" {
			names = append(names, w.Name)
		}
	}
	return names
}

func (s *Session) schedules(ctx context.Context, recorded *inframap.Map, state *StreamState) (err error) {
	client, err := temporal.Open(ctx, s.temporalOptions())
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, client.Close()) }()
	runs, err := client.Runs(ctx, scheduled(recorded))
	if err != nil {
		return err
	}
	actual := make(map[string]drift.ActualRun, len(runs))
	for name, r := range runs {
		actual[name] = drift.ActualRun{Running: r.Status == temporal.Running, Status: r.Status, Cron: r.Cron}
	}
	state.Drift = append(state.Drift, drift.Schedules(recorded, actual)...)
	return nil
}

// file is a path of the configuration, which may be relative to the project.
func (s *Session) file(path string) string {
	if path == "" || filepath.IsAbs(path) {
		return path
	}
	return filepath.Join(s.Project.Dir, path)
}
