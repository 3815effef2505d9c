// Package htmlpage writes a report as one page of HTML that stands for itself: verdict,
// hazards, what is at stake, what depends on it, the difference and the SQL.
//
// The page holds no script and asks for nothing, which its Content-Security-Policy
// makes sure of. Every mark is a word or a shape too, not only a colour. All text of
// the project is escaped by html/template; [safetext] has made control and
// direction-changing characters visible before.
package htmlpage

import (
	"bytes"
	"crypto/sha256"
	_ "embed"
	"encoding/base64"
	"fmt"
	"html/template"
	"io"

	"github.com/moose-migrate/moose-migrate/pkg/report"
)

// Options are what the page says beside the report.
type Options struct {
	// Environment and Project say what the plan is for; both may be empty.
	Environment, Project string
	// Commit is the commit that was planned, may be empty.
	Commit string
	// ToolVersion is this tool's, may be empty.
	ToolVersion string
	// Redact takes further credentials out of every text; nil for none.
	Redact func(string) string
}

var (
	//go:embed style.css
	style string
	//go:embed page.html
	source string

	page = template.Must(template.New("page").Parse(source))
)

// policy allows the page's own style and its empty icon, and nothing else. See
// https://www.w3.org/TR/CSP3/.
func policy() string {
	sum := sha256.Sum256([]byte(style))
	return "default-src 'none'; style-src 'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'; img-src data:; base-uri 'none'; form-action 'none'"
}

// Write writes the page. The error is that of w.
func Write(w io.Writer, r *report.Report, o Options) error {
	var b bytes.Buffer
	v := newView(r, o)
	v.Style, v.Policy = template.CSS(style), policy()
	if err := page.Execute(&b, v); err != nil {
		return fmt.Errorf("write the report as HTML: %w", err)
	}
	if _, err := w.Write(b.Bytes()); err != nil {
		return fmt.Errorf("write the report as HTML: %w", err)
	}
	return nil
}
