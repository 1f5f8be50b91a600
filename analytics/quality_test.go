package analytics_test

import (
	"reflect"
	"slices"
	"testing"

	"tolok/analytics"
	"tolok/data"
)

// One worksheet sent twice, the second time with an impossible total; one
// worksheet that is all best.
func doubtful() [][]data.Record {
	total := &data.NodeScore{UnitID: "u1", Cycle: 2023, Regulation: "90/2021", Layer: "tpi", Code: "total", Score: data.MustScore("99")}
	return [][]data.Record{
		with(country2, varied("u1", 2023, "tpi", 0, "3.70")),
		with(varied("u1", 2023, "tpi", 1, "3.70"), []data.Record{total}, sheet("u2", 2023, "self", "A", amount("3.7")), stages("WBK", [3]string{"survei", "", "ditarik"}, [3]string{"desk", "", "lulus"})),
	}
}

func TestQuality(t *testing.T) {
	db := open(t, lakeOf(t, doubtful()...))
	q, err := db.Quality(t.Context(), analytics.Filter{Cycle: 2023})
	if err != nil {
		t.Fatal(err)
	}
	largest := data.MustScore("30.614791666666") // 99 as sent, 68.39 recomputed
	want := analytics.QualityCount{Worksheets: 2, Answered: 226, Asked: 226, Superseded: 1, Compared: 1, Differing: 1, Largest: &largest, Suspicious: 2, Suspicions: 3}
	if !reflect.DeepEqual(q.All, want) {
		t.Errorf("counts %+v\nwant   %+v", q.All, want)
	}
	if len(q.Senders) != 1 || q.Senders[0].AgencyID != "K1" || !reflect.DeepEqual(q.Senders[0].QualityCount, want) || *q.All.Completeness() != 1 {
		t.Errorf("senders %+v", q.Senders)
	}
	var codes []string
	for _, s := range q.Suspicions {
		codes = append(codes, s.Code+" "+s.Unit+" "+s.Agency+" "+s.File)
	}
	if !slices.Equal(codes, []string{"total-differs Kantor Satu Kementerian Satu file.csv", "all-best Kantor Dua Kementerian Satu file.csv", "stage-after-end Kantor Satu Kementerian Satu file.csv"}) {
		t.Errorf("suspicions %q", codes)
	}
	if q.Found != 3 || q.Rest != 0 || q.Pages != 1 {
		t.Errorf("found %d, rest %d, pages %d", q.Found, q.Rest, q.Pages)
	}
	for _, c := range []struct {
		f    analytics.Filter
		want int64 // suspicions
	}{
		{analytics.Filter{Cycle: 2023, Layer: "tpi"}, 2}, // the nomination belongs to every layer
		{analytics.Filter{Cycle: 2023, Layer: "self"}, 2},
		{analytics.Filter{Cycle: 2023, Province: "32"}, 1},
		{analytics.Filter{Cycle: 2023, Agency: "K1"}, 3},
		{analytics.Filter{Cycle: 2023, Kind: "kota"}, 0},
		{analytics.Filter{Cycle: 2022}, 0},
	} {
		q, err := db.Quality(t.Context(), c.f)
		if err != nil {
			t.Fatal(err)
		}
		if q.Found != c.want || q.All.Suspicions != c.want || int64(len(q.Suspicions)) != c.want {
			t.Errorf("%+v: found %d, counted %d, listed %d; want %d", c.f, q.Found, q.All.Suspicions, len(q.Suspicions), c.want)
		}
	}
}

// A list that is cut says by how many.
func TestQualityListIsCutAloud(t *testing.T) {
	db := open(t, lakeOf(t, doubtful()...))
	q, err := db.Quality(t.Context(), analytics.Filter{Cycle: 2023, Size: 2})
	if err != nil {
		t.Fatal(err)
	}
	said := slices.ContainsFunc(q.Meta.Notes, func(n analytics.Note) bool { return n.Code == "suspicions-more" && n.Values["n"] == "1" })
	if len(q.Suspicions) != 2 || q.Rest != 1 || q.Pages != 2 || !said {
		t.Errorf("%d listed, %d rest, %d pages, notes %v", len(q.Suspicions), q.Rest, q.Pages, q.Meta.Notes)
	}
	if g := q.Grid(); !slices.ContainsFunc(g.Rows, func(r []string) bool { return r[2] == "rest" && r[4] == "1" }) {
		t.Error("the table does not count the rest")
	}
}

func TestScorecardShowsSuspicions(t *testing.T) {
	db := open(t, lakeOf(t, doubtful()...))
	c, err := db.Scorecard(t.Context(), analytics.Filter{Unit: "u1", Cycle: 2023})
	if err != nil {
		t.Fatal(err)
	}
	if len(c.Suspicions) != 2 || c.Suspicions[0].Code != "total-differs" || c.Suspicions[0].Subject != "u1|2023|tpi" {
		t.Errorf("%+v", c.Suspicions)
	}
}
