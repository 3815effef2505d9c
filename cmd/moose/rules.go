package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/moose-migrate/moose-migrate/internal/cli"
	"github.com/moose-migrate/moose-migrate/pkg/review"
	"github.com/moose-migrate/moose-migrate/pkg/review/catalogue"
	"github.com/moose-migrate/moose-migrate/pkg/review/ruledoc"
)

func newRulesCmd(f *cli.Factory) *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use:     "rules [PREFIX]",
		GroupID: groupInspect,
		Short:   "List the rules by which a plan is reviewed",
		Long: `List the rules by which a plan is reviewed: their codes, how grave their findings
are, and what they are about. With a prefix only the rules whose codes begin
with it are listed.

block* stands for rules that block until the servers prove that no data is
affected; then they warn.`,
		Example: `  moose rules
  moose rules LC
  moose rules --json
  moose rules explain LC210`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			list, err := chosen(args)
			if err != nil {
				return err
			}
			if asJSON {
				return writeRules(f.Out, list)
			}
			return listRules(f, list)
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "print the rules as JSON, with what happens and what to do instead")
	cmd.AddCommand(newExplainCmd(f))
	return cmd
}

// chosen are the rules whose codes begin with the argument, all without one.
func chosen(args []string) ([]*review.Rule, error) {
	list := catalogue.Rules()
	if len(args) == 0 {
		return list, nil
	}
	prefix := strings.ToUpper(args[0])
	list = slices.DeleteFunc(list, func(r *review.Rule) bool { return !strings.HasPrefix(r.Code, prefix) })
	if len(list) == 0 {
		return nil, cli.WithRemedy(fmt.Errorf("no rule begins with %q", args[0]), "`moose rules` lists all of them.")
	}
	return list, nil
}

func listRules(f *cli.Factory, list []*review.Rule) error {
	var b strings.Builder
	family := ""
	for _, r := range list {
		if g := ruledoc.FamilyOf(r.Code); g.Prefix != family {
			if family != "" {
				b.WriteString("\n")
			}
			fmt.Fprintf(&b, "%s: %s\n", g.Prefix, g.Title)
			family = g.Prefix
		}
		fmt.Fprintf(&b, "  %-6s %-7s %s\n", r.Code, ruledoc.SeverityWord(r), r.Name)
	}
	_, err := io.WriteString(f.Out, b.String())
	return err
}

// ruleJSON is a rule for machines.
type ruleJSON struct {
	Code     string `json:"code"`
	Name     string `json:"name"`
	Family   string `json:"family"`
	Severity string `json:"severity"`
	// Proof is set when the rule warns instead of blocking once nothing is known to be affected.
	Proof   bool   `json:"warns_by_proof"`
	Detects string `json:"detects"`
	Happens string `json:"happens"`
	Remedy  string `json:"remedy"`
}

func writeRules(w io.Writer, list []*review.Rule) error {
	out := make([]ruleJSON, len(list))
	for i, r := range list {
		out[i] = ruleJSON{
			Code: r.Code, Name: r.Name, Family: ruledoc.FamilyOf(r.Code).Title, Severity: string(r.Severity),
			Proof: r.Proof, Detects: r.Detects, Happens: r.Happens, Remedy: r.Remedy,
		}
	}
	enc := json.NewEncoder(w)
	enc.SetIndent("", "  ")
	enc.SetEscapeHTML(false)
	return enc.Encode(out)
}

func newExplainCmd(f *cli.Factory) *cobra.Command {
	var noDemo bool
	cmd := &cobra.Command{
		Use:   "explain CODE",
		Short: "Say what a rule is about, and show it on a ClickHouse of its own",
		Long: `Say what a rule looks for, what happens, and what to do instead; then play its
demonstration on an embedded ClickHouse that is started for it and thrown away
afterwards. Nothing of the project is read or changed.`,
		Example: `  moose rules explain LC210
  moose rules explain LC210 --no-demo`,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			r := catalogue.Find(args[0])
			if r == nil && policyRules[strings.ToUpper(args[0])] != "" {
				_, err := fmt.Fprintln(f.Out, policyRules[strings.ToUpper(args[0])])
				return err
			}
			if r == nil {
				return cli.WithRemedy(fmt.Errorf("there is no rule %q", args[0]), "`moose rules` lists all of them.")
			}
			return explainRule(cmd.Context(), f, r, !noDemo)
		},
	}
	cmd.Flags().BoolVar(&noDemo, "no-demo", false, "only say it; start no server")
	return cmd
}

// policyRules are the findings that the project's own file gives, not a rule.
var policyRules = map[string]string{
	"PL009": "PL009 difference that does not go away: everything was applied, and a new plan would show the same difference again. It is said after a migration.",
	"PL011": "PL011 override without effect: an entry under overrides in moose-migrate.yml has expired, or fits nothing in the plan. Take it out, or write it anew.",
	"PL015": "PL015 freeze: a window under freeze in moose-migrate.yml is open, in which nothing is migrated. Wait for its end, or change the file.",
}

func explainRule(ctx context.Context, f *cli.Factory, r *review.Rule, play bool) error {
	style := f.Style(f.Out)
	fmt.Fprintf(f.Out, "%s %s\n\nSeverity: %s\n\n%s\n%s\n", style.Paint(cli.TonePlain, r.Code), style.Paint(cli.TonePlain, r.Name), ruledoc.SeverityText(r), r.Detects, r.Happens)
	if r.Remedy != "" {
		fmt.Fprintf(f.Out, "\nInstead: %s\n", ruledoc.Sentence(r.Remedy))
	}
	if !play || len(r.Demo) == 0 {
		return nil
	}
	return playDemo(ctx, f, r)
}
