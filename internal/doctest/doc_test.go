package doctest

import (
	"strings"
	"testing"
)

func TestBlocks(t *testing.T) {
	text := "a\n<!-- run project=shop-ts exit=2 -->\n```sh\none\ntwo\n```\n```sh\nnot marked\n```\n<!-- plan.yaml -->\n```yaml\nx: y\n```\n"
	got, err := Blocks(text)
	if err != nil || len(got) != 2 {
		t.Fatalf("%d blocks, %v", len(got), err)
	}
	if b := got[0]; b.Marker != "run" || b.Options["project"] != "shop-ts" || b.Options["exit"] != "2" || b.Text != "one\ntwo\n" || b.Line != 3 {
		t.Errorf("%+v", b)
	}
	if b := got[1]; b.Marker != "plan.yaml" || b.Text != "x: y\n" {
		t.Errorf("%+v", b)
	}
}

func TestBlocksRefusesWhatWouldNeverRun(t *testing.T) {
	for text, want := range map[string]string{
		"<!-- run -->\n\n```sh\nlost\n```\n": "line 1: no code block",
		"<!-- run -->":                       "line 1: no code block",
		"<!-- run -->\n```sh\nopen\n":        "line 2: the code block does not end",
	} {
		if _, err := Blocks(text); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %q", text, err, want)
		}
	}
}
