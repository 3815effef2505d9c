package rehearse

import (
	"strings"

	"github.com/moose-migrate/moose-migrate/pkg/clickhouse/sqltext"
	"github.com/moose-migrate/moose-migrate/pkg/schema"
)

// freeCommands are the first words of free SQL that works on tables, views, dictionaries
// and functions of the server.
var freeCommands = set("create alter drop rename exchange insert truncate optimize delete update undrop with select")

// rightsWords follow CREATE, ALTER or DROP where access is meant, which a scratch server
// does not keep.
var rightsWords = set("user role row policy quota settings profile named")

// freeSQL returns why a statement of a RawSql does not run on the scratch server, empty
// when it does. formatted is the server's form of it.
func (s *stage) freeSQL(formatted string) string {
	if !s.in.Scratch.Own {
		return "free SQL does not run on a server that is not ours"
	}
	list := words(formatted)
	first := strings.ToLower(at(list, 0))
	switch {
	case formatted == "":
		return "ClickHouse cannot say what this free SQL does without running it"
	case !freeCommands[first]:
		return "free SQL that begins with " + strings.ToUpper(first) + " does not run in a rehearsal"
	case (first == "create" || first == "alter" || first == "drop") && rightsWords[strings.ToLower(at(list, 1))]:
		return "the scratch server keeps no users, roles and other rights"
	}
	for i, t := range list {
		if t.Kind != sqltext.Word {
			continue
		}
		switch strings.ToUpper(t.Text) {
		case "ON":
			if strings.EqualFold(at(list, i+1), "CLUSTER") {
				return "the scratch server has no clusters"
			}
		case "ENGINE":
			if engine := sqltext.Unquote(at(list, i+2)); at(list, i+1) == "=" {
				if kind, _ := standInFor(engine); kind != itself {
					return "it makes a table of the engine " + engine + ", which the scratch server cannot have"
				}
			}
		case "SOURCE":
			if source := at(list, i+2); at(list, i+1) == "(" && !localSources[strings.ToLower(source)] {
				return "it makes a dictionary that reads from " + source
			}
		}
	}
	return ""
}

// localSources are the sources of dictionaries that stay on the server.
var localSources = set("clickhouse null")

// created is the object that a CREATE statement in the server's form makes, with an empty
// Object when it is no such statement.
func created(formatted, database string) schema.Name {
	list := words(formatted)
	if !strings.EqualFold(at(list, 0), "CREATE") {
		return schema.Name{}
	}
	for i := 1; i < len(list); i++ {
		switch strings.ToUpper(list[i].Text) {
		case "TABLE", "VIEW", "DICTIONARY":
			i++
			if strings.EqualFold(at(list, i), "IF") {
				i += 3
			}
			if at(list, i+1) == "." {
				return schema.Name{Database: sqltext.Unquote(at(list, i)), Object: sqltext.Unquote(at(list, i+2))}
			}
			return schema.Name{Database: database, Object: sqltext.Unquote(at(list, i))}
		case "AS", "(":
			return schema.Name{}
		}
	}
	return schema.Name{}
}
