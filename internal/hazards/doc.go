// Package hazards proves the rules of a review on the real servers: each shows its
// fact, fires on the plans that it should, and is silent on the others.
package hazards
