// Package stat holds the statistics of the answers: pure functions of numbers,
// each naming its method and source, each tested against an independent
// calculation.
//
// interval.go has the intervals of a share and of a mean. shrink.go takes many
// estimates, of which some rest on little, towards what they have in common.
// ranks.go says what a list of measured values tells about the order of the true
// ones. limits.go says when a share of passes is unusual: chance and the usual
// differences together must hardly ever give it. reliability.go says how far one
// measurement lies from what is measured.
package stat
