package main

import (
	"context"
	"net"
	"net/url"
	"strconv"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/moose-migrate/moose-migrate/internal/cli"
	"github.com/moose-migrate/moose-migrate/pkg/config"
	"github.com/moose-migrate/moose-migrate/pkg/listing"
)

type lsOptions struct {
	kind listing.Kind
	name string
	json bool
}

func newLsCmd(f *cli.Factory, runF func(context.Context, lsOptions) error) *cobra.Command {
	var opts lsOptions
	var kind string
	cmd := &cobra.Command{
		Use:     "ls",
		GroupID: groupInspect,
		Short:   "List the project's resources with names to query and URLs to call",
		Long: `List what the project's main file declares. Tables and views have the name that
a query uses; the URLs are those of the development server that
moose.config.toml configures.

With --json the output is an object with a list for each kind; with --json and
--type it is the list of that kind alone.`,
		Example: `  moose ls
  moose ls --type tables
  moose ls --name Order
  moose ls --type consumption --json`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			var err error
			if opts.kind, err = listing.ParseKind(kind); err != nil {
				return err
			}
			if runF != nil {
				return runF(cmd.Context(), opts)
			}
			return runLs(cmd.Context(), f, opts)
		},
	}
	flags := cmd.Flags()
	flags.StringVar(&kind, "type", "", "list one `kind` only: "+kindNames())
	flags.StringVar(&opts.name, "name", "", "list only resources whose name contains this `text`, in the same case")
	flags.BoolVar(&opts.json, "json", false, "print JSON")
	flags.SetNormalizeFunc(func(_ *pflag.FlagSet, name string) pflag.NormalizedName {
		if name == "_type" { // as earlier versions of Moose spelled it
			name = "type"
		}
		return pflag.NormalizedName(name)
	})
	_ = cmd.RegisterFlagCompletionFunc("type", cobra.FixedCompletions(strings.Split(kindNames(), ", "), cobra.ShellCompDirectiveNoFileComp))
	return cmd
}

func kindNames() string {
	names := make([]string, 0, len(listing.Kinds()))
	for _, k := range listing.Kinds() {
		names = append(names, string(k))
	}
	return strings.Join(names, ", ")
}

func runLs(ctx context.Context, f *cli.Factory, opts lsOptions) error {
	f.Quiet = opts.json
	project, err := cli.LoadProject(ctx, f)
	if err != nil {
		return err
	}
	desired, err := cli.LoadDesired(ctx, f, project, "")
	if err != nil {
		return err
	}
	list := listing.New(desired.Map, serverURL(project)).Filter(opts.name)
	if opts.json {
		return list.WriteJSON(f.Out, opts.kind)
	}
	style := f.Style(f.Out)
	some, err := list.WriteText(f.Out, opts.kind, func(s string) string { return style.Paint(cli.TonePlain, s) })
	if err == nil && !some {
		f.Note("Nothing to list.")
	}
	return err
}

// serverURL is where the development server answers.
func serverURL(project *config.Project) string {
	server := project.HTTPServer
	u := url.URL{
		Scheme: "http",
		Host:   net.JoinHostPort(server.Host, strconv.Itoa(int(server.Port))),
		Path:   "/" + strings.Trim(server.PathPrefix, "/"),
	}
	return u.String()
}
