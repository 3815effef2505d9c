package clickhouse

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/ClickHouse/clickhouse-go/v2"
	"github.com/ClickHouse/clickhouse-go/v2/lib/driver"
	"github.com/google/uuid"

	"github.com/moose-migrate/moose-migrate/pkg/clickhouse/sqltext"
)

// How statements run on a cluster.
const (
	// ddlTaskSeconds is how long the server waits for the answers of its hosts
	// (distributed_ddl_task_timeout, by default 180). Later answers are looked up.
	ddlTaskSeconds = 120
	// ddlOutput has the server give the answer of every host, also of one that failed or
	// has not answered yet, and not an error for the first of them.
	ddlOutput = "never_throw"
	// queueInterval is how often late answers are looked up, queuePatience for how long
	// after the last one that came.
	queueInterval = time.Second
	queuePatience = 15 * time.Minute
)

// HostAnswer is what became of a statement on one host of a cluster.
type HostAnswer struct {
	// Host is "name:port".
	Host string
	// Done says that the host has answered; Error is then "" or why it failed.
	Done  bool
	Error string
}

// ClusterError is a statement that did not succeed on every host of a cluster.
type ClusterError struct {
	Cluster string
	Answers []HostAnswer
}

// Error names each host that failed or did not answer, and how many others are done.
func (e *ClusterError) Error() string {
	var b strings.Builder
	done := 0
	for _, a := range e.Answers {
		if a.Done && a.Error == "" {
			done++
		}
	}
	fmt.Fprintf(&b, "the statement is done on %d of %d hosts of the cluster %q:", done, len(e.Answers), e.Cluster)
	late := false
	for _, a := range e.Answers {
		switch {
		case !a.Done:
			late = true
			fmt.Fprintf(&b, "\n  - %s has not answered", a.Host)
		case a.Error != "":
			fmt.Fprintf(&b, "\n  - %s failed: %s", a.Host, a.Error)
		}
	}
	if late {
		b.WriteString("\nA host that comes back still runs it. Look at: SELECT host, status, exception_text FROM system.distributed_ddl_queue ORDER BY query_create_time DESC")
	}
	return b.String()
}

// pending reports whether an answer is missing and none is a failure.
func (e *ClusterError) pending() bool {
	missing := false
	for _, a := range e.Answers {
		if a.Error != "" {
			return false
		}
		missing = missing || !a.Done
	}
	return missing
}

func (e *ClusterError) failed() bool {
	return slices.ContainsFunc(e.Answers, func(a HostAnswer) bool { return !a.Done || a.Error != "" })
}

// exec runs a statement that changes something, on every host when it names a cluster.
// Then the answers of the hosts decide: a *ClusterError has them. Other errors are the
// driver's own.
func (c *Client) exec(ctx context.Context, sql, cluster string, settings clickhouse.Settings) error {
	if cluster == "" {
		return c.conn.Exec(clickhouse.Context(ctx, clickhouse.WithSettings(settings)), sql)
	}
	// The server keeps settings with the statement in its queue, and leaves comments out.
	mark := "moose-migrate " + uuid.NewString()
	settings["log_comment"] = mark
	result := &ClusterError{Cluster: cluster}
	rows, err := c.conn.Query(clickhouse.Context(ctx, clickhouse.WithSettings(settings)), sql)
	if err == nil {
		result.Answers, err = c.hostAnswers(rows)
	}
	if err != nil && (ctx.Err() != nil || !unfinished(err)) {
		return err
	}
	if err != nil || result.pending() {
		result, err = c.lateAnswers(ctx, result, mark)
		if err != nil {
			return err
		}
	}
	if result.failed() {
		return result
	}
	return nil
}

// hostAnswers reads the result of a statement on a cluster.
func (c *Client) hostAnswers(rows driver.Rows) ([]HostAnswer, error) {
	var out []HostAnswer
	for rows.Next() {
		answer, err := hostAnswer(rows)
		if err != nil {
			_ = rows.Close()
			return nil, err
		}
		answer.Error = c.redact(answer.Error)
		out = append(out, answer)
	}
	return out, errors.Join(rows.Err(), rows.Close())
}

// hostAnswer reads a row of the result of a statement on a cluster.
func hostAnswer(rows driver.Rows) (HostAnswer, error) {
	var host string
	var port uint16
	var status *int64
	var text *string
	into := map[string]any{"host": &host, "port": &port, "status": &status, "error": &text}
	dest := make([]any, len(rows.Columns()))
	for i, name := range rows.Columns() {
		if dest[i] = into[name]; dest[i] == nil {
			dest[i] = reflect.New(rows.ColumnTypes()[i].ScanType()).Interface()
		}
	}
	if err := rows.Scan(dest...); err != nil {
		return HostAnswer{}, fmt.Errorf("read the answers of the hosts: %w", err)
	}
	a := HostAnswer{Host: host + ":" + strconv.Itoa(int(port)), Done: status != nil}
	if status != nil && *status != 0 {
		a.Error = "code " + strconv.FormatInt(*status, 10)
		if text != nil && *text != "" {
			a.Error, _, _ = strings.Cut(*text, "Stack trace:")
			a.Error = strings.TrimSpace(a.Error)
		}
	}
	return a, nil
}

// lateAnswers looks into the server's queue until every host has answered or one has
// failed. It gives up when no answer has come for a while.
func (c *Client) lateAnswers(ctx context.Context, known *ClusterError, mark string) (*ClusterError, error) {
	moved, done := time.Now(), -1
	for {
		answers, err := c.queued(ctx, mark)
		if err != nil {
			return nil, fmt.Errorf("not every host of the cluster %q has answered, and what became of the statement could not be looked up: %w", known.Cluster, err)
		}
		if len(answers) > 0 {
			known = &ClusterError{Cluster: known.Cluster, Answers: answers}
		} else if len(known.Answers) == 0 {
			return nil, fmt.Errorf("the server did not answer in time, and its queue for the cluster %q does not have the statement: it was not sent to the hosts, or it is long done", known.Cluster)
		}
		if !known.pending() {
			return known, nil
		}
		now := 0
		for _, a := range known.Answers {
			if a.Done {
				now++
			}
		}
		if now != done {
			moved, done = time.Now(), now
		}
		if time.Since(moved) >= c.patience() {
			return known, nil
		}
		select {
		case <-ctx.Done():
			return nil, context.Cause(ctx)
		case <-time.After(min(queueInterval, c.patience())):
		}
	}
}

// patience is queuePatience, or what a test says.
func (c *Client) patience() time.Duration {
	if c.queuePatience > 0 {
		return c.queuePatience
	}
	return queuePatience
}

// queued reads the answers of the hosts from the server's queue.
func (c *Client) queued(ctx context.Context, mark string) ([]HostAnswer, error) {
	sql := "SELECT concat(host, ':', toString(port)), status = 'Finished', ifNull(exception_text, '') FROM system.distributed_ddl_queue WHERE settings['log_comment'] = " +
		sqltext.String(mark) + " ORDER BY host, port"
	var out []HostAnswer
	err := c.query(ctx, sql, func(rows driver.Rows) error {
		var a HostAnswer
		if err := rows.Scan(&a.Host, &a.Done, &a.Error); err != nil {
			return err
		}
		a.Error, _, _ = strings.Cut(a.Error, "Stack trace:")
		a.Error = c.redact(strings.TrimSpace(a.Error))
		a.Done = a.Done || a.Error != ""
		out = append(out, a)
		return nil
	})
	return out, err
}
