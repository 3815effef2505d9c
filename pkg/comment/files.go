package comment

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/google/renameio/v2"

	"github.com/moose-migrate/moose-migrate/pkg/htmlpage"
	"github.com/moose-migrate/moose-migrate/pkg/report"
)

// The files in which a report is kept for people and machines; see [Page.WriteFiles].
const (
	MarkdownFile = "plan.md"
	HTMLFile     = "plan.html"
	JSONFile     = "report.json"
	SARIFFile    = "findings.sarif"
	JUnitFile    = "junit.xml"
)

// WriteFiles writes the page's report in all its forms into a folder, which is made when
// it is not there. Each file is written atomically.
func (p *Page) WriteFiles(dir string, o report.SARIFOptions) error {
	r := p.Report
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return fmt.Errorf("write the report: %w", err)
	}
	for _, file := range []struct {
		name  string
		write func(io.Writer) error
	}{
		{MarkdownFile, func(w io.Writer) error { _, err := io.WriteString(w, p.Summary(SummaryBudget)); return err }},
		{HTMLFile, func(w io.Writer) error { return htmlpage.Write(w, r, p.htmlOptions(o.ToolVersion)) }},
		{JSONFile, r.JSON},
		{SARIFFile, func(w io.Writer) error { return r.SARIF(w, o) }},
		{JUnitFile, r.JUnit},
	} {
		var b bytes.Buffer
		if err := file.write(&b); err != nil {
			return fmt.Errorf("write %s: %w", file.name, err)
		}
		if err := renameio.WriteFile(filepath.Join(dir, file.name), b.Bytes(), 0o644); err != nil {
			return fmt.Errorf("write the report: %w", err)
		}
	}
	return nil
}

// htmlOptions are what the page of HTML says beside the report.
func (p *Page) htmlOptions(toolVersion string) htmlpage.Options {
	return htmlpage.Options{Environment: p.Environment, Project: p.Project, Commit: p.HeadSHA, ToolVersion: toolVersion, Redact: p.Redact}
}
