package analytics_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"

	"tolok/analytics"
	"tolok/analytics/planted"
)

// opened is a planted programme's database.
func opened(t *testing.T, p *planted.Programme) *analytics.DB {
	t.Helper()
	l, err := p.Lake(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	db, err := analytics.Open(t.Context(), l, "")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	return db
}

// readers are the scopes that the tests ask as.
var readers = map[string]analytics.Scope{
	"nasional":            {Role: "nasional", Released: planted.Released},
	"perencana":           {Role: "perencana", Released: planted.Released},
	"instansi A1":         {Role: "instansi", Agency: "A1", Released: planted.Released},
	"perencana of A2":     {Role: "perencana", Agency: "A2", Released: planted.Released},
	"satker a2":           {Role: "satker", Agency: "A1", Unit: "a2", Released: planted.Released},
	"satker c1":           {Role: "satker", Agency: "A3", Unit: "c1", Released: planted.Released},
	"public":              {Released: planted.Released},
	"instansi, no agency": {Role: "instansi", Released: planted.Released},
	"satker, none out":    {Role: "satker", Agency: "A2", Unit: "b1"},
}

// keep renders an answer, as JSON and as the rows of its CSV. A unit or agency
// that is not found is an answer too.
func keep(t *testing.T, out map[string][]byte, db *analytics.DB, name string, f analytics.Filter, v interface{ Grid() analytics.Grid }, err error) {
	t.Helper()
	key := fmt.Sprintf("%s %+v", name, f)
	if errors.Is(err, analytics.ErrNotFound) {
		out[key] = []byte(err.Error())
		return
	}
	if err != nil {
		t.Fatalf("%s: %v", key, err)
	}
	b, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	g := v.Grid()
	for _, row := range append([][]string{g.Columns}, g.Rows...) {
		b = append(b, "\n"+strings.Join(row, ";")...)
	}
	out[key] = bytes.ReplaceAll(b, []byte(db.Snapshot()), []byte("SNAPSHOT"))
}

// asked is every question under many filters.
func asked(t *testing.T, db *analytics.DB) map[string][]byte {
	t.Helper()
	out := map[string][]byte{}
	keep := func(name string, f analytics.Filter, v interface{ Grid() analytics.Grid }, err error) {
		keep(t, out, db, name, f, v, err)
	}
	ctx := t.Context()
	for _, f := range filters() {
		o, err := db.Overview(ctx, f)
		keep("overview", f, o, err)
		r, err := db.Ranking(ctx, analytics.RankingFilter{Filter: f})
		keep("ranking", f, r, err)
	}
	for _, f := range []analytics.Filter{{}, {Cycle: planted.Third}, {Cycle: planted.Second, Layer: "tpi", Agency: "A2"}} {
		g, err := db.Agencies(ctx, f)
		keep("agencies", f, g, err)
		q, err := db.Quality(ctx, f)
		keep("quality", f, q, err)
		m, err := db.Mentors(ctx, analytics.MentorsQuery{Filter: f})
		keep("mentors", f, m, err)
	}
	for _, f := range []analytics.Filter{{}, {Cycle: planted.Third, Agency: "A2"}, {Cycle: planted.Second, Unit: "a2"}} {
		v, err := db.Forecasts(ctx, analytics.ForecastQuestion{Filter: f, Meaning: analytics.MeaningWritten, IPAK: "3.1"})
		keep("forecast", f, v, err)
		c, err := db.ReportCard(ctx, f)
		keep("report-card", f, c, err)
		p, err := db.Portfolio(ctx, analytics.PortfolioQuestion{Filter: f, Cost: 1})
		keep("portfolio", f, p, err)
		w, err := db.EarlyWarning(ctx, analytics.WarningQuestion{Filter: f})
		keep("early-warning", f, w, err)
	}
	for _, f := range []analytics.Filter{{}, {Cycle: planted.Second}, {Cycle: planted.Third}, {Cycle: planted.Third, Layer: "self", Agency: "A1"}, {Cycle: planted.Second, Kind: "kota", Target: "WBK"}} {
		g, err := db.Register(ctx, analytics.RegisterQuestion{Filter: f})
		keep("register", f, g, err)
		c, err := db.Criteria(ctx, analytics.CriteriaQuestion{Filter: f})
		keep("criteria", f, c, err)
		s, err := db.SPI(ctx, f)
		keep("spi", f, s, err)
	}
	lost, err := db.Register(ctx, analytics.RegisterQuestion{State: "revoked"})
	keep("register revoked", analytics.Filter{}, lost, err)
	misses, err := db.Criteria(ctx, analytics.CriteriaQuestion{Criterion: "total"})
	keep("criteria total", analytics.Filter{}, misses, err)
	for _, id := range scorecards {
		for _, f := range []analytics.Filter{{Unit: id, Cycle: planted.Third, Layer: "self"}, {Unit: id, Cycle: planted.Second, Layer: "tpn"}} {
			c, err := db.Criteria(ctx, analytics.CriteriaQuestion{Filter: f})
			keep("criteria", f, c, err)
		}
	}
	for _, group := range analytics.FunnelGroups {
		for _, span := range analytics.FunnelSpans {
			p, err := db.Funnel(ctx, analytics.FunnelQuestion{Filter: analytics.Filter{Cycle: planted.Second}, Group: group, Span: span})
			keep("funnel "+group+" "+span, analytics.Filter{Cycle: planted.Second}, p, err)
		}
	}
	for _, cycle := range []int{planted.Second, planted.Third} {
		f := analytics.Filter{Cycle: cycle}
		c, err := db.Credibility(ctx, analytics.CredibilityQuestion{Filter: f})
		keep("credibility", f, c, err)
	}
	for _, by := range []string{"pass_rate", "total", "MP"} {
		f := analytics.Filter{Cycle: planted.Second, By: by}
		g, err := db.Agencies(ctx, f)
		keep("agencies", f, g, err)
	}
	for _, id := range []string{"a1", "c1"} {
		f := analytics.Filter{Cycle: planted.Second, Layer: "tpn"}
		r, err := db.Ranking(ctx, analytics.RankingFilter{Filter: f, Peers: id, Raw: true})
		keep("ranking peers "+id, f, r, err)
	}
	for _, id := range []string{"A1", "A2", "A3"} {
		for _, f := range []analytics.Filter{{}, {Cycle: planted.Third, Layer: "self"}} {
			f.Agency = id
			a, err := db.Agency(ctx, f)
			keep("agency", f, a, err)
		}
	}
	for _, id := range scorecards {
		p, err := db.Peers(ctx, analytics.PeersQuery{Filter: analytics.Filter{Unit: id}, K: 5})
		keep("peers", analytics.Filter{Unit: id}, p, err)
		for _, target := range []string{"", "WBK", "WBBM"} {
			w, err := db.Twins(ctx, analytics.TwinsQuery{Unit: id, Target: target})
			keep("twins", analytics.Filter{Unit: id, Target: target}, w, err)
		}
		for _, cycle := range []int{planted.Second, planted.Third} {
			q := analytics.PartnersQuery{Filter: analytics.Filter{Unit: id, Cycle: cycle}, Area: "MP", AtLeast: "0"}
			l, err := db.Partners(ctx, q)
			keep("partners", q.Filter, l, err)
		}
		for _, f := range []analytics.Filter{{}, {Cycle: planted.Second, Layer: "tpn"}, {Cycle: planted.Third, Layer: "self"}} {
			f.Unit = id
			c, err := db.Scorecard(ctx, f)
			keep("scorecard", f, c, err)
			if f.Layer == "self" { // the layer whose items are kept
				w, err := db.Path(ctx, analytics.PathQuery{Filter: f})
				keep("path", f, w, err)
			} else {
				r, err := db.Report(ctx, f)
				keep("report", f, r, err)
			}
		}
	}
	return out
}

// scorecards are the units whose scorecards are asked for: of each agency and
// each fate.
var scorecards = []string{"a1", "a2", "b1", "b3", "c1"}

func filters() []analytics.Filter {
	return []analytics.Filter{
		{},
		{Cycle: planted.First, By: "MP", Order: "asc"},
		{Cycle: planted.Third},
		{Cycle: planted.Third, Layer: "self", Agency: "A1"},
		{Cycle: planted.Second, Layer: "tpi", By: "IPAK"},
		{Cycle: planted.Second, Layer: "tpn", Kind: "kota", By: "MP"},
		{Cycle: planted.Second, Layer: "tpn", Province: "31", UnitType: "dukcapil", Target: "WBK"},
		{Cycle: planted.Second, Layer: "tpn", Search: "Satker", Size: 3, Page: 2, By: "MP"},
	}
}
