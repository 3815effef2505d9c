package statepb

// The text form of engines, for the tests.
var (
	PrintEngine = printEngine
	ParseEngine = parseEngine
)
