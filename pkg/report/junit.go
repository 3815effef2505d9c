package report

import (
	"encoding/xml"
	"fmt"
	"io"
	"strings"

	"github.com/moose-migrate/moose-migrate/pkg/finding"
	"github.com/moose-migrate/moose-migrate/pkg/safetext"
)

// The elements of JUnit's XML that every CI reads.
type junitSuites struct {
	XMLName xml.Name     `xml:"testsuites"`
	Suites  []junitSuite `xml:"testsuite"`
}

type junitSuite struct {
	Name      string      `xml:"name,attr"`
	Tests     int         `xml:"tests,attr"`
	Failures  int         `xml:"failures,attr"`
	Errors    int         `xml:"errors,attr"`
	Skipped   int         `xml:"skipped,attr"`
	Timestamp string      `xml:"timestamp,attr,omitempty"`
	Cases     []junitCase `xml:"testcase"`
}

type junitCase struct {
	Name      string        `xml:"name,attr"`
	ClassName string        `xml:"classname,attr"`
	File      string        `xml:"file,attr,omitempty"`
	Line      int           `xml:"line,attr,omitempty"`
	Failure   *junitMessage `xml:"failure"`
	Skipped   *junitMessage `xml:"skipped"`
	SystemOut string        `xml:"system-out,omitempty"`
}

type junitMessage struct {
	Message string `xml:"message,attr"`
	Type    string `xml:"type,attr,omitempty"`
	Text    string `xml:",chardata"`
}

// JUnit writes the findings as a test suite in JUnit's XML: one case says whether the
// plan can be applied, and each finding is a case that fails when it blocks, is skipped
// when someone allowed it, and passes with its text as output otherwise. The error is
// that of w.
func (r *Report) JUnit(w io.Writer) error {
	suite := junitSuite{Name: "moose-migrate", Cases: []junitCase{r.junitPlan()}}
	if !r.CreatedAt.IsZero() {
		suite.Timestamp = r.CreatedAt.UTC().Format("2006-01-02T15:04:05")
	}
	for _, f := range r.Findings {
		suite.Cases = append(suite.Cases, junitFinding(f))
	}
	for _, c := range suite.Cases {
		suite.Tests++
		if c.Failure != nil {
			suite.Failures++
		}
		if c.Skipped != nil {
			suite.Skipped++
		}
	}
	raw, err := xml.MarshalIndent(junitSuites{Suites: []junitSuite{suite}}, "", "  ")
	if err != nil {
		return fmt.Errorf("write the report as JUnit XML: %w", err)
	}
	if _, err := io.WriteString(w, xml.Header+string(raw)+"\n"); err != nil {
		return fmt.Errorf("write the report as JUnit XML: %w", err)
	}
	return nil
}

// junitPlan is the case of the plan as a whole.
func (r *Report) junitPlan() junitCase {
	c := junitCase{Name: "the plan can be applied", ClassName: "moose-migrate.plan", SystemOut: safetext.Visible(r.Verdict)}
	if len(r.Invalid) > 0 || r.Conclusion == finding.Failed {
		var lines []string
		for _, text := range r.Invalid {
			lines = append(lines, safetext.Visible(text))
		}
		c.Failure = &junitMessage{Message: safetext.Visible(r.Verdict), Type: "invalid", Text: strings.Join(lines, "\n")}
	}
	return c
}

func junitFinding(f finding.Finding) junitCase {
	text := safetext.Visible(f.Text)
	if f.Remedy != "" {
		text += "\nInstead: " + safetext.Visible(f.Remedy)
	}
	for _, fact := range facts(f) {
		text += "\n" + fact
	}
	c := junitCase{
		Name:      safetext.Visible(titleOf(f)),
		ClassName: "moose-migrate." + safetext.Visible(f.Code), File: safetext.Visible(f.Source.File), Line: f.Source.Line,
	}
	switch {
	case f.Blocks():
		c.Failure = &junitMessage{Message: safetext.Visible(f.Text), Type: safetext.Visible(f.Code), Text: text}
	case f.Override != nil:
		c.Skipped = &junitMessage{Message: safetext.Visible("allowed by " + f.Override.By + ": " + f.Override.Reason)}
	default:
		c.SystemOut = text
	}
	return c
}
