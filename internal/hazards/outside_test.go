package hazards

import (
	"errors"
	"net"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/twmb/franz-go/pkg/kadm"
	"github.com/twmb/franz-go/pkg/kgo"
	"go.temporal.io/api/common/v1"
	"go.temporal.io/api/taskqueue/v1"
	"go.temporal.io/api/workflowservice/v1"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"

	"github.com/moose-migrate/moose-migrate/internal/testparts"
	"github.com/moose-migrate/moose-migrate/pkg/probe"
	"github.com/moose-migrate/moose-migrate/pkg/redpanda"
	"github.com/moose-migrate/moose-migrate/pkg/temporal"
)

// brokers are those of one pair. Their topics stand in the namespace shop.
type brokers struct {
	t      testing.TB
	admin  *kadm.Client
	client *kgo.Client
}

// onBrokers is what a pair has on its brokers.
func onBrokers(set func(*brokers)) func(testing.TB) probe.Outside {
	return func(t testing.TB) probe.Outside {
		t.Helper()
		cluster := testparts.Kafka(t)
		client, err := kgo.NewClient(kgo.SeedBrokers(cluster.ListenAddrs()...), kgo.RecordPartitioner(kgo.RoundRobinPartitioner()))
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(client.Close)
		set(&brokers{t: t, admin: kadm.NewClient(client), client: client})
		reader, err := redpanda.Open(t.Context(), redpanda.Options{Brokers: strings.Join(cluster.ListenAddrs(), ","), Namespace: "shop"})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = reader.Close() })
		return probe.Outside{Broker: reader}
	}
}

// topic makes a topic with messages of that age.
func (b *brokers) topic(id string, messages int, age time.Duration) {
	b.t.Helper()
	name := "shop." + id
	if _, err := b.admin.CreateTopic(b.t.Context(), 2, 1, nil, name); err != nil && !strings.Contains(err.Error(), "already exists") {
		b.t.Fatal(err)
	}
	for i := range messages {
		record := &kgo.Record{Topic: name, Value: strconv.AppendInt(nil, int64(i), 10), Timestamp: time.Now().Add(-age)}
		if err := b.client.ProduceSync(b.t.Context(), record).FirstErr(); err != nil {
			b.t.Fatal(err)
		}
	}
}

// read makes a consumer group that has read the topic but for the last message of each
// partition that leave counts.
func (b *brokers) read(group, id string, leave int64) {
	b.t.Helper()
	end, err := b.admin.ListEndOffsets(b.t.Context(), "shop."+id)
	if err != nil {
		b.t.Fatal(err)
	}
	offsets := kadm.Offsets{}
	end.Each(func(o kadm.ListedOffset) { offsets.AddOffset(o.Topic, o.Partition, max(o.Offset-leave, 0), -1) })
	if err := b.admin.CommitAllOffsets(b.t.Context(), group, offsets); err != nil {
		b.t.Fatal(err)
	}
}

// scheduler is the Temporal of one pair.
type scheduler struct {
	t       testing.TB
	service workflowservice.WorkflowServiceClient
}

// onTemporal is what a pair has on its Temporal.
func onTemporal(set func(*scheduler)) func(testing.TB) probe.Outside {
	return func(t testing.TB) probe.Outside {
		t.Helper()
		server := testparts.Temporal(t)
		conn, err := grpc.NewClient(server.Addr, grpc.WithTransportCredentials(insecure.NewCredentials()))
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = conn.Close() })
		set(&scheduler{t, workflowservice.NewWorkflowServiceClient(conn)})
		host, port, err := net.SplitHostPort(server.Addr)
		if err != nil {
			t.Fatal(err)
		}
		n, err := strconv.ParseUint(port, 10, 16)
		if err != nil {
			t.Fatal(err)
		}
		reader, err := temporal.Open(t.Context(), temporal.Options{Host: host, Port: uint16(n), Scheme: "http", Namespace: "default"})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = reader.Close() })
		return probe.Outside{Scheduler: reader}
	}
}

// start starts a run as Moose does, and waits until it is listed.
func (s *scheduler) start(id, cron string) {
	s.t.Helper()
	_, err := s.service.StartWorkflowExecution(s.t.Context(), &workflowservice.StartWorkflowExecutionRequest{
		Namespace: "default", WorkflowId: id, RequestId: uuid.NewString(), CronSchedule: cron,
		WorkflowType: &common.WorkflowType{Name: "ScriptWorkflow"}, TaskQueue: &taskqueue.TaskQueue{Name: "python-script-queue"},
	})
	if err != nil {
		s.t.Fatal(err)
	}
	for range 100 {
		listed, err := s.service.CountWorkflowExecutions(s.t.Context(), &workflowservice.CountWorkflowExecutionsRequest{Namespace: "default", Query: "WorkflowId = '" + id + "'"})
		if err != nil {
			s.t.Fatal(err)
		}
		if listed.GetCount() > 0 {
			return
		}
		time.Sleep(50 * time.Millisecond)
	}
	s.t.Fatalf("%s is not listed", id)
}

// outOfReach are servers that do not answer.
func outOfReach(testing.TB) probe.Outside { return probe.Outside{} }

// errForbidden is why the groups of a topic are not known in some pairs.
var errForbidden = errors.New("the user may not list consumer groups")
