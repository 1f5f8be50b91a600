package web

import (
	"encoding/json"
	"flag"
	"net/http"
	"net/http/httptest"
	"os"
	"testing"
	"time"

	"github.com/gorilla/mux"

	"tolok/analytics"
)

var serveAt = flag.String("serve", "", "serve the fixtures' pages on this address, to look at them")

// fixture reads an answer from testdata. The answers were made by hand: every
// kind of unknown is in them, and names that try to break out of the page.
func fixture[T any](t testing.TB, name string) *T {
	t.Helper()
	b, err := os.ReadFile("testdata/" + name + ".json")
	if err != nil {
		t.Fatal(err)
	}
	v := new(T)
	if err := json.Unmarshal(b, v); err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return v
}

// site serves the fixtures at their real addresses through the real
// middleware, without a database.
func site(t testing.TB) http.Handler {
	t.Helper()
	s, err := newServer(Options{Timeout: 1e9, Log: quiet}, "test")
	if err != nil {
		t.Fatal(err)
	}
	s.table = s.routes() // what the navigation leads to
	m := mux.NewRouter()
	for path, fetch := range map[string]func(*request) *view{
		"/units/{id:[^/]+?}/path" + ext:   func(r *request) *view { return pathView(r, fixture[analytics.Path](t, "path")) },
		"/units/{id:[^/]+?}/report" + ext: func(r *request) *view { return reportView(r, fixture[analytics.Report](t, "report")) },
		"/empty/units/{id:[^/]+?}/report" + ext: func(r *request) *view {
			return reportView(r, &analytics.Report{Unit: analytics.UnitInfo{UnitID: "X", Name: "X"}})
		},
		"/empty/units/{id:[^/]+?}/path" + ext: func(r *request) *view {
			return pathView(r, &analytics.Path{Unit: analytics.UnitInfo{UnitID: "X", Name: "X"}})
		},
		"/mentors" + ext:              func(r *request) *view { return mentorsView(r, fixture[analytics.Mentors](t, "mentors")) },
		"/empty/mentors" + ext:        func(r *request) *view { return mentorsView(r, &analytics.Mentors{Cycle: 2031}) },
		"/":                           func(r *request) *view { return overviewView(r, fixture[analytics.Overview](t, "overview")) },
		"/overview" + ext:             func(r *request) *view { return overviewView(r, fixture[analytics.Overview](t, "overview")) },
		"/ranking" + ext:              func(r *request) *view { return rankingView(r, fixture[analytics.Ranking](t, "ranking")) },
		"/agencies" + ext:             func(r *request) *view { return agenciesView(r, fixture[analytics.Agencies](t, "agencies")) },
		"/agencies/{id:[^/]+?}" + ext: func(r *request) *view { return agencyView(r, fixture[analytics.Agency](t, "agency")) },
		"/units/{id:[^/]+?}" + ext:    func(r *request) *view { return unitView(r, fixture[analytics.Scorecard](t, "unit")) },
		"/twins" + ext:                func(r *request) *view { return twinsView(r, fixture[analytics.Twins](t, "twins")) },
		"/peers" + ext:                func(r *request) *view { return peersView(r, fixture[analytics.Peers](t, "peers")) },
		"/units/{id:[^/]+?}/partners" + ext: func(r *request) *view {
			return partnersView(r, fixture[analytics.Partners](t, "partners"))
		},
		"/units/{id:[^/]+?}/partners/letter": func(r *request) *view {
			p := fixture[analytics.Partners](t, "partners")
			return letterView(r, p, &p.Rows[0], time.Date(2026, 5, 4, 0, 0, 0, 0, time.UTC))
		},
		"/empty/twins" + ext: func(r *request) *view { return twinsView(r, &analytics.Twins{}) },
		"/empty/units/{id:[^/]+?}/twins" + ext: func(r *request) *view {
			few := analytics.TwinSpread{N: analytics.Withheld}
			return twinsView(r, &analytics.Twins{Unit: analytics.UnitInfo{UnitID: "X", Name: "X"}, Target: "WBK", Source: "tpi", N: analytics.Withheld, Years: few, Tries: few})
		},
		"/empty/peers" + ext: func(r *request) *view { return peersView(r, &analytics.Peers{}) },
		"/empty/units/{id:[^/]+?}/partners" + ext: func(r *request) *view {
			return partnersView(r, &analytics.Partners{Unit: analytics.UnitInfo{UnitID: "X", Name: "X"}, Area: "MP"})
		},
		"/quality" + ext:              func(r *request) *view { return qualityView(r, fixture[analytics.Quality](t, "quality")) },
		"/forecast" + ext:             func(r *request) *view { return forecastView(r, fixture[analytics.Forecasts](t, "forecast")) },
		"/nominee" + ext:              func(r *request) *view { return nomineeView(r, fixture[analytics.Forecasts](t, "nominee")) },
		"/forecast/report-card" + ext: func(r *request) *view { return reportCardView(r, fixture[analytics.ReportCard](t, "report_card")) },
		"/forecast/portfolio" + ext:   func(r *request) *view { return portfolioView(r, fixture[analytics.Portfolio](t, "portfolio")) },
		"/empty/forecast" + ext:       func(r *request) *view { return forecastView(r, &analytics.Forecasts{Cycle: 2031}) },
		"/empty/report-card" + ext: func(r *request) *view {
			return reportCardView(r, &analytics.ReportCard{All: analytics.Grade{N: analytics.Withheld, Passed: analytics.Withheld}})
		},
		"/forecast/early-warning" + ext: func(r *request) *view {
			return earlyWarningView(r, fixture[analytics.EarlyWarning](t, "early_warning"))
		},
		"/empty/early-warning" + ext: func(r *request) *view { return earlyWarningView(r, &analytics.EarlyWarning{Cycle: 2031}) },
		"/empty/portfolio" + ext:     func(r *request) *view { return portfolioView(r, &analytics.Portfolio{Cycle: 2031}) },
		"/empty/nominee" + ext: func(r *request) *view {
			return nomineeView(r, &analytics.Forecasts{Cycle: 2031, Nominee: &analytics.NomineeForecast{Row: analytics.ForecastRow{UnitID: "X", Name: "X", Target: "WBK", Issuer: "nasional", Doubt: "few-outcomes"}}})
		},
		"/register" + ext: func(r *request) *view { return registerView(r, fixture[analytics.Register](t, "register")) },
		"/criteria" + ext: func(r *request) *view {
			if r.Filter.Unit != "" {
				return criteriaView(r, fixture[analytics.Criteria](t, "criteria-unit"))
			}
			return criteriaView(r, fixture[analytics.Criteria](t, "criteria"))
		},
		"/spi" + ext:            func(r *request) *view { return spiView(r, fixture[analytics.SPI](t, "spi")) },
		"/empty/register" + ext: func(r *request) *view { return registerView(r, &analytics.Register{Cycle: 2031}) },
		"/empty/criteria" + ext: func(r *request) *view {
			if r.Filter.Unit != "" {
				return criteriaView(r, &analytics.Criteria{Cycle: 2031, Layer: "tpn", Unit: &analytics.UnitTest{Unit: analytics.UnitInfo{UnitID: "X", Name: "X"}}})
			}
			return criteriaView(r, &analytics.Criteria{Cycle: 2031, Layer: "tpn"})
		},
		"/empty/spi" + ext:    func(r *request) *view { return spiView(r, &analytics.SPI{Cycle: 2031}) },
		"/quality" + ext:      func(r *request) *view { return qualityView(r, fixture[analytics.Quality](t, "quality")) },
		"/funnel" + ext:       func(r *request) *view { return funnelView(r, fixture[analytics.FunnelPlot](t, "funnel")) },
		"/credibility" + ext:  func(r *request) *view { return credibilityView(r, fixture[analytics.Credibility](t, "credibility")) },
		"/empty/funnel" + ext: func(r *request) *view { return funnelView(r, &analytics.FunnelPlot{Group: "agency"}) },
		"/empty/credibility" + ext: func(r *request) *view {
			return credibilityView(r, &analytics.Credibility{Pair: analytics.TPITPN, Indicator: "total"})
		},
		"/empty/quality" + ext:  func(r *request) *view { return qualityView(r, &analytics.Quality{Cycle: 2031}) },
		"/empty" + ext:          func(r *request) *view { return overviewView(r, &analytics.Overview{Cycle: 2031}) },
		"/empty/ranking" + ext:  func(r *request) *view { return rankingView(r, &analytics.Ranking{Cycle: 2031, By: "total"}) },
		"/empty/agencies" + ext: func(r *request) *view { return agenciesView(r, &analytics.Agencies{Cycle: 2031}) },
		"/empty/agencies/{id:[^/]+?}" + ext: func(r *request) *view {
			return agencyView(r, &analytics.Agency{ID: "X", Name: "X", Kind: "kota", Cycle: 2031})
		},
		"/empty/units/{id:[^/]+?}" + ext: func(r *request) *view {
			return unitView(r, &analytics.Scorecard{Unit: analytics.UnitInfo{UnitID: "X", Name: "X"}})
		},
		"/methods" + ext: methodsView,
		"/about" + ext:   func(r *request) *view { return s.aboutView(r, "9f2c41d07be8") },
	} {
		m.Handle(path, s.page(func(r *request) (*view, error) { return fetch(r), nil }))
	}
	m.PathPrefix("/fail/{what}").Handler(s.handle(func(_ http.ResponseWriter, r *http.Request) error { return failures[mux.Vars(r)["what"]] }))
	m.Handle("/panic", s.handle(func(http.ResponseWriter, *http.Request) error { panic("secret detail") }))
	m.Handle("/preferences", s.handle(s.preferences))
	m.PathPrefix("/static/").Handler(s.handle(s.static))
	m.NotFoundHandler = s.handle(func(http.ResponseWriter, *http.Request) error { return errNoPage })
	return s.wrap(m)
}

// get asks for one address.
func get(t testing.TB, h http.Handler, target string, headers ...string) *httptest.ResponseRecorder {
	t.Helper()
	r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, target, nil)
	for i := 0; i+1 < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}

// TestServe is not a test: with -serve it shows the fixtures' pages until it
// is stopped.
func TestServe(t *testing.T) {
	if *serveAt == "" {
		t.Skip("give -serve ADDRESS to look at the pages")
	}
	t.Fatal(http.ListenAndServe(*serveAt, site(t)))
}
