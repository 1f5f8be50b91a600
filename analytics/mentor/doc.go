// Package mentor sends guests to hosts: each guest to at most one, each host no
// more guests than it takes, the sum of benefits as large as it can be, and
// every group of guests (a province) with at least its share, rounded down, of
// the visits. Plain data in, plain data out.
//
// What is sought, in this order: that as few visits as possible are missing to
// the groups' shares; as many visits as possible; the largest sum of benefits.
// Guests that a group can always be given and visits that can always be filled
// form a matroid, so the first two never stand against each other.
//
// It is a minimum-cost flow. A group of n guests with a share of q may leave n-q
// of them at home: "home" is a host of its group with that capacity, dearer than
// any visit; whoever finds no room even there is a visit missing to the share,
// dearer still. Then everybody has a place, and the problem is a transportation
// problem, solved by successive shortest paths with integer prices (Jonker and
// Volgenant 1987, for hosts that take several; Ahuja, Magnanti and Orlin 1993,
// chapter 9).
//
// Of the hosts of each guest only the best are looked at first. Prices then tell
// whether another host would have done better (its reduced cost is negative); if
// so it is added and the flow is sought again. When there is none, the prices
// prove the result to be the best over all pairs: [Result.Bound] is that proof,
// and Assign fails rather than return a sum that differs from it.
package mentor
