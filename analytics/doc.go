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
package analytics
