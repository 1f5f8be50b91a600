package web

import (
	"net/http"
	"reflect"
	"strings"

	"tolok/analytics"
	"tolok/data"
	"tolok/data/rule"
	"tolok/web/auth"
	"tolok/web/text"
)

// pageForms is what a page with other forms takes and gives, for the description of
// the interface: the struct that its parameters are read into, and its .json.
type pageForms struct{ question, answer any }

// describedPages are the pages with other forms, by the name of their route. A test
// finds the page that is not here.
var describedPages = map[string]pageForms{
	"/units/{id}/path":        {new(analytics.PathQuery), analytics.Path{}},
	"/units/{id}/report":      {new(analytics.Filter), analytics.Report{}},
	"/mentors":                {new(analytics.MentorsQuery), analytics.Mentors{}},
	"/forecast":               {new(analytics.ForecastQuestion), analytics.Forecasts{}},
	"/forecast/report-card":   {new(analytics.Filter), analytics.ReportCard{}},
	"/forecast/portfolio":     {new(analytics.PortfolioQuestion), analytics.Portfolio{}},
	"/forecast/early-warning": {new(analytics.WarningQuestion), analytics.EarlyWarning{}},
	"/peers":                  {new(analytics.PeersQuery), analytics.Peers{}},
	"/twins":                  {new(analytics.TwinsQuery), analytics.Twins{}},
	"/units/{id}/partners":    {new(analytics.PartnersQuery), analytics.Partners{}},
	"/overview":               {new(analytics.Filter), analytics.Overview{}},
	"/ranking":                {new(analytics.RankingFilter), analytics.Ranking{}},
	"/agencies":               {new(analytics.Filter), analytics.Agencies{}},
	"/agencies/{id}":          {new(analytics.Filter), analytics.Agency{}},
	"/units/{id}":             {new(analytics.Filter), analytics.Scorecard{}},
	"/criteria":               {new(analytics.CriteriaQuestion), analytics.Criteria{}},
	"/register":               {new(analytics.RegisterQuestion), analytics.Register{}},
	"/spi":                    {new(analytics.Filter), analytics.SPI{}},
	"/funnel":                 {new(analytics.FunnelQuestion), analytics.FunnelPlot{}},
	"/credibility":            {new(analytics.CredibilityQuestion), analytics.Credibility{}},
	"/quality":                {new(analytics.Filter), analytics.Quality{}},
	"/methods":                {nil, []*rule.Set{}},
	"/about":                  {nil, aboutAnswer{}},
	"/submissions": {new(struct {
		State string `param:"state"`
		Page  int    `param:"page"`
	}), submissionsAnswer{}},
	"/submissions/{id}": {nil, submissionAnswer{}},
}

// openAPIPath is where the description of the interface is.
const openAPIPath = "/api/openapi.json"

// byToken is one who asks with an API token and may see everything.
var byToken = auth.Identity{Via: auth.ViaToken, Scope: auth.Scope{Role: auth.Nasional}}

// openAPI describes every page that has other forms and that a token opens, in
// OpenAPI 3.1: made of the table of routes and the types themselves, so that it
// cannot lag behind.
func (s *Server) openAPI(w http.ResponseWriter, r *http.Request) error {
	words := text.In(language(r))
	shapes := schemas{}
	paths := map[string]any{}
	for _, t := range s.table {
		if p, ok := describedPages[t.name()]; ok && t.method == http.MethodGet && t.who.check(byToken) == nil {
			for _, form := range forms {
				paths[t.name()+"."+form] = map[string]any{"get": operation(words, shapes, t, p, form)}
			}
		}
	}
	return writeJSON(w, r, http.StatusOK, map[string]any{
		"openapi": "3.1.0",
		"info":    map[string]any{"title": "Tolok", "version": s.build(), "description": words.T("openapi.lead")},
		"paths":   paths,
		"components": map[string]any{
			"schemas":         shapes,
			"securitySchemes": map[string]any{"token": map[string]any{"type": "http", "scheme": "bearer"}},
		},
	})
}

// operation describes one form of one page.
func operation(words text.Words, shapes schemas, t route, p pageForms, form string) map[string]any {
	answer := map[string]any{}
	if form == formJSON {
		answer["schema"] = shapes.of(reflect.TypeOf(p.answer))
	}
	fault := map[string]any{"schema": shapes.of(reflect.TypeFor[errorAnswer]())}
	out := map[string]any{
		"summary":    words.T(navKey(strings.TrimSuffix(t.name(), "/{id}"))),
		"parameters": parameters(t.name(), p.question),
		"responses": map[string]any{
			"200":     map[string]any{"description": "OK", "content": map[string]any{mediaTypes[form]: answer}},
			"default": map[string]any{"description": "Error", "content": map[string]any{mediaTypes[formJSON]: fault}},
		},
	}
	if t.who.check(auth.Identity{}) != nil {
		out["security"] = []any{map[string]any{"token": []any{}}}
	}
	return out
}

// parameters lists what a page can be asked with.
func parameters(path string, question any) []any {
	out := []any{}
	add := func(name, in string, schema map[string]any) {
		out = append(out, map[string]any{"name": name, "in": in, "required": in == "path", "schema": schema})
	}
	if strings.Contains(path, "{id}") {
		add("id", "path", map[string]any{"type": "string"})
	}
	add("lang", "query", map[string]any{"type": "string", "enum": text.Langs})
	if question == nil {
		return out
	}
	add("snapshot", "query", map[string]any{"type": "string"})
	for _, p := range analytics.Parameters(question) {
		schema := map[string]any{"type": p.Type}
		if list, ok := choices[p.Name]; ok {
			schema["enum"] = list
		}
		add(p.Name, "query", schema)
	}
	return out
}

// choices are the parameters that take one of a list.
var choices = map[string][]string{
	"layer": data.Layers, "kind": data.Kinds, "target": data.Targets, "issuer": data.Issuers, "order": {"asc", "desc"},
}

// mediaTypes are those of the forms.
var mediaTypes = map[string]string{formJSON: "application/json", formCSV: "text/csv", formXLSX: typeXLSX}
