package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/moose-migrate/moose-migrate/pkg/embedded"
	"github.com/moose-migrate/moose-migrate/pkg/embedded/parts"
)

// part is one thing that can be fetched.
type part struct {
	name  string
	env   string // variable that env exports, if any
	fetch func(context.Context, *parts.Store) (path string, err error)
	// onDemand parts come when a test wants them, and with the others only
	// where no test may be skipped.
	onDemand bool
}

var all = []part{
	{name: "libchdb", env: parts.EnvChdbLib, fetch: func(ctx context.Context, s *parts.Store) (string, error) { return s.Chdb(ctx) }},
	{name: "moose-clickhouse", env: embedded.EnvClickHouse, fetch: func(ctx context.Context, s *parts.Store) (string, error) {
		return embedded.BuildClickHouse(ctx, s, ".")
	}},
	{name: "zookeeper", fetch: func(ctx context.Context, s *parts.Store) (string, error) {
		zk, err := s.ZooKeeper(ctx)
		return zk.ClassPath, err
	}},
	{name: "redis", fetch: func(ctx context.Context, s *parts.Store) (string, error) { return s.Redis(ctx) }},
	{name: "temporal", fetch: func(ctx context.Context, s *parts.Store) (string, error) { return s.Temporal(ctx) }},
	{name: "python", fetch: func(ctx context.Context, s *parts.Store) (string, error) {
		p, err := s.Python(ctx)
		return p.Venv, err
	}},
	{name: "moose-cli", fetch: func(ctx context.Context, s *parts.Store) (string, error) {
		cli, err := s.MooseCLI(ctx)
		return cli.Bin, err
	}},
	{name: "github-openapi", env: parts.EnvGitHubOpenAPI, fetch: func(ctx context.Context, s *parts.Store) (string, error) { return s.GitHubOpenAPI(ctx) }},
	{name: "webhook-examples", env: parts.EnvWebhookExamples, fetch: func(ctx context.Context, s *parts.Store) (string, error) { return s.WebhookExamples(ctx) }},
	{name: "images", onDemand: true, fetch: func(ctx context.Context, s *parts.Store) (string, error) {
		p, err := s.Images(ctx)
		return p.Dir, err
	}},
	{name: "chromium", onDemand: true, fetch: func(ctx context.Context, s *parts.Store) (string, error) { return s.Chromium(ctx) }},
	{name: "act", onDemand: true, fetch: func(ctx context.Context, s *parts.Store) (string, error) { return s.Act(ctx) }},
}

func names() []string {
	list := make([]string, len(all))
	for i, p := range all {
		list[i] = p.name
	}
	return list
}

func newCommand(store *parts.Store) *cobra.Command {
	root := &cobra.Command{
		Use:           "moose-parts",
		Short:         "Fetch what development and the tests run besides this product",
		SilenceErrors: true,
		SilenceUsage:  true,
	}
	root.AddCommand(newFetch(store), newEnv(store))
	return root
}

func newFetch(store *parts.Store) *cobra.Command {
	var only, node []string
	cmd := &cobra.Command{
		Use:   "fetch",
		Short: "Fetch parts into the cache and print where they are",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			wanted := byDefault(store)
			if len(only) > 0 || len(node) > 0 {
				wanted = nil
			}
			for _, name := range only {
				i := slices.IndexFunc(all, func(p part) bool { return p.name == name })
				if i < 0 {
					return fmt.Errorf("there is no part %q; the parts are %s", name, strings.Join(names(), ", "))
				}
				wanted = append(wanted, all[i])
			}
			for _, dir := range node {
				wanted = append(wanted, part{name: "node:" + dir, fetch: func(ctx context.Context, s *parts.Store) (string, error) {
					return s.NodeModules(ctx, dir)
				}})
			}
			var failed error
			for _, p := range wanted {
				path, err := p.fetch(cmd.Context(), store)
				if err != nil {
					failed = errors.Join(failed, err)
					continue
				}
				fmt.Fprintf(cmd.OutOrStdout(), "%s %s\n", p.name, path)
			}
			return failed
		},
	}
	cmd.Flags().StringSliceVar(&only, "only", nil, "fetch this part only, repeatable: "+strings.Join(names(), ", "))
	cmd.Flags().StringSliceVar(&node, "node", nil, "fetch the dependencies of the Node project in this folder, repeatable")
	return cmd
}

func newEnv(store *parts.Store) *cobra.Command {
	return &cobra.Command{
		Use:   "env",
		Short: "Print export lines that point tests at the cache, fetching the engine when it is missing",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			out := cmd.OutOrStdout()
			fmt.Fprintf(out, "export %s=%s\n", parts.EnvDir, quote(store.Dir()))
			for _, p := range all {
				if p.env == "" {
					continue
				}
				path, err := p.fetch(cmd.Context(), store)
				if err != nil {
					return err
				}
				fmt.Fprintf(out, "export %s=%s\n", p.env, quote(path))
			}
			return nil
		},
	}
}

// byDefault are the parts that are fetched when none is named: all where no
// test may be skipped, as internal/testparts reads it.
func byDefault(store *parts.Store) []part {
	strict := slices.Contains(store.Environ(), "MOOSE_TEST_STRICT=1")
	return slices.DeleteFunc(slices.Clone(all), func(p part) bool { return p.onDemand && !strict })
}

// quote makes text one word of a POSIX shell.
func quote(text string) string {
	return "'" + strings.ReplaceAll(text, "'", `'\''`) + "'"
}
