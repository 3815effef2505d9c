package main

import (
	"context"
	"io"
	"testing"
)

func TestFlags(t *testing.T) {
	for _, c := range []struct {
		args          []string
		keep, noColor bool
		fails         bool
	}{
		{args: []string{}},
		{args: []string{"--keep"}, keep: true},
		{args: []string{"--no-color"}, noColor: true},
		{args: []string{"shop"}, fails: true},
		{args: []string{"--project"}, fails: true},
	} {
		ran := false
		cmd := newCommand(func(_ context.Context, keep, noColor bool) error {
			ran = true
			if keep != c.keep || noColor != c.noColor {
				t.Errorf("%q: keep %v, no colour %v", c.args, keep, noColor)
			}
			return nil
		})
		cmd.SetArgs(c.args)
		cmd.SetOut(io.Discard)
		cmd.SetErr(io.Discard)
		if err := cmd.ExecuteContext(t.Context()); (err != nil) != c.fails || ran == c.fails {
			t.Errorf("%q: ran %v, %v", c.args, ran, err)
		}
	}
}
