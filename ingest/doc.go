// Package ingest turns what agencies send into records and problems.
//
//	files  -> find      folders, archives, submission.json, hidden files left alone
//	       -> classify  which format, which dataset, by content not by name
//	       -> known     submissions the lake holds just as they are, left alone
//	rows   -> decode    cells become fields: numbers, dates, words, codes
//	       -> judge     the rule set's opinion of answers and scores; scales
//	       -> refer     units and agencies must be known, and be the sender's
//	       -> worksheet one regulation, one file, both sides of a ratio
//	       -> repeat    the same row twice, or two rows that disagree
//	record -> data.Sink or problem -> data.Sink
//
// All files are classified before the first one is read, and read in the order
// in which datasets refer to each other: agencies, units, then the rest.
//
// A row with a Rejected problem is left out and every other row goes in. A
// spelling with only one possible reading is read that way and reported as
// Repaired; a cell with two readings is never guessed. Files are streamed; only
// a worksheet form and an answer of PortalRB, small by nature, are held whole,
// and a workbook's packed bytes.
//
// CSV, sheets, JSON Lines and Parquet are all a [table.Reader] and go one way,
// readRows. A workbook is one source of several tables. A zip archive becomes
// the folder that was packed, in a temporary place, or is refused whole.
//
// A source is hashed while it is read. One that was written to meanwhile is a
// problem of its own, and is read again by the next run.
//
// The formats stand in one table, [formats]; a new one is a line there.
package ingest
