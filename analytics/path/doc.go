// Package path finds the cheapest route from where a worksheet stands to where
// every criterion is met. Plain data in, plain data out: what an option earns
// and costs is the caller's to say.
//
// Items lie in groups, and groups in groups, as in a worksheet: sub-areas in
// areas, areas in components, components in the total. A group may ask for a
// least number of points, and may count no more than a limit (what is usually
// gained in a cycle). For each item one choice is made, the first of which is
// to leave it as it is. Sought is the choice of least cost by which every group
// has what it needs: a multiple-choice knapsack with covering constraints
// (Kellerer, Pferschy and Pisinger 2004, chapter 11). Because the constraints
// are nested and ask only for more, of two ways to spend the same within a
// group the one with more points is never worse, and dynamic programming over
// the cost is exact:
//
//	most(group, c) = the most points the group counts at a cost of c or less
//
// It is worked out up to a budget that doubles until a route is found, so that
// the result is proven to be cheapest, not merely good. Costs are whole numbers
// for that reason; points are whole numbers so that no sum is rounded.
package path
