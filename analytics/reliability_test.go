package analytics_test

import (
	"fmt"
	"math"
	"testing"

	"tolok/analytics"
	"tolok/analytics/stat"
	"tolok/data"
)

// sentTotal is a unit's total of one layer.
func sentTotal(unit string, cycle int32, layer, regulation string, score float64) *data.NodeScore {
	return &data.NodeScore{UnitID: unit, Cycle: cycle, Regulation: regulation, Layer: layer, Code: "total", Score: data.Score(score * float64(data.One))}
}

// Forty units of two agencies: TPI lies above TPN by the agency's own bias, and
// by 2 points more or less in turn. The SE is that of one of two readings that
// differ by ±2: sqrt((4·40/38)/2) = 1.451. Between the years every unit changes
// by ±6 about the mean, which tells less.
func TestReliability(t *testing.T) {
	const regulation = "90/2021"
	rs := []data.Record{
		&data.Agency{AgencyID: "A1", Name: "Satu", Kind: "kementerian"},
		&data.Agency{AgencyID: "A2", Name: "Dua", Kind: "kementerian"},
	}
	for i := range 40 {
		agency, bias := "A1", 3.0
		if i%4 >= 2 {
			agency, bias = "A2", 11
		}
		id := fmt.Sprintf("u%02d", i)
		turn := float64(2*(i%2) - 1)
		rs = append(rs, &data.Unit{UnitID: id, AgencyID: agency, Name: "Kantor " + id, UnitType: "kantor_pajak", ProvinceCode: "31"},
			sentTotal(id, 2022, "tpn", regulation, 70), sentTotal(id, 2023, "tpn", regulation, 72+6*turn),
			sentTotal(id, 2023, "tpi", regulation, 72+6*turn+bias+2*turn))
	}
	db := open(t, lakeOf(t, rs))
	got, err := db.Reliability(t.Context(), 2023, "tpn")
	if err != nil {
		t.Fatal(err)
	}
	if p := got["total"]; p.SE == nil || math.Abs(*p.SE-math.Sqrt(4.0*40/38/2)) > 1e-9 || p.Source != stat.Layers || p.Pairs != 38 {
		t.Errorf("TPN's total: %s", precision(p))
	}
	if p := got["MP"]; p.SE != nil || p.Pairs != 0 {
		t.Errorf("no area was sent: %s", precision(p))
	}
	// Half of the variance of ±6 on 39 degrees of freedom: sqrt(36·40/39/2).
	others, err := db.As(analytics.Scope{Role: "instansi", Agency: "A1", Released: []int{2022, 2023}}).Reliability(t.Context(), 2023, "tpn")
	if p := others["total"]; err != nil || p.SE == nil || math.Abs(*p.SE-math.Sqrt(36.0*40/39/2)) > 1e-9 || p.Source != stat.Years {
		t.Errorf("an agency may not have others' TPI counted: %v, %s", err, precision(p))
	}
	if none, err := db.As(analytics.Scope{Released: []int{2023}}).Reliability(t.Context(), 2023, "tpn"); err != nil || none["total"].SE != nil {
		t.Errorf("one released cycle has no year before: %v, %s", err, precision(none["total"]))
	}
	if old, err := db.Reliability(t.Context(), 2017, "tpn"); err != nil || old["total"].SE != nil {
		t.Errorf("another form: %v, %s", err, precision(old["total"]))
	}
}

func precision(p stat.Precision) string {
	if p.SE == nil {
		return fmt.Sprintf("unknown, %d pairs", p.Pairs)
	}
	return fmt.Sprintf("%.6f of %d pairs by %s", *p.SE, p.Pairs, p.Source)
}
