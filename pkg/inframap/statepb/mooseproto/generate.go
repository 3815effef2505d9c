// Package mooseproto is the generated Go form of moose.proto, the wire format of
// the state that the Moose CLI stores. Use package statepb, which converts it
// from and to an inframap.Map.
package mooseproto

//go:generate protoc --go_out=. --go_opt=paths=source_relative moose.proto
