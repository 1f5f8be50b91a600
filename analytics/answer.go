package analytics

import "tolok/data"

// Meta travels with every answer: what it rests on and what to beware of.
type Meta struct {
	Question string   `json:"question"`
	Snapshot string   `json:"snapshot"`
	Filter   Filter   `json:"filter"`
	Rules    []string `json:"rules"`  // ids of the rule sets the numbers were scored by
	Policy   string   `json:"policy"` // how unanswered and not applicable items counted
	N        Count    `json:"n"`      // how many worksheets, units or nominees the answer rests on
	Notes    []Note   `json:"notes"`
	Choices  Choices  `json:"choices"`
}

// Note is one caveat: a code, for which the reader's language has a sentence,
// and the values that stand in it.
type Note struct {
	Code   string            `json:"code"`
	Values map[string]string `json:"values,omitempty"`
}

// Filter is what an answer is asked about; empty fields do not restrict. It is
// the URL's query string and the command line's flags under the same names.
type Filter struct {
	Cycle    int    `json:"cycle,omitempty" param:"cycle"`
	Layer    string `json:"layer,omitempty" param:"layer"`
	Kind     string `json:"kind,omitempty" param:"kind"`
	Agency   string `json:"agency,omitempty" param:"agency"`
	UnitType string `json:"unit_type,omitempty" param:"unit_type"`
	Province string `json:"province,omitempty" param:"province"`
	Target   string `json:"target,omitempty" param:"target"`
	Issuer   string `json:"issuer,omitempty" param:"issuer"`
	Unit     string `json:"unit,omitempty" param:"unit"`
	// Of lists.
	By     string `json:"by,omitempty" param:"by"`       // what a ranking sorts by: total, A, B, MP … PP, IPAK, IPKP
	Search string `json:"q,omitempty" param:"q"`         // part of a unit's name or id
	Page   int    `json:"page,omitempty" param:"page"`   // from 1
	Size   int    `json:"size,omitempty" param:"size"`   // rows a page, at most 1000
	Order  string `json:"order,omitempty" param:"order"` // asc, desc
}

// Choices lists what each filter can be set to in this snapshot, in the order
// to show.
type Choices struct {
	Cycles    []int    `json:"cycles"` // newest first
	Layers    []string `json:"layers"`
	Kinds     []string `json:"kinds"`
	UnitTypes []string `json:"unit_types"`
	Provinces []string `json:"provinces"`
	Targets   []string `json:"targets"`
	Issuers   []string `json:"issuers"`
	Agencies  []Place  `json:"-"` // by name; /agencies has them, so no answer need repeat some hundred
}

// Interval is a 95 % interval with its source. Nil means that none is known.
type Interval struct {
	Low    float64 `json:"low"`
	High   float64 `json:"high"`
	Method string  `json:"method"` // wilson, normal-fpc, paule-mandel, normal-gap, reliability, respondents, units
}

// Rate is a share with its counts.
type Rate struct {
	Hits     Count     `json:"hits"`
	Of       Count     `json:"of"`
	Share    *float64  `json:"share"` // nil when Of is 0
	Interval *Interval `json:"interval"`
}

// Spread is the distribution of a number over units; of too few that the
// reader may not see by name it is not known.
type Spread struct {
	N      Count    `json:"n"`
	P10    *float64 `json:"p10"`
	Q1     *float64 `json:"q1"`
	Median *float64 `json:"median"`
	Q3     *float64 `json:"q3"`
	P90    *float64 `json:"p90"`
}

// Overview is one cycle of the nation, or of what the filter leaves of it.
type Overview struct {
	Meta      Meta            `json:"meta"`
	Cycle     int             `json:"cycle"`
	Units     int64           `json:"units"`     // registered and open in the cycle
	Agencies  int64           `json:"agencies"`  // with at least one such unit
	Scored    Count           `json:"scored"`    // units with a worksheet in the chosen layer
	Nominees  Count           `json:"nominees"`  // units nominated in the cycle
	Passed    []PredicateRate `json:"passed"`    // by target, then issuer
	PassRate  Rate            `json:"pass_rate"` // of nominees whose cycle is decided
	Holders   []HolderCount   `json:"holders"`   // predicates in force at the end of the cycle
	Total     Spread          `json:"total"`     // of the chosen layer
	Funnel    []StageCount    `json:"funnel"`    // in the order of the stages
	Areas     []AreaStat      `json:"areas"`     // six areas, then the result components
	Blocking  []BlockCount    `json:"blocking"`  // criteria by how many scored nominees miss them, most first
	Provinces []ProvinceStat  `json:"provinces"` // all 38
	Kinds     []KindStat      `json:"kinds"`
	Heat      []HeatRow       `json:"heat"`    // the agencies with most scored units, most first
	HeatOf    int             `json:"heat_of"` // agencies that have any
	Series    []CycleStat     `json:"series"`  // oldest first

	total held // what of the whole may be shown
}

// PredicateRate counts passes for one target and issuer.
type PredicateRate struct {
	Target string `json:"target"`
	Issuer string `json:"issuer"`
	Rate   Rate   `json:"rate"`
}

// HolderCount counts predicates in force.
type HolderCount struct {
	Predicate string `json:"predicate"`
	Issuer    string `json:"issuer"`
	Count     int64  `json:"count"`
}

// StageCount is one stage of the funnel: who entered, and how many stopped there.
type StageCount struct {
	Stage   string `json:"stage"`
	Entered Count  `json:"entered"`
	Stopped Count  `json:"stopped"`
	Running Count  `json:"running"`
}

// AreaStat is how one area (or result component) fared over the scored units.
type AreaStat struct {
	Area       string   `json:"area"`
	Attainment Spread   `json:"attainment"` // percent of the weight
	BelowWBK   *Rate    `json:"below_wbk"`  // share below the area minimum; nil where the rules have none
	BelowWBBM  *Rate    `json:"below_wbbm"`
	MinWBK     *float64 `json:"min_wbk"` // percent
	MinWBBM    *float64 `json:"min_wbbm"`
}

// BlockCount is how many of the target's nominees miss a criterion, and how
// many miss that one alone.
type BlockCount struct {
	Target    string `json:"target"`
	Criterion string `json:"criterion"`
	Missed    Count  `json:"missed"`
	Alone     Count  `json:"alone"`
	Of        Count  `json:"of"`
}

// ProvinceStat is one square of the tile grid.
type ProvinceStat struct {
	Code     string   `json:"code"`
	Name     string   `json:"name"`
	Units    int64    `json:"units"`
	Scored   Count    `json:"scored"`
	Nominees Count    `json:"nominees"`
	Passed   Count    `json:"passed"`
	PassRate Rate     `json:"pass_rate"`
	Holders  int64    `json:"holders"`
	Median   *float64 `json:"median"` // total of the chosen layer
}

// KindStat is one kind of agency.
type KindStat struct {
	Kind     string   `json:"kind"`
	Agencies int64    `json:"agencies"`
	Units    int64    `json:"units"`
	Scored   Count    `json:"scored"`
	Nominees Count    `json:"nominees"`
	PassRate Rate     `json:"pass_rate"`
	Median   *float64 `json:"median"`
}

// CycleStat is one year of the series. Break says why it must not be joined
// by a line to the year before, or is empty.
type CycleStat struct {
	Cycle    int              `json:"cycle"`
	Rules    string           `json:"rules"`
	Break    string           `json:"break"` // note code: break-2019, break-2021, break-2023
	Nominees Count            `json:"nominees"`
	Passed   map[string]Count `json:"passed"`  // by target
	Mandiri  Count            `json:"mandiri"` // of the passes, awarded by the agency itself
	PassRate Rate             `json:"pass_rate"`
	Scored   Count            `json:"scored"`
	Median   *float64         `json:"median"`
}

// Ranking lists units of one cycle and layer, best first.
type Ranking struct {
	Meta  Meta         `json:"meta"`
	Cycle int          `json:"cycle"`
	By    string       `json:"by"`
	Of    Count        `json:"of"`    // units ranked under the filter, before search
	Found int64        `json:"found"` // units that the search leaves
	Page  int          `json:"page"`
	Pages int          `json:"pages"`
	Rows  []RankingRow `json:"rows"`
	Dist  []Bin        `json:"distribution"` // of what it sorts by, over all units ranked

	Minima      map[string]data.Score `json:"minima"` // of what it sorts by, by target
	Uncertainty Uncertainty           `json:"uncertainty"`
	Peers       *LikeUnit             `json:"peers"` // whose peers they are, if only those are listed
	Raw         bool                  `json:"raw"`   // the reader asked for the plain ranks
}

// Uncertainty says where the intervals of a list come from.
type Uncertainty struct {
	Source string   `json:"source"` // reliability, respondents, beta; empty: not known, and no intervals
	SE     *float64 `json:"se"`     // standard error of one value, where all have the same
	Known  int64    `json:"known"`  // values it is known of
}

// LikeUnit is a unit whose like are listed: the units of its type, in agencies of its kind.
type LikeUnit struct {
	ID       string `json:"unit_id" col:"unit_id"`
	Name     string `json:"name" col:"name"`
	Kind     string `json:"kind" col:"kind"`
	UnitType string `json:"unit_type" col:"unit_type"`
}

// RankingRow is one unit. Equal scores share a rank.
type RankingRow struct {
	Rank       int64                  `json:"rank"`
	Tier       string                 `json:"tier"` // top10, top25, middle, bottom25
	UnitID     string                 `json:"unit_id"`
	Name       string                 `json:"name"`
	AgencyID   string                 `json:"agency_id"`
	Agency     string                 `json:"agency"`
	Kind       string                 `json:"kind"`
	UnitType   string                 `json:"unit_type"`
	Province   string                 `json:"province"`
	Regulation string                 `json:"regulation"`
	Value      *data.Score            `json:"value"`    // what it sorts by
	Interval   *Interval              `json:"interval"` // of Value; nil where its uncertainty is not known
	Odds       *Odds                  `json:"odds"`
	Total      *data.Score            `json:"total"`
	Pengungkit *data.Score            `json:"pengungkit"`
	Hasil      *data.Score            `json:"hasil"`
	Areas      map[string]*data.Score `json:"areas"` // percent of the weight
	IPAK       *data.Score            `json:"ipak"`  // 0-4, as the worksheet has it
	IPKP       *data.Score            `json:"ipkp"`
	Unanswered Count                  `json:"unanswered"`
	Target     string                 `json:"target"` // nominated for in the cycle, or empty
	Result     string                 `json:"result"` // of the nomination, or empty
}

// Bin is one bar of a histogram: From <= x < To (the last includes To).
type Bin struct {
	From  float64 `json:"from"`
	To    float64 `json:"to"`
	Count int64   `json:"count"`
}

// Place names an agency or unit where one is mentioned.
type Place struct {
	ID   string `json:"id"`
	Name string `json:"name"`
}

// UnitInfo is what is known of a unit apart from its scores.
type UnitInfo struct {
	UnitID       string `json:"unit_id"`
	Name         string `json:"name"`
	Agency       Place  `json:"agency"`
	Kind         string `json:"kind"`
	UnitType     string `json:"unit_type"`
	Echelon      string `json:"echelon"`
	Province     Place  `json:"province"`
	Regency      Place  `json:"regency"`
	Staff        *int64 `json:"staff"`
	ServiceUsers *int64 `json:"service_users"`
	BudgetIDR    *int64 `json:"budget_idr"`
	Opened       *int64 `json:"opened"`
	Closed       *int64 `json:"closed"`
	MergedInto   *Place `json:"merged_into"`
}

// Scorecard is one unit in one cycle and layer, with what stands around it.
type Scorecard struct {
	Meta       Meta            `json:"meta"`
	Unit       UnitInfo        `json:"unit"`
	Cycle      int             `json:"cycle"` // 0 when the unit has no worksheet at all
	Layer      string          `json:"layer"`
	Regulation string          `json:"regulation"`
	Basis      string          `json:"basis"` // items: recomputed; scores: as sent, the items were not kept
	Total      *data.Score     `json:"total"`
	Low        *data.Score     `json:"low"` // what the unanswered items still allow
	High       *data.Score     `json:"high"`
	Reported   *data.Score     `json:"reported"` // the total that the sender reported, where there is one
	Answered   int64           `json:"answered"`
	Unanswered int64           `json:"unanswered"`
	NotApply   int64           `json:"not_applicable"`
	Rank       []RankIn        `json:"ranks"`
	Nodes      []NodeStat      `json:"nodes"` // total, components, areas, sub-areas in the order of the form
	Areas      []AreaScore     `json:"areas"` // both halves together, then the result components; of a holder that is not the reader's own, all there is
	Items      []ItemStat      `json:"items"`
	Criteria   []CriterionStat `json:"criteria"`
	Policies   []PolicyStat    `json:"policies"` // totals under every policy; empty where items were not kept
	Layers     []LayerStat     `json:"layers"`   // the same cycle, all layers
	History    []HistoryStat   `json:"history"`  // all cycles and layers
	Surveys    []SurveyStat    `json:"surveys"`
	Path       []StageStat     `json:"path"` // nominations of all cycles, newest first
	Awards     []AwardStat     `json:"awards"`
	Gates      []GateStat      `json:"gates"` // of the cycle
	Sources    []SourceStat    `json:"sources"`
	Problems   []data.Problem  `json:"problems"`   // of this worksheet
	Suspicions []data.Problem  `json:"suspicions"` // of the unit in this cycle, over the whole lake
}

// RankIn is the unit's place within a group.
type RankIn struct {
	Group string `json:"group"` // nation, kind, type, province, agency
	Rank  int64  `json:"rank"`
	Of    Count  `json:"of"`
	Tier  string `json:"tier"`
}

// NodeStat is one node of the rule set's tree with what the unit earned.
type NodeStat struct {
	Code       string      `json:"code"`
	Parent     string      `json:"parent"`
	Level      string      `json:"level"`
	Part       string      `json:"part"`
	Area       string      `json:"area"`
	LabelID    string      `json:"label_id"`
	LabelEN    string      `json:"label_en"`
	Weight     data.Score  `json:"weight"`
	Score      *data.Score `json:"score"`
	Attainment *data.Score `json:"attainment"` // 0-1
	State      string      `json:"state"`      // answered, unanswered, not_applicable
	Reported   *data.Score `json:"reported"`
}

// AreaScore is one area, both halves together, beside other units.
type AreaScore struct {
	Area       string      `json:"area"`
	Score      *data.Score `json:"score"`
	Weight     data.Score  `json:"weight"`
	Attainment *data.Score `json:"attainment"` // 0-1
	Pemenuhan  *data.Score `json:"pemenuhan"`  // attainment of the half, 0-1
	Reform     *data.Score `json:"reform"`
	MinWBK     *data.Score `json:"min_wbk"` // 0-1
	MinWBBM    *data.Score `json:"min_wbbm"`
	Same       Spread      `json:"same_type"` // attainment percent of units of the same type
	Nation     Spread      `json:"nation"`
	Best       *Achievable `json:"best"` // of the other holders by TPN; nil over fewer than five
}

// ItemStat is one item.
type ItemStat struct {
	ItemID     string       `json:"item_id"`
	Node       string       `json:"node"`
	LabelID    string       `json:"label_id"`
	LabelEN    string       `json:"label_en"`
	AnswerType string       `json:"answer_type"`
	State      string       `json:"state"`
	Choice     string       `json:"choice"`
	Value      *data.Amount `json:"value"`
	Num        *data.Amount `json:"num"`
	Den        *data.Amount `json:"den"`
	Score      *data.Score  `json:"score"` // 0-1
	Reported   *data.Score  `json:"reported"`
	File       string       `json:"file"`
	Sheet      string       `json:"sheet"`
	Line       int64        `json:"line"`
}

// CriterionStat is one criterion tested on the unit.
type CriterionStat struct {
	Target    string      `json:"target"`
	Criterion string      `json:"criterion"`
	Value     *data.Score `json:"value"`
	Minimum   data.Score  `json:"minimum"`
	Margin    *data.Score `json:"margin"`
	Passed    *bool       `json:"passed"` // nil: not known
	Status    string      `json:"status"`
	Citation  string      `json:"citation"`
}

// PolicyStat is what another policy would give.
type PolicyStat struct {
	Unanswered    string          `json:"unanswered"`
	NotApplicable string          `json:"not_applicable"`
	Default       bool            `json:"default"`
	Total         data.Score      `json:"total"`
	Passes        map[string]bool `json:"passes"` // by target
}

// LayerStat is one layer's view of the same worksheet.
type LayerStat struct {
	Layer      string                 `json:"layer"`
	Total      *data.Score            `json:"total"`
	Pengungkit *data.Score            `json:"pengungkit"`
	Hasil      *data.Score            `json:"hasil"`
	Areas      map[string]*data.Score `json:"areas"` // attainment 0-1
	Unanswered int64                  `json:"unanswered"`
}

// HistoryStat is one cycle and layer.
type HistoryStat struct {
	Cycle      int         `json:"cycle"`
	Layer      string      `json:"layer"`
	Regulation string      `json:"regulation"`
	Total      *data.Score `json:"total"`
	Break      string      `json:"break"`
	Unanswered int64       `json:"unanswered"`
}

// SurveyStat is one survey index with what can be said of its precision.
type SurveyStat struct {
	Cycle       int          `json:"cycle"`
	Index       string       `json:"index"`
	Value       data.Amount  `json:"value"`
	ScaleMin    *data.Amount `json:"scale_min"`
	ScaleMax    *data.Amount `json:"scale_max"`
	Value4      *float64     `json:"value4"` // on 0-4; nil where the scale is not known
	Respondents *int64       `json:"respondents"`
	Population  *int64       `json:"population"`
	Surveyor    string       `json:"surveyor"`
	Interval    *Interval    `json:"interval"` // of Value4
	Notes       []Note       `json:"notes"`
}

// StageStat is one stage of one nomination.
type StageStat struct {
	Cycle     int        `json:"cycle"`
	Target    string     `json:"target"`
	Issuer    string     `json:"issuer"`
	Stage     string     `json:"stage"`
	EnteredOn *data.Date `json:"entered_on"`
	LeftOn    *data.Date `json:"left_on"`
	Result    string     `json:"result"`
}

// AwardStat is one predicate.
type AwardStat struct {
	Predicate    string     `json:"predicate"`
	Issuer       string     `json:"issuer"`
	AwardedOn    data.Date  `json:"awarded_on"`
	Decree       string     `json:"decree"`
	RevokedOn    *data.Date `json:"revoked_on"`
	RevokeReason string     `json:"revoke_reason"`
}

// GateStat is one nomination gate. Minimum and Value are words or numbers, as
// the gate has them.
type GateStat struct {
	Target  string      `json:"target"`
	Gate    string      `json:"gate"`
	Level   string      `json:"level"`
	Value   string      `json:"value"` // empty: not known
	Minimum string      `json:"minimum"`
	Margin  *data.Score `json:"margin"` // of a gate that is a number
	Passed  *bool       `json:"passed"`
	Exempt  bool        `json:"exempt"`
	Status  string      `json:"status"`
}

// SourceStat is one file the page's numbers came from.
type SourceStat struct {
	Number    int    `json:"source"`
	Name      string `json:"name"`
	SHA256    string `json:"sha256"`
	Format    string `json:"format"`
	Publisher string `json:"publisher"`
	TakenIn   string `json:"taken_in"` // RFC 3339, from the manifest
	Rows      int64  `json:"rows"`     // rows of this unit
}

// Agency is one agency in one cycle.
type Agency struct {
	Meta       Meta            `json:"meta"`
	ID         string          `json:"agency_id"`
	Name       string          `json:"name"`
	Kind       string          `json:"kind"`
	Province   Place           `json:"province"`
	Cycle      int             `json:"cycle"`
	Units      int64           `json:"units"`
	Scored     Count           `json:"scored"`
	Nominees   Count           `json:"nominees"`
	PassRate   Rate            `json:"pass_rate"`
	KindRate   Rate            `json:"kind_pass_rate"` // of all agencies of the kind
	NationRate Rate            `json:"nation_pass_rate"`
	Passed     []PredicateRate `json:"passed"` // by target, then issuer
	Holders    []HolderCount   `json:"holders"`
	Quotas     []QuotaStat     `json:"quotas"`
	Total      Spread          `json:"total"`
	Areas      []AgencyArea    `json:"areas"`
	Funnel     []StageCount    `json:"funnel"`
	Series     []CycleStat     `json:"series"`
	Rows       []RankingRow    `json:"rows"`     // its units, ranked inside the agency
	Best       []RankingRow    `json:"best"`     // of the rows
	Improved   []Change        `json:"improved"` // most first, since TPN last scored them on the same form
	Compared   int             `json:"compared"` // units that Improved was chosen from
	Lines      []QuotaRank     `json:"quota_lines"`
	Gaps       []CycleGap      `json:"gaps"`     // TPI less TPN, oldest first; empty for other readers
	Unscored   []Place         `json:"unscored"` // units without a worksheet in the layer
}

// QuotaStat is one quota beside what was nominated.
type QuotaStat struct {
	Target   string `json:"target"`
	Quota    *int64 `json:"quota"`
	Nominees Count  `json:"nominees"`
}

// AgencyArea is one area of the agency beside its kind and the nation, in
// percent of the weight.
type AgencyArea struct {
	Area   string `json:"area"`
	Own    Spread `json:"own"`
	Kind   Spread `json:"kind"`
	Nation Spread `json:"nation"`
}
