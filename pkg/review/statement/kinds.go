package statement

import (
	"strings"

	"github.com/moose-migrate/moose-migrate/pkg/clickhouse/sqltext"
	"github.com/moose-migrate/moose-migrate/pkg/schema"
)

func ifExists(tokens []sqltext.Token) []sqltext.Token {
	return skip(skip(tokens, "IF", "EMPTY"), "IF", "EXISTS")
}

// whole is a statement about everything in a database.
func whole(effect Effect, does string, tokens []sqltext.Token) (Statement, bool) {
	n, _ := object(ifExists(tokens))
	return Statement{Effect: effect, Does: does, Objects: []schema.Name{{Database: n.Object}}}, n.Object != ""
}

func dropped(tokens []sqltext.Token) (Statement, bool) {
	switch {
	case starts(tokens, "DROP", "DATABASE"):
		return whole(DropsDatabase, "DROP DATABASE", tokens[2:])
	case starts(tokens, "DROP", "TABLE"):
		return Statement{Effect: Removes, Does: "DROP TABLE", Objects: objects(ifExists(tokens[2:]))}, true
	}
	return Statement{}, false
}

func truncated(tokens []sqltext.Token) (Statement, bool) {
	switch {
	case starts(tokens, "TRUNCATE", "DATABASE"):
		return whole(Removes, "TRUNCATE DATABASE", tokens[2:])
	case starts(tokens, "TRUNCATE", "ALL", "TABLES", "FROM"):
		return whole(Removes, "TRUNCATE ALL TABLES", tokens[4:])
	case starts(tokens, "TRUNCATE", "TABLES", "FROM"):
		return whole(Removes, "TRUNCATE TABLES", tokens[3:])
	case starts(tokens, "TRUNCATE"):
		return Statement{Effect: Removes, Does: "TRUNCATE TABLE", Objects: objects(ifExists(skip(tokens[1:], "TABLE")))}, true
	}
	return Statement{}, false
}

// deleted are the statements that take or overwrite single rows.
func deleted(tokens []sqltext.Token) (Statement, bool) {
	switch {
	case starts(tokens, "DELETE", "FROM"):
		n, _ := object(tokens[2:])
		return Statement{Effect: Removes, Does: "DELETE", Objects: []schema.Name{n}}, true
	case starts(tokens, "UPDATE"):
		n, _ := object(tokens[1:])
		return Statement{Effect: Removes, Does: "UPDATE", Objects: []schema.Name{n}}, true
	}
	return Statement{}, false
}

func replaced(tokens []sqltext.Token) (Statement, bool) {
	switch {
	case starts(tokens, "CREATE", "OR", "REPLACE", "TABLE"):
		n, _ := object(tokens[4:])
		return Statement{Effect: Replaces, Does: "CREATE OR REPLACE TABLE", Objects: []schema.Name{n}}, true
	case starts(tokens, "REPLACE", "TABLE"):
		n, _ := object(tokens[2:])
		return Statement{Effect: Replaces, Does: "REPLACE TABLE", Objects: []schema.Name{n}}, true
	}
	return Statement{}, false
}

func detached(tokens []sqltext.Token) (Statement, bool) {
	if !starts(tokens, "DETACH") || !strings.EqualFold(tokens[len(tokens)-1].Text, "PERMANENTLY") &&
		!(len(tokens) > 1 && strings.EqualFold(tokens[len(tokens)-2].Text, "PERMANENTLY")) {
		return Statement{}, false
	}
	if starts(tokens, "DETACH", "DATABASE") {
		return whole(Detaches, "DETACH DATABASE … PERMANENTLY", tokens[2:])
	}
	if !starts(tokens, "DETACH", "TABLE") {
		return Statement{}, false
	}
	return Statement{Effect: Detaches, Does: "DETACH TABLE … PERMANENTLY", Objects: objects(ifExists(tokens[2:]))}, true
}

// commands are those of ALTER TABLE that remove data, and those that detach it. A
// command that is not listed changes nothing here.
var commands = []struct {
	words  []string
	effect Effect
}{
	{[]string{"DELETE"}, Removes},
	{[]string{"UPDATE"}, Removes},
	{[]string{"DROP", "PARTITION"}, Removes},
	{[]string{"DROP", "PART"}, Removes},
	{[]string{"DROP", "DETACHED", "PARTITION"}, Removes},
	{[]string{"DROP", "DETACHED", "PART"}, Removes},
	{[]string{"REPLACE", "PARTITION"}, Removes},
	{[]string{"MOVE", "PARTITION"}, Removes},
	{[]string{"CLEAR", "COLUMN"}, Removes},
	{[]string{"DROP", "COLUMN"}, Removes},
	{[]string{"DETACH", "PARTITION"}, Detaches},
	{[]string{"DETACH", "PART"}, Detaches},
}

// altered reads ALTER TABLE with one or several commands; the server puts each into
// brackets of its own, people do not.
func altered(tokens []sqltext.Token) (Statement, bool) {
	if !starts(tokens, "ALTER", "TABLE") {
		return Statement{}, false
	}
	n, rest := object(skip(tokens[2:], "IF", "EXISTS"))
	if starts(rest, "ON", "CLUSTER") {
		_, rest = object(rest[2:])
	}
	out := Statement{Objects: []schema.Name{n}}
	for _, command := range split(rest) {
		for _, c := range commands {
			if !starts(command, c.words...) || movesAway(command) {
				continue
			}
			if out.Effect == Unknown || out.Effect == Detaches && c.effect == Removes {
				out.Effect, out.Does = c.effect, "ALTER TABLE … "+strings.Join(c.words, " ")
			}
			break
		}
	}
	return out, out.Effect != Unknown
}

// movesAway reports whether a partition goes to another disk, which takes no rows away.
func movesAway(command []sqltext.Token) bool {
	if !starts(command, "MOVE") {
		return false
	}
	for i := range command {
		if starts(command[i:], "TO", "TABLE") {
			return false
		}
	}
	return true
}

// split cuts the commands at the commas between them, and takes the brackets off.
func split(tokens []sqltext.Token) [][]sqltext.Token {
	var out [][]sqltext.Token
	var part []sqltext.Token
	depth := 0
	for _, t := range tokens {
		switch t.Kind {
		case sqltext.Open:
			if depth++; depth == 1 && len(part) == 0 {
				continue
			}
		case sqltext.Close:
			depth--
		case sqltext.Comma:
			if depth == 0 {
				out, part = append(out, part), nil
				continue
			}
		}
		part = append(part, t)
	}
	return append(out, part)
}
