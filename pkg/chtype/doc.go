// Package chtype reads the names of ClickHouse's types in the server's canonical
// spelling, and knows which type holds every value of another.
package chtype
