// Package chart draws answers. Each chart is one function from a typed answer
// of package analytics to a [Chart], and every chart has three forms made from
// one model, so that they cannot disagree:
//
//   - an SVG made here, complete without JavaScript, with a title, a
//     description, and colours by CSS class, in a wide and a narrow drawing so
//     that its letters stay readable on a phone;
//   - an ECharts option, built with go-echarts, for tooltips, zoom and export;
//   - a table.
//
// There are four models: [rows] (marks on one horizontal scale), [columns]
// (marks over cycles, with the breaks of the series as gaps), [histogram] and
// [tiles]. Words and number formats come from web/text. Colours are names of
// tokens: "c1" is a class in the SVG and "token:chart-1" in the option, which
// the page's script replaces by the theme's value. No mark is told from
// another by colour alone: shapes, patterns and labels say the same.
package chart
