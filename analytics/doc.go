// Package analytics answers named questions about one snapshot of the lake.
//
// A snapshot becomes one DuckDB file (the serving file): the lake's rows are
// read once, the newest submission of each worksheet kept, and the views of
// view/*.sql take them from item to sub-area to area to total to criterion.
// What every page asks for is computed once and stored. The file is then only
// read; a new snapshot is a new file. It is made cycle by cycle, or of a copy of
// the file before, in which only what new files or changed registers name is made
// again: see scope for what a stored row may be made of, and builder.
//
// A question is one Go file and one or more SQL files under query: the SQL
// selects and sums, Go adds the statistics, and the typed answer carries its
// [Meta]: the snapshot, the rules, how many it rests on, and what to beware
// of. Words and colours are not decided here.
//
// Every answer is held to a [Scope], that of the public until [DB.As] says
// otherwise. rows.sql is the one place that says who may see which rows: where
// a query is prepared, each table that it mentions is shadowed by the rows that
// the scope may see, so that a query, a count, a list of choices or a default
// cannot forget it, and a table without a rule has none. There are two kinds
// of rows. A plain name is what may be shown by name; nation_NAME is what may
// be counted: the national team's scores and outcomes of released cycles, and
// the reader's own. A number over few units that the reader may not see by name
// is [Withheld], and so is the next smallest beside it where a total would tell
// (see hold.go); a count that is withheld is null and never zero. What is kept
// in memory, queries, choices and groups, is kept by the scope's key.
//
// What compares units or agencies asks first what chance alone would make.
// reliability.go says how far one attainment lies from the level it measures,
// and by what source; funnel.go, whose pass rates lie outside what chance and
// the usual differences give, as they are and allowing for who the nominees were
// (casemix.go); credibility.go, whose own scores lie how far above the next
// layer's, drawn towards what agencies have in common.
//
// Not guarded against is a reader who adds up many lists that divide the same
// units in two ways at once, nor what is learned by comparing two snapshots.
package analytics
