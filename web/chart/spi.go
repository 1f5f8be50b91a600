package chart

import (
	"slices"
	"strings"

	"tolok/analytics"
	"tolok/data"
	"tolok/web/text"
)

// kindShapes tell the kinds of agency apart.
var kindShapes = map[string][2]string{
	"kementerian": {"diamond", "c1"}, "lembaga": {"triangle", "c2"}, "provinsi": {"square", "c3"}, "kabupaten": {"circle", "c4"}, "kota": {"circle", "c5"},
}

// SPI shows agencies by KPK's survey and, upwards, by the programme's own index
// (what is "ipak") or by their pass rate ("pass_rate").
func SPI(w text.Words, what string, rows []analytics.SPIRow, corr analytics.Correlation) *Chart {
	c := &Chart{ID: "spi-" + what, Title: w.T("chart.spi.none", "what", text.Mid(w.T("spi."+what))), Desc: w.T("chart.spi.desc", "what", text.Mid(w.T("spi."+what)))}
	c.Table = Table{Caption: w.T("chart.spi.caption", "what", text.Mid(w.T("spi."+what))), Head: Heads(w.T("word.agency"), "#SPI", "#"+w.T("spi."+what))}
	p := &cloud{words: w, x: axis{name: "SPI"}, y: axis{name: w.T("spi." + what), decimals: 1}}
	if what == "pass_rate" {
		p.y = axis{name: w.T("spi." + what), unit: "%", low: 0, high: 100}
	}
	for _, kind := range data.Kinds {
		g := cloudGroup{name: w.Code("kind", kind), shape: kindShapes[kind][0], class: kindShapes[kind][1]}
		for _, r := range rows {
			v := r.IPAK
			written := w.Maybe(r.IPAK, 2)
			if what == "pass_rate" {
				v = r.PassRate.Share
				written = w.MaybePercent(v, 0)
			}
			if r.Kind != kind || v == nil || r.Index == nil {
				continue
			}
			y := *v
			if what == "pass_rate" {
				y *= 100
			}
			g.points = append(g.points, spot{x: r.Index.Float(), y: y, tip: r.Agency + "\nSPI: " + w.Amount(r.Index) + "\n" + w.T("spi."+what) + ": " + written})
			c.Table.Rows = append(c.Table.Rows, []Cell{Text(r.Agency), Num(w.Amount(r.Index), ""), Num(written, "")})
		}
		if len(g.points) > 0 {
			p.groups = append(p.groups, g)
		}
	}
	if len(p.groups) == 0 {
		return c
	}
	c.Title = w.T("chart.spi.few", "what", text.Mid(w.T("spi."+what)), "n", len(c.Table.Rows))
	if corr.Rho != nil {
		c.Title = w.T("chart.spi.title", "what", text.Mid(w.T("spi."+what)), "rho", w.Float(*corr.Rho, 2), "strength", w.Code("strength", Strength(corr)), "n", corr.N)
	}
	slices.SortStableFunc(c.Table.Rows, func(a, b []Cell) int { return strings.Compare(a[0].Text, b[0].Text) })
	return finish(c, p)
}

// Strength says in a word what a correlation's interval allows to say: nothing
// where it holds zero, together or apart where it does not.
func Strength(c analytics.Correlation) string {
	switch {
	case c.Rho == nil:
		return "unknown"
	case c.Interval != nil && c.Interval.Low > 0, c.Interval == nil && *c.Rho == 1:
		return "together"
	case c.Interval != nil && c.Interval.High < 0, c.Interval == nil && *c.Rho == -1:
		return "apart"
	}
	return "unclear"
}
