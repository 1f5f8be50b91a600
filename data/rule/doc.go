// Package rule holds the rule sets of the programme, one folder a regulation
// under sets, and scores one worksheet by one of them.
//
// A rule set is data, not code: nodes.csv is the tree of weights from the
// total down to the sub-areas, items.csv the questions with their answer
// types, rule.json the option scores, thresholds, gates, years in force and
// policies. Each line says where it was read (citation) and how sure we are
// (status: "regulation" read in the regulation's text, "form" read in the
// ministry's worksheet, "unverified"). A rule set with a base takes from the
// base what it does not state itself.
//
// Scoring goes item -> sub-area -> area -> component -> total:
//
//	sub-area = mean(item scores) x weight
//	area     = sum of its sub-areas, the weight of those that do not apply
//	           spread over the others (policy)
//	total    = sum of all areas
//
// Two questions no regulation settles are policies with a name (see [Policy]);
// [Set.Score] takes one, and [Set.Alternatives] shows what the others would
// give, so that a verdict that depends on the choice can say so.
//
// [Result.Compare] sets a result beside what a form reports and names the
// reason of each difference, by computing what the form would report if the
// reason held. It knows no form: a new fault is a new hypothesis, not a case.
//
// Numbers are fixed-point with 12 decimals; a division is rounded once, half
// away from zero. Thresholds compare values rounded to 9 decimals, so that
// three thirds reach 1 and nothing that matters is rounded away.
package rule
