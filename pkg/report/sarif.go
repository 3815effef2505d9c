package report

import (
	"cmp"
	"io"
	"net/url"
	"path"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/moose-migrate/moose-migrate/pkg/finding"
	"github.com/moose-migrate/moose-migrate/pkg/safetext"
)

// The part of SARIF 2.1.0 (https://docs.oasis-open.org/sarif/sarif/v2.1.0/) that code
// scanning reads.
type sarifLog struct {
	Schema  string     `json:"$schema"`
	Version string     `json:"version"`
	Runs    []sarifRun `json:"runs"`
}

type sarifRun struct {
	Tool        sarifTool        `json:"tool"`
	Automation  *sarifAutomation `json:"automationDetails,omitempty"`
	Results     []sarifResult    `json:"results"`
	ColumnKind  string           `json:"columnKind"`
	Invocations []sarifExecution `json:"invocations"`
}

type sarifTool struct {
	Driver sarifDriver `json:"driver"`
}

type sarifDriver struct {
	Name           string      `json:"name"`
	Version        string      `json:"version,omitzero"`
	InformationURI string      `json:"informationUri"`
	Rules          []sarifRule `json:"rules"`
}

type sarifRule struct {
	ID               string             `json:"id"`
	Name             string             `json:"name,omitzero"`
	ShortDescription sarifText          `json:"shortDescription"`
	Configuration    sarifConfiguration `json:"defaultConfiguration"`
}

type sarifConfiguration struct {
	Level string `json:"level"`
}

type sarifText struct {
	Text string `json:"text"`
}

type sarifAutomation struct {
	ID string `json:"id"`
}

type sarifExecution struct {
	ExecutionSuccessful bool `json:"executionSuccessful"`
}

type sarifResult struct {
	RuleID       string             `json:"ruleId"`
	RuleIndex    int                `json:"ruleIndex"`
	Level        string             `json:"level"`
	Message      sarifText          `json:"message"`
	Locations    []sarifLocation    `json:"locations"`
	Fingerprints map[string]string  `json:"partialFingerprints"`
	Suppressions []sarifSuppression `json:"suppressions,omitempty"`
	Properties   *sarifProperties   `json:"properties,omitempty"`
}

// sarifProperties are what SARIF has no place for, as the report has it.
type sarifProperties struct {
	Stake    *finding.Stake     `json:"stake,omitempty"`
	Evidence []finding.Evidence `json:"evidence,omitempty"`
	Proven   bool               `json:"proven,omitzero"`
}

type sarifLocation struct {
	Physical sarifPhysical  `json:"physicalLocation"`
	Logical  []sarifLogical `json:"logicalLocations,omitempty"`
}

type sarifPhysical struct {
	Artifact sarifArtifact `json:"artifactLocation"`
	Region   sarifRegion   `json:"region"`
}

type sarifArtifact struct {
	URI       string `json:"uri"`
	URIBaseID string `json:"uriBaseId"`
}

type sarifRegion struct {
	StartLine int `json:"startLine"`
}

type sarifLogical struct {
	FullyQualifiedName string `json:"fullyQualifiedName"`
}

type sarifSuppression struct {
	Kind          string `json:"kind"`
	Status        string `json:"status"`
	Justification string `json:"justification,omitzero"`
}

// SARIFOptions say what SARIF holds beside the report.
type SARIFOptions struct {
	// ToolVersion is this tool's.
	ToolVersion string
	// SourceRoot is the project's folder relative to the repository, with slashes, empty
	// for its root.
	SourceRoot string
	// Category tells the results of several environments and projects of one commit
	// apart, such as "production".
	Category string
}

// sarifLevels are the levels of severities.
var sarifLevels = map[finding.Severity]string{finding.Block: "error", finding.Warn: "warning", finding.Info: "note"}

// Limits of GitHub's code scanning: results per run that it shows
// (https://docs.github.com/en/code-security/code-scanning/integrating-with-code-scanning/sarif-support-for-code-scanning).
const (
	sarifResults = 5_000
	sarifRunes   = 1_000
)

// unknownPlace is the file that stands for an object whose place is not known: code
// scanning takes no result without one, and every project has it.
const unknownPlace = "moose.config.toml"

// SARIF writes the findings for code scanning as SARIF 2.1.0, the gravest first. A
// finding that someone allowed is suppressed. The error is that of w.
func (r *Report) SARIF(w io.Writer, o SARIFOptions) error {
	run := sarifRun{
		Tool: sarifTool{sarifDriver{
			Name: "moose-migrate", Version: o.ToolVersion, InformationURI: "https://github.com/moose-migrate/moose-migrate", Rules: []sarifRule{},
		}},
		Results: []sarifResult{}, ColumnKind: "unicodeCodePoints",
		Invocations: []sarifExecution{{ExecutionSuccessful: r.Conclusion != finding.Failed}},
	}
	if o.Category != "" {
		// A trailing slash makes all of it the category: what follows the last one is the run.
		run.Automation = &sarifAutomation{ID: "moose-migrate/" + safetext.Visible(o.Category) + "/"}
	}
	list := slices.Clone(r.Findings)
	slices.SortStableFunc(list, func(x, y finding.Finding) int { return cmp.Compare(severityRank(x), severityRank(y)) })
	list = list[:min(len(list), sarifResults)]
	index := map[string]int{}
	for _, f := range list {
		code := safetext.Visible(cmp.Or(f.Code, "unknown"))
		at, known := index[code]
		if !known {
			at = len(run.Tool.Driver.Rules)
			index[code] = at
			run.Tool.Driver.Rules = append(run.Tool.Driver.Rules, sarifRule{
				ID: code, Name: ruleName(f.Rule), ShortDescription: textOf(cmp.Or(f.Rule, code)),
				Configuration: sarifConfiguration{cmp.Or(sarifLevels[f.Severity], "note")},
			})
		}
		run.Results = append(run.Results, sarifResultOf(f, code, at, o.SourceRoot))
	}
	return writeJSON(w, sarifLog{Schema: "https://json.schemastore.org/sarif-2.1.0.json", Version: "2.1.0", Runs: []sarifRun{run}})
}

// textOf is a message. In one, SARIF reads "[text](target)" as a link (section 3.11.6).
func textOf(s string) sarifText {
	return sarifText{strings.ReplaceAll(safetext.Visible(s), "](", "] (")}
}

// ruleName is a rule's name in the form that SARIF wants: "drop table" is "DropTable".
func ruleName(rule string) string {
	var b strings.Builder
	for _, word := range strings.Fields(safetext.Visible(rule)) {
		first, size := utf8.DecodeRuneInString(word)
		b.WriteString(string(unicode.ToUpper(first)) + word[size:])
	}
	return b.String()
}

func sarifResultOf(f finding.Finding, code string, rule int, root string) sarifResult {
	message := safetext.Clip(f.Text, sarifRunes)
	if text, _ := News(f); text != "" {
		message += ". At stake: " + text
	}
	if f.Remedy != "" {
		message += ". Instead: " + safetext.Clip(f.Remedy, sarifRunes)
	}
	place := sarifPhysical{sarifArtifact{uriOf(path.Join(root, cmp.Or(f.Source.File, unknownPlace))), "%SRCROOT%"}, sarifRegion{max(f.Source.Line, 1)}}
	out := sarifResult{
		RuleID: code, RuleIndex: rule, Level: cmp.Or(sarifLevels[f.Severity], "note"), Message: textOf(message),
		Locations: []sarifLocation{{Physical: place}}, Fingerprints: map[string]string{"mooseMigrate/v1": f.Fingerprint},
	}
	if f.Object != "" {
		out.Locations[0].Logical = []sarifLogical{{safetext.Visible(safetext.Clip(f.Object, sarifRunes))}}
	}
	if f.Stake != nil || len(f.Evidence) > 0 || f.Proven {
		out.Properties = &sarifProperties{f.Stake, f.Evidence, f.Proven}
	}
	if f.Override != nil {
		text := "allowed by " + f.Override.By
		if f.Override.Reason != "" {
			text += ": " + f.Override.Reason
		}
		out.Suppressions = []sarifSuppression{{"external", "accepted", safetext.Visible(safetext.Clip(text, sarifRunes))}}
	}
	return out
}

// uriOf is a path as a relative URI.
func uriOf(p string) string { return (&url.URL{Path: strings.TrimPrefix(p, "/")}).String() }
