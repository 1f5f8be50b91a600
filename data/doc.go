// Package data is the vocabulary of Tolok: the things the programme is about
// (agencies, units, worksheet answers, surveys, nominations, awards, gates),
// what is known about where each of them came from, and what can be wrong
// with them.
//
// Three rules hold everywhere in this package:
//
//   - Unknown is a nil pointer or an empty string, never a zero. A zero is a
//     measurement.
//   - Scores are fixed-point ([Score], 12 decimals) and quantities are
//     fixed-point ([Amount], 6 decimals). Sums of binary floating-point
//     numbers depend on the order of addition; a score that a minister reads
//     must not.
//   - Every record carries its [Origin], so that any number on a screen can be
//     followed back to a file, a sheet and a line.
//
// The struct tags are the columns of the lake and, at the same time, the
// columns of the files agencies send: one name for one thing.
package data
