package main

import (
	"bytes"
	_ "embed"
	"fmt"
	"html"
	"strings"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	"github.com/yuin/goldmark/renderer"
	render "github.com/yuin/goldmark/renderer/html"
	"github.com/yuin/goldmark/util"
)

//go:embed style.css
var style string

// page is a comment as a page of HTML, light or dark, with what is folded away shown
// or not.
func page(markdown []byte, dark, folded bool) ([]byte, error) {
	// A forge breaks lines in comments where the text does.
	md := goldmark.New(goldmark.WithExtensions(extension.GFM),
		goldmark.WithRendererOptions(render.WithUnsafe(), render.WithHardWraps(), renderer.WithNodeRenderers(util.Prioritized(blocks{}, 1))))
	var body bytes.Buffer
	if err := md.Convert(markdown, &body); err != nil {
		return nil, fmt.Errorf("turn the comment into HTML: %w", err)
	}
	text := body.String()
	if !folded {
		text = strings.ReplaceAll(text, "<details>", "<details open>")
	}
	theme := "light"
	if dark {
		theme = "dark"
	}
	var out bytes.Buffer
	fmt.Fprintf(&out, `<!DOCTYPE html><html class=%q><head><meta charset="utf-8"><style>%s</style></head><body>
<article><header><b>moose-migrate</b> <span class="bot">bot</span> commented on 31 Jan 2026</header><div class="text">%s</div></article>
<script>document.body.dataset.height = Math.ceil(document.documentElement.getBoundingClientRect().height)</script></body></html>`, theme, style, text)
	return out.Bytes(), nil
}

// blocks draws blocks of code, with the lines of a diff in their colours.
type blocks struct{}

// RegisterFuncs is goldmark's.
func (blocks) RegisterFuncs(r renderer.NodeRendererFuncRegisterer) {
	r.Register(ast.KindFencedCodeBlock, block)
}

var lineClasses = map[byte]string{'+': "added", '-': "removed", '!': "changed"}

func block(w util.BufWriter, source []byte, n ast.Node, entering bool) (ast.WalkStatus, error) {
	if !entering {
		return ast.WalkContinue, nil
	}
	isDiff := string(n.(*ast.FencedCodeBlock).Language(source)) == "diff"
	fmt.Fprint(w, "<pre><code>")
	for i := range n.Lines().Len() {
		segment := n.Lines().At(i)
		line := string(segment.Value(source))
		class := ""
		if isDiff {
			class = lineClasses[line[0]]
		}
		fmt.Fprintf(w, "<span class=%q>%s</span>", class, html.EscapeString(line))
	}
	fmt.Fprint(w, "</code></pre>\n")
	return ast.WalkSkipChildren, nil
}
