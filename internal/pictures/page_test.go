package main

import (
	"strings"
	"testing"
)

func TestPage(t *testing.T) {
	const comment = "### Title\n\n```diff\n+ a <b>\n- c\n  d\n```\n\n<details>\n<summary>More</summary>\n\ntext\n</details>\n"
	html, err := page([]byte(comment), true, true)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{`<html class="dark">`, "<span class=\"added\">+ a &lt;b&gt;\n</span>", "<span class=\"removed\">- c\n</span>", "<span class=\"\">  d\n</span>", "<details>", "dataset.height"} {
		if !strings.Contains(string(html), want) {
			t.Errorf("no %q in\n%s", want, html)
		}
	}
	html, err = page([]byte(comment), false, false)
	if err != nil || !strings.Contains(string(html), "<details open>") || !strings.Contains(string(html), `<html class="light">`) {
		t.Errorf("%v: what is folded away is not shown", err)
	}
}
