package main

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/moose-migrate/moose-migrate/internal/session"
	"github.com/moose-migrate/moose-migrate/pkg/dsn"
)

// The flags that name the servers.
const (
	flagClickHouse = "clickhouse-url"
	flagRedis      = "redis-url"
)

// addConnectionFlags adds the flags that name the servers. One that is given without
// a value is refused: a missing secret of a pipeline must not lead to another server.
func addConnectionFlags(cmd *cobra.Command, flags *session.Flags) {
	addClickHouseFlag(cmd, flags)
	cmd.Flags().StringVar(&flags.RedisURL, flagRedis, "", "`URL` of the Redis that keeps the state when [state_config] storage is \"redis\" (or "+dsn.EnvRedis+")")
}

// addClickHouseFlag is addConnectionFlags for a command that needs no state.
func addClickHouseFlag(cmd *cobra.Command, flags *session.Flags) {
	cmd.Flags().StringVar(&flags.ClickHouseURL, flagClickHouse, "", "`URL` of ClickHouse: clickhouse://, http:// or https:// (or "+dsn.EnvClickHouse+")")
	cmd.PreRunE = func(cmd *cobra.Command, _ []string) error {
		for _, f := range []struct{ name, value, env string }{
			{flagClickHouse, flags.ClickHouseURL, dsn.EnvClickHouse}, {flagRedis, flags.RedisURL, dsn.EnvRedis},
		} {
			if cmd.Flags().Changed(f.name) && strings.TrimSpace(f.value) == "" {
				return fmt.Errorf("--%s is empty; is the variable you gave it set? Leave the flag out to use %s or moose.config.toml.", f.name, f.env)
			}
		}
		return nil
	}
}

// addServerFlags accepts the flags of Moose that ask a running server.
func addServerFlags(cmd *cobra.Command, flags *session.Flags) {
	cmd.Flags().StringVar(&flags.URL, "url", "", "running Moose server to ask (not available in this version)")
	cmd.Flags().StringVar(&flags.Token, "token", "", "bearer token for --url (not available in this version)")
	hide(cmd, "url", "token")
	cmd.MarkFlagsMutuallyExclusive("url", flagClickHouse)
}

// hide keeps flags that only old scripts need out of the help.
func hide(cmd *cobra.Command, names ...string) {
	for _, name := range names {
		flag := cmd.Flags().Lookup(name)
		if flag == nil {
			flag = cmd.PersistentFlags().Lookup(name)
		}
		flag.Hidden = true
	}
}
