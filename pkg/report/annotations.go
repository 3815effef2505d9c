package report

import (
	"cmp"
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/moose-migrate/moose-migrate/pkg/finding"
	"github.com/moose-migrate/moose-migrate/pkg/safetext"
)

// AnnotationsPerLevel is how many annotations of one level GitHub shows per step
// (https://docs.github.com/en/rest/checks/runs and the runner's own limit of ten).
const AnnotationsPerLevel = 10

// Annotation is a line at a place in the user's code.
type Annotation struct {
	// Level is "error", "warning" or "notice", as workflow commands name them.
	Level string
	// File is relative to the repository, with slashes; Line counts from 1, 0 where it is
	// not known.
	File string
	Line int
	// Title and Message are single lines without control characters.
	Title, Message string
}

// annotationRunes bounds a title and, four times, a message.
const annotationRunes = 200

// levels of annotations, the gravest first.
var annotationLevels = []string{"error", "warning", "notice"}

// Annotations are the findings whose place in the code is known, the gravest first.
// Folder is the project's, relative to the repository with slashes. Of each level only
// the first ten are kept, the last of which then counts those that are left out.
func (r *Report) Annotations(folder string) []Annotation {
	byLevel := map[string][]Annotation{}
	for _, f := range r.Findings {
		if f.Source.File == "" {
			continue
		}
		level := annotationLevel(f)
		message := f.Text
		switch {
		case f.Override != nil:
			message += "; allowed by " + f.Override.By
		case f.Remedy != "":
			message += ". Instead: " + f.Remedy
		}
		byLevel[level] = append(byLevel[level], Annotation{
			Level: level, File: path.Join(folder, f.Source.File), Line: f.Source.Line,
			Title:   safetext.Visible(safetext.Clip(titleOf(f), annotationRunes)),
			Message: safetext.Visible(safetext.Clip(message, 4*annotationRunes)),
		})
	}
	var out []Annotation
	for _, level := range annotationLevels {
		list := byLevel[level]
		if rest := len(list) - AnnotationsPerLevel; rest > 0 {
			// The one that counts takes the place of the last, which is counted too.
			list = list[:AnnotationsPerLevel]
			list[AnnotationsPerLevel-1].Title = fmt.Sprintf("%s more", plural(rest+1, "finding"))
			list[AnnotationsPerLevel-1].Message = "GitHub shows ten of a kind; the job summary and the comment on the pull request list all of them."
		}
		out = append(out, list...)
	}
	return out
}

// titleOf names a finding: "DS101 drop table local.Events".
func titleOf(f finding.Finding) string {
	return strings.Join(slices.DeleteFunc([]string{f.Code, f.Rule, f.Object}, func(s string) bool { return s == "" }), " ")
}

// annotationLevel is how an annotation shows a finding; one that was let pass is a notice.
func annotationLevel(f finding.Finding) string {
	switch {
	case f.Blocks():
		return "error"
	case f.Override == nil && f.Severity == finding.Warn:
		return "warning"
	}
	return "notice"
}

// severityRank sorts findings, the gravest first.
func severityRank(f finding.Finding) int {
	return cmp.Or(slices.Index(annotationLevels, annotationLevel(f)), 0)
}
