// Package stat holds the statistics of the answers: pure functions of numbers,
// each naming its method and source, each tested against an independent
// calculation.
package stat
