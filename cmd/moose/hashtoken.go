package main

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/moose-migrate/moose-migrate/internal/cli"
	"github.com/moose-migrate/moose-migrate/pkg/authtoken"
)

type hashTokenOptions struct {
	json bool
}

func newHashTokenCmd(f *cli.Factory, runF func(context.Context, hashTokenOptions) error) *cobra.Command {
	var opts hashTokenOptions
	cmd := &cobra.Command{
		Use:     "hash-token",
		Aliases: []string{"h"},
		Short:   "Make a bearer token for the admin API and the hash to configure",
		Long: `Make a random bearer token and its hash. The server gets the hash, as
admin_api_key in [authentication] of moose.config.toml or as
MOOSE_AUTHENTICATION__ADMIN_API_KEY; the client keeps the token. The token is
printed to standard output once and kept nowhere.`,
		Example: `  moose generate hash-token

  # In a script
  moose generate hash-token --json | jq -r .bearer_token`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if runF != nil {
				return runF(cmd.Context(), opts)
			}
			return runHashToken(f, opts)
		},
	}
	cmd.Flags().BoolVar(&opts.json, "json", false, "print JSON with api_key_hash and bearer_token")
	return cmd
}

func runHashToken(f *cli.Factory, opts hashTokenOptions) error {
	token, err := authtoken.Generate(f.Random)
	if err != nil {
		return err
	}
	f.AddSecrets(token.BearerToken)
	if opts.json {
		enc := json.NewEncoder(f.Out)
		enc.SetIndent("", "  ")
		if err := enc.Encode(token); err != nil {
			return fmt.Errorf("writing the token: %w", err)
		}
		return nil
	}
	f.Message(f.Out, cli.TonePlain, "ENV API Key", token.APIKeyHash)
	f.Message(f.Out, cli.TonePlain, "Bearer Token", token.BearerToken)
	return nil
}
