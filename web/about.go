package web

import (
	"runtime"
	"runtime/debug"
	"slices"
	"strings"

	"tolok/analytics"
	"tolok/data"
	"tolok/data/rule"
	"tolok/web/chart"
)

// about is the page /about: what Tolok is, which snapshot it shows, and whose
// work it rests on.
func (s *Server) about(req *request) (*view, error) {
	snapshot := ""
	if db, err := s.opt.DB(req.Context(), req.query.Get("snapshot")); err == nil {
		snapshot = db.Snapshot()
	}
	return s.aboutView(req, snapshot), nil
}

type aboutBody struct {
	Facts    []fact
	Licences []navItem
	Modules  chart.Table
}

// aboutAnswer is the page's .json.
type aboutAnswer struct {
	Snapshot string            `json:"snapshot"`
	Rules    string            `json:"rules"` // fingerprint of the rule files
	Build    string            `json:"build"`
	Go       string            `json:"go"`
	Modules  map[string]string `json:"modules"`
}

func (s *Server) aboutView(req *request, snapshot string) *view {
	a := aboutAnswer{Snapshot: snapshot, Rules: rule.Fingerprint(), Build: s.build(), Go: runtime.Version(), Modules: modules()}
	b := &aboutBody{
		Facts: []fact{
			{Name: req.T("foot.snapshot"), Value: orDash(snapshot), Why: req.T("why.no-snapshot")},
			{Name: req.T("about.rules"), Value: a.Rules[:12]},
			{Name: req.T("about.sets"), Value: strings.Join(data.Regulations, ", ")},
			{Name: req.T("about.build"), Value: a.Build},
			{Name: "Go", Value: a.Go},
			{Name: "OpenAPI", Value: openAPIPath},
		},
		Modules: chart.Table{Caption: req.T("about.modules.caption"), Head: chart.Heads(req.T("about.module"), req.T("about.version"))},
	}
	for _, name := range s.assets.licences() {
		href, err := s.assets.url(name)
		if err == nil {
			b.Licences = append(b.Licences, navItem{Text: strings.TrimSuffix(strings.TrimPrefix(name, "LICENSES/"), ".txt"), Href: href})
		}
	}
	rows := analytics.Grid{
		Columns: []string{"key", "value"},
		Rows:    [][]string{{"snapshot", snapshot}, {"rules", a.Rules}, {"build", a.Build}, {"go", a.Go}},
	}
	for _, name := range sortedKeys(a.Modules) {
		b.Modules.Rows = append(b.Modules.Rows, []chart.Cell{chart.Text(name), chart.Text(a.Modules[name])})
		rows.Rows = append(rows.Rows, []string{name, a.Modules[name]})
	}
	return &view{
		template: "about", title: req.T("about.title"), lead: req.T("about.lead"), body: b, answer: a, name: "about", rows: rows,
		crumbs: []crumb{{req.T("nav.overview"), req.Link("/")}, {req.T("nav.about"), ""}},
	}
}

// modules are the Go modules this program is built from, as the binary itself
// says.
func modules() map[string]string {
	out := map[string]string{}
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return out
	}
	for _, m := range info.Deps {
		out[m.Path] = m.Version
	}
	return out
}

func sortedKeys(m map[string]string) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}
