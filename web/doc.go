// Package web shows the answers of package analytics as pages.
//
// One page is one file: a function fetches its answer and a function turns the
// answer into a [view]; the view is then written as HTML, JSON or CSV, whatever
// the address asks for, by code that all pages share. All routes stand in
// routes.go. Handlers return errors, and one table (errors.go) gives each its
// status and its words.
//
// Who asks is resolved before any page (see [tolok/web/auth]); who may open a
// page at all stands with its route, and what it shows to whom is decided under
// the query. The order of all that stands around the pages is in
// middleware.go. A form is a plain POST whose deed leads to another page; what
// a person can mend comes back at its field (form.go).
//
// Everything a page can be asked for is in its URL: the filter of analytics
// under its own names, lang, theme and snapshot. Only what a reader chose in
// the header is remembered, in two cookies (see preferences.go).
//
// A page works without JavaScript: charts are SVG made here and every chart
// has its table. The one script, app.js, turns the charts into interactive
// ones and is free to fail. Nothing is fetched from another host, and the
// content security policy would not allow it: no inline script, no inline
// style. Colours and sizes live in static/tokens.css alone.
package web
