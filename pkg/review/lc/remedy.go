package lc

// newColumn is the way on which nothing is lost, for most conversions.
const newColumn = "add a column of the new type beside it, fill it, compare, and drop the old one in a later pull request"
