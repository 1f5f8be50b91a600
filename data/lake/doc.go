// Package lake keeps records as immutable Parquet files and names every state
// they were ever in.
//
//	DIR/CURRENT              the content id of the newest manifest
//	DIR/manifest/ID.json     one state: its files, with rows, bytes and SHA-256
//	DIR/data/DATASET/cycle=2024/HASH.parquet
//	DIR/staging/             files being written; nothing reads it
//	DIR/LOCK                 held by the one process that writes
//
// A published file never changes. A commit writes its files aside, flushes
// them to the disk, renames them into place, then does the same with the
// manifest, and with CURRENT last of all: a crash at any point leaves the old
// state or the new one, whole. What a crash leaves behind is in staging, or is
// a data file that no manifest names, and harms nobody.
//
// A file's name is the hash of its bytes and a manifest's name the hash of its
// file list, without times: the same records in the same order make the same
// state. Who added what, and when, stands in the manifest beside it.
//
// Compact merges the small files that many submissions leave: neighbours of one
// dataset and cycle become one file with the same rows in the same order. That
// is a new state with the old one as its parent; it has the same submissions
// and gives the same answers. The files it was made of stay, for the states
// before name them, and every state stays readable for good: a snapshot id that
// was once published can always be asked. Prune removes what no state from
// CURRENT back to the first one names, which is only what crashes and failed
// commits left. It holds the lock, for the files of a commit under way are not
// named yet, and leaves alone every file without a name the lake gives.
//
// Any Parquet reader can read the files; they use nothing but plain types,
// dictionary encoding and zstd. Read the manifest's list, not the folder.
package lake
