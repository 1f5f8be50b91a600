// Package peer finds who is like whom. It knows nothing of the programme: a
// [Table] is units by columns, a [Metric] is a table with weights, and every
// answer is exact, the same on any machine and in any order of the rows.
//
// # Distance
//
// Over the terms known of both units,
//
//	d² = Σ w (Δz)² / Σ w
//
// For a category Δz is 0 or 1 (Gower 1971). For a count z is its logarithm and
// for a number the number itself, over a robust standard deviation: the
// interquartile range / 1.349, which for a normal distribution is the standard
// deviation and which a few wild values do not move. A zero count is taken as
// half of the smallest positive one, so that no unit of measure matters: rupiah
// or million rupiah, the distances are the same. A term not known of one of the
// two is dropped and the weights of the others are taken again to their sum;
// two units whose common terms hold less than a floor of all weight are not
// compared at all.
//
// # What a weight really does
//
// A weight is not a share. A term that differs little between units moves no
// distance however heavy it is. [Metric.Shares] divides one distance among its
// terms, exactly; [Metric.Effective] averages that over many units, which is
// what a weight comes to in the end.
//
// # Search
//
// Rows are kept by their categories. To a group of rows with the same
// categories the distance is at least what those alone give, so groups are
// taken nearest first until no row of the rest can come in, and a row is left
// as soon as its sum has grown beyond the last that is in. Both bounds hold in
// floating point too, because sums of what is not negative never fall; tests
// compare with brute force, bit by bit. Equal distances go by id.
//
// # What a set of peers is worth
//
// [Metric.Reciprocity] says how many of a unit's peers have it among theirs.
// [Metric.Reach] is the distance to the last of k, and [Metric.Reaches] the
// same of a sample of units: who lies far outside of it is an edge case, whose
// peers are its nearest but not near. [Overlap] compares two sets, say of two
// years.
//
// # How far ahead
//
// [Ahead] is the probability that one true level is above another by a margin,
// from two levels with their errors; [Shrink] takes a measured level to the
// mean of its kind by how far it can be trusted, and how long ago it was. [Benchmark] is the achievable benchmark of Weissman et al. (1999).
//
// # Who went this way before
//
// [Twins] are the trajectories that once came nearest to a profile of scores
// before they arrived: another likeness than that of the context, and never
// mixed with it. [Trajectory.Gain] and [Trajectory.First] say how they went on.
package peer
