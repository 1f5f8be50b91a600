package web

import (
	"strconv"
	"strings"

	"tolok/analytics"
)

// foot is the strip under every page's content: what the numbers rest on and
// what to beware of.
type foot struct {
	Snapshot string
	Short    string
	Rules    string
	Policy   string
	N        string
	Notes    []string
	JSON     string
	CSV      string
	XLSX     string
}

func footOf(req *request, v *view) *foot {
	if v.answer == nil {
		return nil
	}
	f := &foot{JSON: req.As(formJSON), CSV: req.As(formCSV), XLSX: req.As(formXLSX)}
	if v.meta == nil {
		return f
	}
	f.Snapshot, f.Short = v.meta.Snapshot, v.meta.Snapshot
	if len(f.Short) > 12 {
		f.Short = f.Short[:12]
	}
	f.Rules = strings.Join(v.meta.Rules, ", ")
	f.Policy = req.Policy(v.meta.Policy)
	f.N = req.Count(v.meta.N.Pointer())
	f.Notes = notes(req, v.meta.Notes)
	return f
}

func notes(req *request, list []analytics.Note) []string {
	out := make([]string, 0, len(list))
	for _, n := range list {
		out = append(out, req.Note(n.Code, n.Values))
	}
	return out
}

// filters is the form above a page's content. It is a plain GET form.
type filters struct {
	Title  string // where the form asks something else than a filter
	Action string
	Fields []field
	Hidden []pair
	Clear  string   // address without any filter
	Chips  []string // what is chosen now, for when the form is folded
	Open   bool
}

type pair struct{ Name, Value string }

// field is a drop-down, or a text field where it has no options.
type field struct {
	Name, Label, Value string
	Type               string // of a text field; search
	Options            []option
}

type option struct {
	Value, Text string
	Selected    bool
}

// filterForm makes the form of a page from what the snapshot offers. names
// says which filters the page has, in order; hidden are parameters that the
// form must not lose.
func filterForm(req *request, meta *analytics.Meta, path string, names []string, hidden ...string) *filters {
	f := &filters{Action: path, Clear: req.Link(path)}
	for _, name := range append(hidden, kept...) {
		if v := req.query.Get(name); v != "" {
			f.Hidden = append(f.Hidden, pair{name, v})
		}
	}
	for _, name := range names {
		one := filterField(req, meta, name)
		f.Fields = append(f.Fields, one)
		if chip := one.chip(); chip != "" {
			f.Chips = append(f.Chips, chip)
		}
		f.Open = f.Open || name == "q" // a search is not hidden
	}
	return f
}

// chip is the field's value in short, or "" while it does not restrict.
func (f *field) chip() string {
	for _, o := range f.Options {
		if o.Selected && o.Value != "" {
			return o.Text
		}
	}
	return f.Value
}

func filterField(req *request, meta *analytics.Meta, name string) field {
	c, now := meta.Choices, meta.Filter
	out := field{Name: name, Label: req.T("filter." + name)}
	all := func(current string, values []string, word func(string) string) {
		out.Options = append(out.Options, option{"", req.T("filter.all"), current == ""})
		for _, v := range values {
			out.Options = append(out.Options, option{v, word(v), v == current})
		}
	}
	code := func(group string) func(string) string {
		return func(v string) string { return req.Code(group, v) }
	}
	switch name {
	case "cycle":
		for _, y := range c.Cycles {
			s := strconv.Itoa(y)
			out.Options = append(out.Options, option{s, s, y == now.Cycle})
		}
	case "layer":
		for _, l := range c.Layers {
			out.Options = append(out.Options, option{l, req.Code("layer", l), l == now.Layer})
		}
	case "kind":
		all(now.Kind, c.Kinds, code("kind"))
	case "unit_type":
		all(now.UnitType, c.UnitTypes, req.UnitType)
	case "province":
		all(now.Province, c.Provinces, req.Province)
	case "target":
		all(now.Target, c.Targets, code("target"))
	case "issuer":
		all(now.Issuer, c.Issuers, code("issuer"))
	case "agency":
		out.Value = now.Agency
		if len(c.Agencies) > 0 {
			out.Value = ""
			out.Options = append(out.Options, option{"", req.T("filter.all"), now.Agency == ""})
			for _, a := range c.Agencies {
				out.Options = append(out.Options, option{a.ID, a.Name, a.ID == now.Agency})
			}
		}
	case "by":
		by := analytics.RankBy
		if meta.Question == "agencies" {
			by = analytics.AgencyBy
		}
		for _, v := range by {
			out.Options = append(out.Options, option{v, req.Code("by", v), v == now.By})
		}
	case "order":
		for _, v := range []string{"desc", "asc"} {
			out.Options = append(out.Options, option{v, req.Code("order", v), v == now.Order})
		}
	case "q":
		out.Value, out.Type = now.Search, "search"
	}
	return out
}
