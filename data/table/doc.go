// Package table takes rows in and out of files, with their places, and knows
// nothing of what the rows mean.
//
// A reader hands out one [Row] at a time: its cells as text, and the line a
// human finds in the file. What is wrong with one line is a [data.Problem] of
// that line and the reader goes on with the next; what is wrong with the file
// ends it. Memory stays the same however long a file is.
//
// [CSV] finds out by itself what agencies' spreadsheets produce: gzip, UTF-8
// with or without a byte order mark, UTF-16, Windows-1252; comma, semicolon or
// tab. Two rules keep one bad line from costing others:
//
//   - An open quotation mark may run over several lines only if the whole then
//     has as many cells as the header, and no line on the way looks like a row
//     of its own. Otherwise the line is broken, and reading goes on right
//     below it, not where the quote happens to close.
//   - A line is Windows-1252 only if it is no valid UTF-8 and no earlier line
//     held UTF-8 beyond ASCII: a damaged UTF-8 file is reported, not turned
//     into nonsense.
//
// [CSVWriter] writes what people open in a spreadsheet, so a cell that a
// spreadsheet would run as a formula is neutralised.
//
// Workbooks (.xlsx) are opened here too, see [OpenWorkbook]; no other package
// knows the library. [SheetTable] reads one sheet as a table, [JSONLines] an
// object a line, [Parquet] a file of typed columns. All are a [Reader]; a cell
// that holds something no text can stand for (an error value, a nested object, a
// moment that is no day) is a [Fault] of its row.
//
// A small workbook or Parquet file can be made to take gigabytes, so what they
// declare is added up before the library makes room for it.
//
// [Marking] shows problems where they are: in a copy of the workbook itself, or
// in a new one with the rows of a text table, as text.
package table
