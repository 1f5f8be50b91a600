package data

// Answer is one item of a worksheet (LKE), as one layer answered it. Item ids
// are read within their regulation: A.I.1 is an area half in 90/2021 and a
// sub-area's parent in 52/2014.
type Answer struct {
	UnitID     string  `parquet:"unit_id"`
	Cycle      int32   `parquet:"cycle"`
	Regulation string  `parquet:"regulation,dict"`
	Layer      Layer   `parquet:"layer,dict"`
	ItemID     string  `parquet:"item_id,dict"`
	Choice     string  `parquet:"choice,dict,optional"`                   // Ya, Tidak, A … E
	Value      *Amount `parquet:"value,decimal(6:18),optional"`           // a count, rupiah, a survey value 0-4, a typed ratio 0-1
	Num        *Amount `parquet:"num,decimal(6:18),optional"`             // numerator of a ratio item
	Den        *Amount `parquet:"den,decimal(6:18),optional"`             // denominator of a ratio item
	Reported   *Score  `parquet:"reported_score,decimal(12:18),optional"` // what the sender's own tool made of it, 0-1
	KnownOn    *Date   `parquet:"known_on,date,optional"`
	Origin
}

// Dataset implements [Record].
func (*Answer) Dataset() string { return "answers" }

// Key implements [Record].
func (a *Answer) Key() string {
	return key(a.UnitID, itoa(int64(a.Cycle)), a.Layer, a.Regulation, a.ItemID)
}

// InCycle implements [Record].
func (a *Answer) InCycle() int32 { return a.Cycle }

// Validate implements [Record]. Whether the item exists and takes such an
// answer is the rule set's to say.
func (a *Answer) Validate() []Problem {
	c := check{dataset: "answers"}
	c.id("unit_id", a.UnitID)
	c.cycle("cycle", a.Cycle)
	c.oneOf("regulation", a.Regulation, Regulations)
	c.oneOf("layer", a.Layer, Layers)
	c.required("item_id", a.ItemID)
	c.atLeastAmount("value", a.Value, 0)
	c.atLeastAmount("num", a.Num, 0)
	c.atLeastAmount("den", a.Den, 0)
	if r := a.Reported; r != nil && (*r < 0 || *r > One) {
		c.add("out-of-range", "reported_score", r.String(), "0 … 1")
	}
	return c.problems
}

// Empty reports whether the item was left unanswered.
func (a *Answer) Empty() bool {
	return a.Choice == "" && a.Value == nil && a.Num == nil && a.Den == nil
}

// NodeScore is a score that was kept without its items: an item, sub-area,
// area, component or the total, in points.
type NodeScore struct {
	UnitID     string `parquet:"unit_id"`
	Cycle      int32  `parquet:"cycle"`
	Regulation string `parquet:"regulation,dict"`
	Layer      Layer  `parquet:"layer,dict"`
	Code       string `parquet:"code,dict"` // a node of the rule set, or "total"
	Score      Score  `parquet:"score,decimal(12:18)"`
	KnownOn    *Date  `parquet:"known_on,date,optional"`
	Origin
}

// Dataset implements [Record].
func (*NodeScore) Dataset() string { return "scores" }

// Key implements [Record].
func (s *NodeScore) Key() string {
	return key(s.UnitID, itoa(int64(s.Cycle)), s.Layer, s.Regulation, s.Code)
}

// InCycle implements [Record].
func (s *NodeScore) InCycle() int32 { return s.Cycle }

// Validate implements [Record].
func (s *NodeScore) Validate() []Problem {
	c := check{dataset: "scores"}
	c.id("unit_id", s.UnitID)
	c.cycle("cycle", s.Cycle)
	c.oneOf("regulation", s.Regulation, Regulations)
	c.oneOf("layer", s.Layer, Layers)
	c.required("code", s.Code)
	if s.Score < 0 || s.Score > 100*One {
		c.add("out-of-range", "score", s.Score.String(), "0 … 100")
	}
	return c.problems
}
