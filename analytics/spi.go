package analytics

import (
	"cmp"
	"context"
	"slices"
	"strconv"

	"tolok/analytics/match"
	"tolok/analytics/stat"
	"tolok/data"
)

// SPI is KPK's integrity survey beside what the programme says of the same
// agencies, and which names could not be matched with the register.
type SPI struct {
	Meta      Meta           `json:"meta"`
	Cycle     int            `json:"cycle"` // the year of the rows
	Years     []SPIYear      `json:"years"` // oldest first
	Rows      []SPIRow       `json:"rows"`  // matched agencies of the year, by name
	Unmatched []SPIUnmatched `json:"unmatched"`
	Missing   []Place        `json:"missing"` // agencies of the register without a figure in the year
	Found     int64          `json:"found"`   // rows
	Page      int            `json:"page"`    // of the page; the answer holds all rows
	Pages     int            `json:"pages"`
}

// SPIYear is one year of the survey.
type SPIYear struct {
	Year      int              `json:"year"`
	Nation    *SPIScore        `json:"nation"` // KPK's own figure for the nation, which is no agency
	Names     int64            `json:"names"`  // agencies that KPK names
	Matched   int64            `json:"matched"`
	Rules     map[string]int64 `json:"rules"`   // matched, by rule
	Reasons   map[string]int64 `json:"reasons"` // not matched, by reason
	IPAK      Correlation      `json:"ipak"`
	PassRate  Correlation      `json:"pass_rate"`
	Leftovers int64            `json:"surveys_left_out"` // surveys without a scale or respondents
}

// SPIScore is one figure of the survey with its parts, 0-100.
type SPIScore struct {
	Index    *data.Amount `json:"index"`
	Internal *data.Amount `json:"internal"`
	External *data.Amount `json:"external"`
	Expert   *data.Amount `json:"expert"`
}

// Correlation is the rank correlation of SPI with another figure over agencies.
type Correlation struct {
	N        int64     `json:"n"`   // agencies with both
	Rho      *float64  `json:"rho"` // nil for fewer than fewPairs
	Method   string    `json:"method"`
	Interval *Interval `json:"interval"`
}

// SPIRow is one agency in one year.
type SPIRow struct {
	AgencyID string `json:"agency_id"`
	Agency   string `json:"agency"`
	Kind     string `json:"kind"`
	Name     string `json:"spi_name"` // as KPK writes it
	Rule     string `json:"rule"`     // by which the names were matched
	SPIScore
	IPAK        *float64 `json:"ipak"` // 0-4, weighted by respondents
	IPAKUnits   Count    `json:"ipak_units"`
	Respondents Count    `json:"respondents"`
	PassRate    Rate     `json:"pass_rate"`
}

// SPIUnmatched is one name of the survey that stands for no agency of the
// register, or for one that another name stands for already.
type SPIUnmatched struct {
	Name  string   `json:"name"`
	Years []int    `json:"years"`
	Why   string   `json:"why"` // one of match.Reasons, or doubled
	Like  []string `json:"like"`
}

// doubled is a second name of an agency in one year.
const doubled = "doubled"

// fewPairs is below what no correlation is given.
const fewPairs = 10

type spiRow struct {
	Name  string `col:"agency_name"`
	Year  int    `col:"year"`
	Place string `col:"place_code"`
	SPIScore
}

type spiIPAK struct {
	AgencyID    string   `col:"agency_id"`
	Cycle       int      `col:"cycle"`
	IPAK        *float64 `col:"ipak"`
	Units       int64    `col:"units"`
	Respondents int64    `col:"respondents"`
	LeftOut     int64    `col:"left_out"`
}

type spiPass struct {
	AgencyID string `col:"agency_id"`
	Cycle    int    `col:"cycle"`
	Hits     int64  `col:"hits"`
	Decided  int64  `col:"decided"`
}

// inYear is an agency in a year.
type inYear struct {
	agency string
	year   int
}

// SPI answers: does a survey from outside the programme see the agencies as the
// programme's own surveys and outcomes do?
func (db *DB) SPI(ctx context.Context, f Filter) (*SPI, error) {
	open := f.Cycle == 0
	f, err := db.settle(ctx, f)
	if err != nil {
		return nil, err
	}
	rows, err := collect[spiRow](ctx, db, "spi_rows", nil)
	if err != nil {
		return nil, err
	}
	agencies, err := collect[match.Agency](ctx, db, "spi_agencies", nil)
	if err != nil {
		return nil, err
	}
	if open {
		f.Cycle = db.newestSPI(rows, f.Cycle)
	}
	s := &SPI{Meta: db.meta("spi", f), Cycle: f.Cycle, Page: f.Page, Years: []SPIYear{}, Rows: []SPIRow{}, Unmatched: []SPIUnmatched{}, Missing: []Place{}}
	matched := s.match(rows, agencies, f)
	if err := s.addFigures(ctx, db, f, matched); err != nil {
		return nil, err
	}
	s.Found = int64(len(s.Rows))
	s.Pages = int((s.Found + int64(f.Size) - 1) / int64(f.Size))
	s.addNotes(db, f)
	return s, nil
}

// newestSPI is the newest year of the survey whose outcomes the reader may know,
// else its newest year.
func (db *DB) newestSPI(rows []spiRow, otherwise int) int {
	if len(rows) == 0 {
		return otherwise
	}
	best := rows[len(rows)-1].Year
	for _, r := range rows { // oldest first
		known := slices.ContainsFunc(db.sight.Load().cycles, func(c cycleLayer) bool { return c.Cycle == r.Year && c.Decided > 0 })
		if known && db.scope.decided(r.Year) {
			best = r.Year
		}
	}
	return best
}

// match finds the agency of every name, keeps the nation apart and counts. Where
// two names of a year stand for one agency, the surer rule has it.
func (s *SPI) match(rows []spiRow, agencies []match.Agency, f Filter) map[inYear]SPIRow {
	register := match.New(agencies)
	byID := map[string]match.Agency{}
	for _, a := range agencies {
		byID[a.ID] = a
	}
	asked := map[match.Asked]match.Result{}
	out, year := map[inYear]SPIRow{}, map[int]int{}
	for _, r := range rows {
		i, ok := year[r.Year]
		if !ok {
			i = len(s.Years)
			year[r.Year] = i
			s.Years = append(s.Years, SPIYear{Year: r.Year, Rules: map[string]int64{}, Reasons: map[string]int64{}})
		}
		y := &s.Years[i]
		if match.Nation(r.Name) {
			score := r.SPIScore
			y.Nation = &score
			continue
		}
		y.Names++
		q := match.Asked{Name: r.Name, Place: r.Place}
		found, ok := asked[q]
		if !ok {
			found = register.Find(q)
			asked[q] = found
		}
		if found.ID == "" {
			s.leave(y, r, found.Why, found.Like)
			continue
		}
		a := byID[found.ID]
		row, key := SPIRow{AgencyID: a.ID, Agency: a.Name, Kind: a.Kind, Name: r.Name, Rule: found.Rule, SPIScore: r.SPIScore}, inYear{a.ID, r.Year}
		if other, taken := out[key]; taken {
			if slices.Index(match.Rules, row.Rule) < slices.Index(match.Rules, other.Rule) {
				row, other = other, row
				out[key] = other
				y.Rules[row.Rule]--
				y.Rules[other.Rule]++
			}
			s.leave(y, spiRow{Name: row.Name, Year: r.Year}, doubled, []string{out[key].Name})
			continue
		}
		out[key] = row
		y.Matched++
		y.Rules[row.Rule]++
	}
	slices.SortFunc(s.Unmatched, func(a, b SPIUnmatched) int { return cmp.Or(cmp.Compare(a.Why, b.Why), cmp.Compare(a.Name, b.Name)) })
	for _, a := range agencies {
		if _, ok := out[inYear{a.ID, f.Cycle}]; !ok && (f.Kind == "" || a.Kind == f.Kind) && (f.Agency == "" || a.ID == f.Agency) {
			s.Missing = append(s.Missing, Place{a.ID, a.Name})
		}
	}
	return out
}

// leave notes a name that is not matched.
func (s *SPI) leave(y *SPIYear, r spiRow, why string, like []string) {
	y.Reasons[why]++
	i := slices.IndexFunc(s.Unmatched, func(u SPIUnmatched) bool { return u.Name == r.Name && u.Why == why })
	if i < 0 {
		if like == nil {
			like = []string{}
		}
		s.Unmatched = append(s.Unmatched, SPIUnmatched{Name: r.Name, Why: why, Like: like})
		i = len(s.Unmatched) - 1
	}
	if !slices.Contains(s.Unmatched[i].Years, r.Year) {
		s.Unmatched[i].Years = append(s.Unmatched[i].Years, r.Year)
	}
}

// addFigures puts the programme's own figures beside the survey's.
func (s *SPI) addFigures(ctx context.Context, db *DB, f Filter, matched map[inYear]SPIRow) error {
	ipak, err := collect[spiIPAK](ctx, db, "spi_ipak", f.params())
	if err != nil {
		return err
	}
	pass, err := collect[spiPass](ctx, db, "spi_pass", f.params())
	if err != nil {
		return err
	}
	may, err := db.show(ctx, nominated, f, "agency")
	if err != nil {
		return err
	}
	surveys, outcomes := map[inYear]spiIPAK{}, map[inYear]spiPass{}
	for _, x := range ipak {
		surveys[inYear{x.AgencyID, x.Cycle}] = x
	}
	for _, x := range pass {
		outcomes[inYear{x.AgencyID, x.Cycle}] = x
	}
	for i := range s.Years {
		y := &s.Years[i]
		var rows []SPIRow
		for key, row := range matched {
			if key.year != y.Year || f.Kind != "" && row.Kind != f.Kind || f.Agency != "" && row.AgencyID != f.Agency {
				continue
			}
			row.IPAKUnits, row.Respondents = Withheld, Withheld
			if v, ok := surveys[key]; ok {
				row.IPAK, row.IPAKUnits, row.Respondents = v.IPAK, Count(v.Units), Count(v.Respondents)
				y.Leftovers += v.LeftOut
			}
			row.PassRate = may.rate(key.year, key.agency, outcomes[key].Hits, outcomes[key].Decided)
			rows = append(rows, row)
		}
		slices.SortFunc(rows, func(a, b SPIRow) int {
			return cmp.Or(cmp.Compare(a.Agency, b.Agency), cmp.Compare(a.AgencyID, b.AgencyID))
		})
		y.IPAK = correlate(rows, func(r SPIRow) *float64 { return r.IPAK })
		y.PassRate = correlate(rows, func(r SPIRow) *float64 { return r.PassRate.Share })
		if y.Year == f.Cycle && rows != nil {
			s.Rows = rows
		}
	}
	s.Meta.noteShown(may)
	return nil
}

// correlate ranks the agencies by SPI and by another figure.
func correlate(rows []SPIRow, of func(SPIRow) *float64) Correlation {
	c := Correlation{Method: "spearman"}
	var x, y []float64
	for _, r := range rows {
		if v := of(r); v != nil && r.Index != nil {
			x, y = append(x, r.Index.Float()), append(y, *v)
		}
	}
	c.N = int64(len(x))
	rho, ok := stat.Spearman(x, y)
	if !ok || c.N < fewPairs {
		return c
	}
	c.Rho = &rho
	if low, high, ok := stat.SpearmanInterval(rho, len(x)); ok {
		c.Interval = &Interval{Low: low, High: high, Method: "bonett-wright"}
	}
	return c
}

func (s *SPI) addNotes(db *DB, f Filter) {
	s.Meta.N = Count(s.Found)
	s.Meta.note("spi-outside")
	s.Meta.noteMixed(f)
	s.Meta.note("ipak-weighted")
	if db.scope.reach() != everything {
		s.Meta.note("ipak-own")
	}
	i := slices.IndexFunc(s.Years, func(y SPIYear) bool { return y.Year == f.Cycle })
	if i < 0 {
		return
	}
	y := s.Years[i]
	if n := y.Names - y.Matched; n > 0 {
		s.Meta.note("spi-unmatched", "n", strconv.FormatInt(n, 10), "of", strconv.FormatInt(y.Names, 10))
	}
	if n := y.Reasons[doubled]; n > 0 {
		s.Meta.note("spi-doubled", "n", strconv.FormatInt(n, 10))
	}
	if y.IPAK.Rho == nil || y.PassRate.Rho == nil {
		s.Meta.note("spi-few", "n", strconv.Itoa(fewPairs))
	}
}

// Grid lists the years, the agencies, then the names that were not matched.
func (s *SPI) Grid() Grid {
	g := Grid{Columns: []string{
		"section", "year", "agency_id", "agency", "kind", "spi_name", "rule_or_reason", "index", "internal", "external", "expert", "ipak", "ipak_units",
		"respondents", "passed", "decided", "pass_rate", "names", "matched", "rho_ipak", "rho_pass_rate",
	}}
	for _, y := range s.Years {
		n := SPIScore{}
		if y.Nation != nil {
			n = *y.Nation
		}
		g.add("year", y.Year, "", "", "", "NASIONAL", "", n.Index, n.Internal, n.External, n.Expert, "", "", "", "", "", "", y.Names, y.Matched, y.IPAK.Rho, y.PassRate.Rho)
	}
	for _, r := range s.Rows {
		g.add("agency", s.Cycle, r.AgencyID, r.Agency, r.Kind, r.Name, r.Rule, r.Index, r.Internal, r.External, r.Expert, r.IPAK, r.IPAKUnits,
			r.Respondents, r.PassRate.Hits, r.PassRate.Of, r.PassRate.Share, "", "", "", "")
	}
	for _, u := range s.Unmatched {
		for _, year := range u.Years {
			g.add("unmatched", year, "", "", "", u.Name, u.Why, "", "", "", "", "", "", "", "", "", "", "", "", "", "")
		}
	}
	for _, m := range s.Missing {
		g.add("missing", s.Cycle, m.ID, m.Name, "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "")
	}
	return g
}
