// Package inbox keeps what agencies upload, from the first byte until it is in
// the lake or refused.
//
// # On disk
//
//	INBOX/<id>/state.json     what became of the submission, step by step
//	INBOX/<id>/report.json    what the check found
//	INBOX/<id>/files/<name>   what was sent
//	INBOX/.new-<id>/          an upload under way
//	INBOX/.fetched/<agency>/  a portal's answers on their way
//
// Ids are 128 random bits. No path comes from a client: a file keeps its name
// for people, after [CleanName] has refused every name that could mean a place
// ([Refusal] says which and why).
//
// An upload is streamed to a folder aside, hashed while it is written, flushed,
// and renamed into place with its state, so that a submission is there whole or
// not at all. A state is written aside, flushed and renamed likewise: a crash at
// any point leaves the old one or the new one. What a crash leaves aside is
// removed when the inbox is opened.
//
// # The way of a submission
//
//	draft -> checked -> confirmed -> accepted
//	                              -> returned, with a reason
//	draft, checked, confirmed     -> withdrawn
//
// What takes long is a [Task] that stands in the state: fetch, check, submit.
// A [Worker] does one fetch and one of the others at a time, oldest first, and
// after a restart goes on with what it finds. While a task stands nobody else
// changes the submission, so that two clicks on accept take in once; and since
// the submission's id goes along into the lake, so does a crash between the
// lake's commit and ours.
//
// The package knows neither roles nor pages. Who may do what is the web's
// business; each step carries who did it.
package inbox
