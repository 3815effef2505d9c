package main

import (
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/moose-migrate/moose-migrate/internal/cli"
)

// The groups of the help text.
const (
	groupChange  = "change"
	groupInspect = "inspect"
	groupOther   = "other"
)

// noLog is an annotation of commands that leave no trace in the log: those that
// show the log, and those that only tell about the program.
const noLog = "no-log"

func newRootCmd(f *cli.Factory) *cobra.Command {
	var debug bool
	root := newGroupCmd(f, &cobra.Command{
		Use:   "moose",
		Short: "Plan, review and apply changes of a Moose project",
		Long: `Plan, review and apply changes of a Moose project: its ClickHouse tables,
materialized views, topics, endpoints and workflows.

Exit codes: 0 done or nothing to do, 1 error, 2 changes pending (only with
--detailed-exitcode), 3 blocked: an operation is forbidden or can never be
applied, 4 blocked: the database or the code has changed since the plan was
made, or drift (only with --detailed-exitcode), 5 another run holds the lock,
130 interrupted.`,
		Example: `  # In the pull request: what would change?
  moose plan --clickhouse-url "$CLICKHOUSE_URL"

  # Save the plan, and commit migrations/
  moose generate migration --clickhouse-url "$CLICKHOUSE_URL" --save

  # After the review: do it
  moose migrate --clickhouse-url "$CLICKHOUSE_URL"`,
		Version: f.Version,
	})
	root.SilenceErrors, root.SilenceUsage, root.TraverseChildren = true, true, true
	root.SetIn(f.In)
	root.SetOut(f.Out)
	root.SetErr(f.Err)
	root.SetVersionTemplate("moose {{.Version}}\n")
	root.SetUsageTemplate(strings.Replace(root.UsageTemplate(), "{{if .Runnable}}", "{{if and .Runnable (not .HasAvailableSubCommands)}}", 1))
	root.Flags().BoolP("version", "V", false, "print the version")
	root.Flags().BoolVarP(&debug, "debug", "d", false, "write the log to standard error too, in detail")
	root.PersistentFlags().StringVarP(&f.ChangeDir, "directory", "C", "", "work in this `folder`, which holds moose.config.toml, instead of the current one")
	root.PersistentFlags().Bool("backtrace", false, "accepted for scripts written for Moose; has no effect")
	hide(root, "backtrace")
	root.PersistentPreRun = func(cmd *cobra.Command, _ []string) {
		if cmd.Annotations[noLog] == "" && cmd.Name() != "help" && cmd.Parent() != nil {
			f.OpenLog(debug)
			f.Log().Info("command started", "command", cmd.CommandPath(), "flags", flagNames(cmd), "version", f.Version)
		}
	}
	root.SetFlagErrorFunc(func(cmd *cobra.Command, err error) error {
		if name, ok := strings.CutPrefix(err.Error(), "unknown flag: --"); ok {
			if similar := similarFlags(cmd, name); len(similar) > 0 {
				return cli.WithRemedy(err, "Did you mean "+strings.Join(similar, " or ")+"?")
			}
		}
		return cli.WithRemedy(err, "`"+cmd.CommandPath()+" --help` lists the flags.")
	})
	root.AddGroup(
		&cobra.Group{ID: groupChange, Title: "Change a project:"},
		&cobra.Group{ID: groupInspect, Title: "Look at a project:"},
		&cobra.Group{ID: groupOther, Title: "Other commands:"},
	)
	root.SetHelpCommandGroupID(groupOther)
	root.SetCompletionCommandGroupID(groupOther)
	for _, cmd := range []*cobra.Command{newPlanCmd(f), newGenerateCmd(f), newMigrateCmd(f), newDBCmd(f)} {
		cmd.GroupID = groupChange
		root.AddCommand(cmd)
	}
	root.AddCommand(
		newStatusCmd(f),
		newDriftCmd(f),
		newRulesCmd(f),
		newAuditCmd(f),
		newHistoryCmd(f),
		newLockCmd(f),
		newCheckCmd(f, nil),
		newLsCmd(f, nil),
		newLogsCmd(f, nil),
		newVersionCmd(f),
		newActionCmd(f),
	)
	root.LocalFlags() // makes flags before the command known to the traversal
	return root
}

// similarFlags are the flags that a name may have been meant for, by the measure that
// suggests commands.
func similarFlags(cmd *cobra.Command, name string) []string {
	distance := 2
	if len(name) < 5 { // in which two other letters make another word
		distance = 1
	}
	candidates := &cobra.Command{SuggestionsMinimumDistance: distance}
	cmd.Flags().VisitAll(func(flag *pflag.Flag) {
		if !flag.Hidden {
			candidates.AddCommand(&cobra.Command{Use: flag.Name, Run: func(*cobra.Command, []string) {}})
		}
	})
	similar := candidates.SuggestionsFor(name)
	for i := range similar {
		similar[i] = "--" + similar[i]
	}
	return similar
}

// flagNames lists the flags that were given, without their values, which may be
// secret.
func flagNames(cmd *cobra.Command) string {
	var names []string
	cmd.Flags().Visit(func(flag *pflag.Flag) { names = append(names, "--"+flag.Name) })
	return strings.Join(names, " ")
}
