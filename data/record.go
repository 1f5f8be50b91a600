package data

// Origin says where a record was read: the source (a number given by the lake,
// see [Source]), the sheet of a workbook, and the line or row in it.
type Origin struct {
	Source int32  `parquet:"source" json:"source,omitempty"`
	Sheet  string `parquet:"sheet,dict,optional" json:"sheet,omitempty"`
	Line   int32  `parquet:"line" json:"line,omitempty"`
}

// At returns the origin itself; embedding Origin gives every record this method.
func (o *Origin) At() *Origin { return o }

// Record is one row of a dataset.
type Record interface {
	// Dataset is the name of the dataset, as in the contract: "units".
	Dataset() string
	// Key identifies what the record is about. Of two records with one key,
	// the one from the newer submission counts.
	Key() string
	// InCycle is the partition of the lake the record belongs to: the cycle
	// (year), or 0 for what has none.
	InCycle() int32
	// Validate reports every field that cannot be true by itself. It does not
	// look at other records.
	Validate() []Problem
	// At gives the record's origin, to be read or set.
	At() *Origin
}

// Sink takes what a reader produced. The lake's writer is one; the checker
// that writes nothing is another.
type Sink interface {
	// Source announces a file (or an endpoint's answer) and returns the
	// number its records carry in Origin.Source. Its SHA-256 may come later.
	Source(Source) (int32, error)
	// Hashed gives the SHA-256 of a source's bytes, once for each source.
	Hashed(source int32, sha256 string) error
	// Put takes one valid record. The sink does not keep the pointer.
	Put(Record) error
	// Report takes one problem.
	Report(Problem) error
}

// Source is one file, or one answer of an endpoint, that records came from.
type Source struct {
	Number    int32  `parquet:"source"`     // 1, 2, 3 … in the order of taking in
	Submitted int32  `parquet:"submission"` // the commit it came with: 1, 2, 3 …
	Name      string `parquet:"name"`       // file name below the submission, never a path of a machine
	SHA256    string `parquet:"sha256"`     // of the file's bytes
	Size      int64  `parquet:"size"`       // bytes
	Format    string `parquet:"format"`     // csv, lke, portalrb …
	Publisher string `parquet:"publisher,optional"`
	AgencyID  string `parquet:"agency_id,optional"`
	SentAt    *Date  `parquet:"sent_at,date,optional"`
	Note      string `parquet:"note,optional"`
	// Context is what was declared for the file as a whole, by the command or
	// by its folder: the same bytes under another unit or cycle say something
	// else.
	Context string `parquet:"context,optional"`
}

// Datasets lists an empty record of every dataset an agency can send, in the
// order in which they refer to each other: what is named comes before what
// names it.
func Datasets() []Record {
	return []Record{
		&Agency{}, &Unit{}, &AgencyGate{}, &UnitGate{}, &Answer{}, &NodeScore{}, &Survey{}, &Nomination{},
		&Award{}, &Quota{}, &Host{}, &Visit{}, &Zone{}, &SPI{},
	}
}

// Layer is who scored a worksheet.
type Layer = string

// The three layers of scoring.
const (
	Self Layer = "self" // the unit itself (mandiri)
	TPI  Layer = "tpi"  // the agency's inspectorate
	TPN  Layer = "tpn"  // the national team
)

// Predicates a unit can be nominated for and hold.
const (
	WBK  = "WBK"
	WBBM = "WBBM"
)

// Choices of the fields that take one word of a list.
var (
	Layers      = []string{Self, TPI, TPN}
	Kinds       = []string{"kementerian", "lembaga", "provinsi", "kabupaten", "kota"}
	Targets     = []string{WBK, WBBM}
	Issuers     = []string{"nasional", "mandiri"}
	Indexes     = []string{"IPAK", "IPKP", "IKM"}
	BPKOpinions = []string{"WTP", "WDP", "TW", "TMP"}
	Results     = []string{"berjalan", "lulus", "lulus_catatan", "tidak_lulus", "ditarik", "sanggah"}
	// Stages in the order in which a nominee passes through them.
	Stages = []string{
		"pencanangan", "pembangunan", "mandiri", "tpi", "pengusulan", "administrasi", "survei", "desk", "wawancara", "lapangan", "panel", "penetapan", "pemantauan", "dicabut",
	}
	// SAKIPBands from the lowest to the highest.
	SAKIPBands = []string{"D", "C", "CC", "B", "BB", "A", "AA"}
	// Regulations whose rule sets the program knows.
	Regulations = []string{"52/2014", "10/2019", "90/2021", "5/2024"}
	// Areas of change, and the result components, in the order of the form.
	Areas = []string{"MP", "TT", "SDM", "AK", "PW", "PP"}
)

// FirstCycle and LastCycle bound what can be a cycle (year) of the programme.
const (
	FirstCycle = 2010
	LastCycle  = 2100
)
