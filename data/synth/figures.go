package synth

import "tolok/data"

// figures are one year of the national programme at its full size.
type figures struct {
	year      int
	nominated int   // by agencies to the national team, both targets
	seekWBBM  int   // of these, for WBBM; no source prints the split
	wbk, wbbm int   // predicates by the national team
	mandiri   int   // WBK awarded by agencies themselves
	papers    level // share of nominees whose papers are incomplete
	quota     bool  // agencies may nominate a limited number
	source    string
}

// fullSize is how many units the figures are about.
const fullSize = 60_000

// programmeYears is the table the programme is calibrated to; a year after its
// last row repeats that. News and unverified figures are those collected for
// the project from pages of agencies and newspapers.
var programmeYears = []figures{
	{2016, 310, 14, 60, 4, 0, 120 * milli, false, "invented; no figure was found"},
	{2017, 485, 20, 71, 6, 0, 120 * milli, false, "news; one page prints 77 for WBK: 71 + 6"},
	{2018, 910, 26, 200, 5, 0, 120 * milli, false, "news"},
	{2019, 2246, 100, 473, 34, 0, 150 * milli, false, "unverified"},
	{2020, 3691, 240, 681, 82, 0, 280 * milli, false, "news; 2,570 of the nominees were evaluated"},
	{2021, 4042, 260, 486, 72, 0, 20 * milli, false, "news; 4,042 were evaluated; WBBM unverified"},
	{2022, 1100, 70, 93, 9, 0, 100 * milli, true, "news for WBK and WBBM; quotas came, their sum is invented"},
	{2023, 1300, 100, 180, 22, 100, 100 * milli, true, "invented; WBK mandiri begins"},
	{2024, 1500, 120, 210, 26, 160, 100 * milli, true, "invented"},
	{2025, 1600, 130, 230, 30, 200, 100 * milli, true, "invented"},
}

// FirstCycle is the first year the programme can be asked for.
const FirstCycle = 2016

// lastCycle bounds the cycles that can be asked for.
const lastCycle = 2040

// before are the predicates in the register when the first cycle begins, by
// year of award; the number is invented.
var before = []struct{ year, wbk int }{{2014, 35}, {2015, 45}}

func figuresOf(year int) figures {
	last := programmeYears[len(programmeYears)-1]
	for _, f := range programmeYears {
		if f.year == year {
			return f
		}
	}
	last.year, last.source = year, "repeats "+last.source
	return last
}

// wanted turns figures of the full size into whole numbers of a smaller
// programme. Fractions are carried over: the sum over the years stays in
// proportion.
type wanted struct {
	units int
	carry map[string]int // in fullSize-ths
}

func (w *wanted) count(what string, figure int) int {
	sum := figure*w.units + w.carry[what]
	// Round to the nearest, so that half a predicate is already one.
	n := (sum + fullSize/2) / fullSize
	w.carry[what] = sum - n*fullSize
	return n
}

// scaled is the figure at this size, before rounding.
func (w *wanted) scaled(figure int) data.Score {
	return data.One.Times(int64(figure)*int64(w.units), fullSize).Round(2)
}

// The world behind the worksheets: levels are shares of full attainment; names
// with sd are standard deviations. None of these is measured. They were chosen
// such that totals, gaps between layers and pass rates look like those in the
// news and in published worksheets, with a strictness of no more than a few
// points in most years.
const (
	meanQuality  = 590 * milli // of a unit that has not begun to build, in 2016
	yearlyGain   = 3 * milli   // of everybody
	buildingGain = 14 * milli  // of a unit that builds, for buildingYears
	awardGain    = 50 * milli  // of a holder of WBK, who aims at WBBM
	sdAgency     = 35 * milli
	sdType       = 20 * milli
	sdProvince   = 12 * milli
	sdUnit       = 55 * milli // of what wanders
	persistence  = 800 * milli
	sdArea       = 30 * milli // of a unit's strength in one area
	sdAgencyArea = 15 * milli

	buildingYears = 5

	complianceEase = 70 * milli // pemenuhan is easier than reform by twice this

	meanInflation  = 60 * milli // of inspectorates
	sdInflation    = 40 * milli
	driftInflation = 12 * milli
	meanVanity     = 45 * milli // of units, on top
	sdVanity       = 35 * milli
	sdSight        = 22 * milli // what each layer misreads in one area

	sdDifficulty = 60 * milli // between items
	sdTalent     = 60 * milli // between units in one item, lasting
	sdItem       = 35 * milli // between years
	sdJudge      = 25 * milli // between layers
	sameLuck     = 750 * milli

	perfectShare = 4 * milli   // all-perfect worksheets among self-assessments
	copyShare    = 8 * milli   // self-assessments copied from another unit
	copiedItems  = 900 * milli // of their choices
	sloppyShare  = 100 * milli // units that leave items blank
	sloppyBlank  = 40 * milli
	usualBlank   = 3 * milli

	selfPerNominee = 2_000 * milli // units that assess themselves per nominee
	tpiPerNominee  = 1_300 * milli

	vetoShare    = 30 * milli // of those that meet every criterion
	revokedShare = 4 * milli  // of holders, a year
	banYears     = 2
)
