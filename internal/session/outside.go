package session

import (
	"context"
	"errors"
	"time"

	"github.com/moose-migrate/moose-migrate/pkg/probe"
	"github.com/moose-migrate/moose-migrate/pkg/redpanda"
	"github.com/moose-migrate/moose-migrate/pkg/temporal"
)

// outsideTimeout bounds each call of a review to a server that a plan can do without;
// where plans are made, the brokers are often out of reach.
const outsideTimeout = 5 * time.Second

// outside are the servers beside ClickHouse whose features are on. Each is connected to
// only when a review asks it; one that cannot be reached fails no plan.
func (s *Session) outside() probe.Outside {
	var out probe.Outside
	if s.Project.Features.StreamingEngine {
		out.Broker = &lateBroker{s}
	}
	if s.Project.Features.Workflows {
		out.Scheduler = &lateScheduler{s}
	}
	return out
}

type lateBroker struct{ session *Session }

func (b *lateBroker) Streams(ctx context.Context, topics []probe.StreamQuestion) (streams map[string]probe.Stream, err error) {
	options := b.session.redpandaOptions()
	options.Timeout = outsideTimeout
	client, err := redpanda.Open(ctx, options)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, client.Close()) }()
	return client.Streams(ctx, topics)
}

type lateScheduler struct{ session *Session }

func (l *lateScheduler) Executions(ctx context.Context, names []string, now time.Time) (open map[string]probe.Executions, err error) {
	options := l.session.temporalOptions()
	options.Timeout = outsideTimeout
	client, err := temporal.Open(ctx, options)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, client.Close()) }()
	return client.Executions(ctx, names, now)
}

func (s *Session) redpandaOptions() redpanda.Options {
	c := s.Project.Redpanda
	return redpanda.Options{
		Brokers: c.Broker, SecurityProtocol: c.SecurityProtocol, SASLMechanism: c.SASLMechanism,
		Username: c.SASLUsername, Password: c.SASLPassword.Reveal(), Namespace: c.Namespace,
	}
}

func (s *Session) temporalOptions() temporal.Options {
	c := s.Project.Temporal.Resolved()
	return temporal.Options{
		Host: c.Host, Port: c.Port, Scheme: c.Scheme, Namespace: c.Namespace,
		ClientCert: s.file(c.ClientCert), ClientKey: s.file(c.ClientKey), CACert: s.file(c.CACert), APIKey: c.APIKey.Reveal(),
	}
}
