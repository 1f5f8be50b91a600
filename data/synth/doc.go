// Package synth makes a national programme that never was: agencies, units,
// ten and more cycles of Zona Integritas, and the files agencies would have
// sent about them. It exists so that the program can be looked at, measured
// and tested at any size without anybody's real data. Every name is either a
// plain geographical one or invented; every agency is marked "(simulasi)" and
// every id begins with SIM-. No person occurs anywhere.
//
// # What is simulated
//
// Every unit has a hidden level of quality, in shares of full attainment. It
// is the sum of what lasts (the agency's, the unit type's and the province's
// part, a part for each area of change), what wanders (an AR(1) process over
// the years), and what is earned (years of building ZI). Nobody in the
// simulated world sees it. What they see are three worksheets:
//
//	tpn   the level with noise, and the year's strictness
//	tpi   the level with noise, plus the inflation of that agency's
//	      inspectorate, which lasts and drifts, and is larger for compliance
//	      than for reform
//	self  what tpi sees, plus the unit's own vanity; a few are all-perfect,
//	      and a few are copied from another unit
//
// Each item turns the level of its area into one of its options by stochastic
// rounding, so that the mean of many items is the level; items differ in
// difficulty, units differ in what they are good at, and most of the luck of
// an item stays with the unit over layers and years. Counts (complaints,
// change agents, wealth reports) are facts of the unit: the layers agree on
// denominators and differ on what they accept as done. Surveys have their own
// lasting part, respondents by Krejcie and Morgan, and sampling noise; the
// national team's survey is a little harsher than the units' own.
//
// A cycle runs as the programme does: units build and assess themselves; the
// inspectorate assesses the better ones; the agency nominates the best, WBBM
// only from holders of WBK, from 2022 under a quota; nominees stop at the
// administration (gates of the rule set, papers), at the survey, at desk,
// interview, field or panel; a unit passes when its TPN worksheet meets every
// criterion of the cycle's rule set and nobody found a reason to refuse.
// Who fails comes back with more zeal. A few predicates are revoked, with two
// years of ban. From 2023 some agencies award WBK themselves (mandiri), by the
// worksheet of their own inspectorate.
//
// # What is calibrated
//
// The numbers of nominees and of predicates follow the table figures in
// figures.go, scaled by units/60,000. Nominees are simply chosen in that
// number. Passes are not: the year's strictness, one shift of what TPN sees
// for each target, is found by bisection such that the number of passes is the
// wanted one. Outcomes remain consequences of scores against thresholds.
// Fractions of a unit are carried over to the next year.
//
// The years before the first cycle asked for are simulated too, but only their
// predicates are written: the register does not begin empty.
//
// # Same seed, same bytes
//
// There is no floating-point number in this package, and a test holds it to
// that: levels are integers in millionths, and normal, exponential and root
// are made of integer arithmetic (stream.go). Every draw comes from a stream
// seeded by the programme's seed, a purpose, and what it is about (unit, year,
// item), so the order in which things are computed does not matter either.
// Only the compressed files also depend on the compressor of the Go release.
//
// # What is written
//
// One folder an agency, with submission.json and one CSV file a dataset over
// all cycles; the folder nasional holds what the national team sends (its
// worksheets, its surveys, nominations, the register, quotas, gates of
// agencies, zones, visits, SPI). Worksheets exist for the units that build in
// that year only: all assess themselves, and about two in three are assessed
// by the inspectorate. Before 2019 half of the agencies kept no items, only
// scores; before 2021 so it was with all self-assessments. The format "mixed"
// lets agencies write as they like (dialect.go); dirt spoils a share of the
// rows in known ways (dirt.go), plants what is wrong with whole worksheets and
// nominations (dirt_sheet.go) and lists them in .faults.csv, which like every
// file beginning with a dot is not for ingest. The list of files written
// stands in .tolok-generate; a later run removes exactly these.
package synth
