// Package text holds the words of the pages: every sentence, label and
// official term in Indonesian and English, and how numbers and dates are
// written in each.
//
// Indonesian comes first and is the default; English is a switch. Both stand
// side by side in one catalogue, so that no language can lack a key, and tests
// compare the catalogue with every code that the other packages can produce.
//
// A text may hold places to fill: {n} is a value, {n|unit|units} picks a word
// by the value of n, and [words around {n}] disappears when n is not known.
// Unknown numbers are written "-"; the reason stands beside them.
package text
