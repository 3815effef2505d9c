package main

import (
	"bufio"
	"bytes"
	"errors"
	"strings"
	"testing"

	"github.com/moose-migrate/moose-migrate/internal/cli"
	"github.com/moose-migrate/moose-migrate/pkg/report"
)

var question = report.Rename{
	Kind: "column", Database: "db", Table: "Orders", From: "note", To: "remark",
	Keep: []string{"ALTER TABLE `db`.`Orders` RENAME COLUMN `note` TO `remark`"},
	Lose: []string{"ALTER TABLE `db`.`Orders` ADD COLUMN `remark` String", "ALTER TABLE `db`.`Orders` DROP COLUMN IF EXISTS `note`"},
}

func TestARenameIsAskedAboutOnATerminal(t *testing.T) {
	for answers, want := range map[string]struct {
		yes bool
		err string
	}{
		"r\n":           {yes: true},
		"what?\nDROP\n": {},
		"rename":        {yes: true},
		"c\n":           {err: "cancelled; nothing was saved"},
		"":              {err: "no answer; nothing was saved"},
		"\n\n":          {err: "no answer; nothing was saved"},
	} {
		var shown bytes.Buffer
		f := &cli.Factory{In: strings.NewReader(answers), Out: &shown, Err: &shown, IsTerminal: func(any) bool { return true }}
		yes, err := askRename(f, bufio.NewReader(f.In), question)
		if yes != want.yes || (err == nil) != (want.err == "") || err != nil && err.Error() != want.err {
			t.Errorf("%q: %v %v", answers, yes, err)
		}
		for _, s := range append(append([]string{"Is column remark of table Orders the new name of its column note?"}, question.Keep...), question.Lose...) {
			if !strings.Contains(shown.String(), s) {
				t.Errorf("%q is not shown:\n%s", s, shown.String())
			}
		}
	}
}

func TestWithoutATerminalARenameIsNotGuessed(t *testing.T) {
	f := &cli.Factory{In: strings.NewReader("r\n"), Err: &bytes.Buffer{}, IsTerminal: func(any) bool { return false }}
	_, err := askRename(f, bufio.NewReader(f.In), question)
	var exit *cli.ExitError
	if !errors.As(err, &exit) || exit.Code != cli.ExitBlocked || !strings.Contains(err.Error(), "--no-rename") {
		t.Errorf("error %v", err)
	}
}

// Names come from the project and from the server, and must not rewrite the terminal.
func TestAHostileNameStaysInsideTheQuestion(t *testing.T) {
	var shown bytes.Buffer
	f := &cli.Factory{In: strings.NewReader("c\n"), Out: &shown, Err: &shown, IsTerminal: func(any) bool { return true }}
	hostile := question
	hostile.From, hostile.To = "a\x1b[2Jb", "c\r\x07d"
	hostile.Keep = []string{"ALTER TABLE `x\x1b[1A` RENAME"}
	if _, err := askRename(f, bufio.NewReader(f.In), hostile); err == nil {
		t.Error("cancelled without an error")
	}
	if strings.ContainsAny(shown.String(), "\x1b\x07\r") || !strings.Contains(shown.String(), "a?[2Jb") {
		t.Errorf("%q", shown.String())
	}
}
