package inbox

import (
	"errors"
	"slices"
	"time"

	"tolok/data"
)

// State is how far a submission is.
type State string

// The states; the last three are final.
const (
	Draft     State = "draft"     // sent, not checked yet
	Checked   State = "checked"   // its report can be read
	Confirmed State = "confirmed" // by the sender
	Accepted  State = "accepted"  // in the lake
	Returned  State = "returned"  // by the ministry, with a reason
	Withdrawn State = "withdrawn" // by the sender
)

// States in their order.
var States = []State{Draft, Checked, Confirmed, Accepted, Returned, Withdrawn}

// next lists what may follow a state.
var next = map[State][]State{
	Draft:     {Checked, Withdrawn},
	Checked:   {Confirmed, Withdrawn},
	Confirmed: {Accepted, Returned, Withdrawn},
}

// Final says whether nothing can follow.
func (s State) Final() bool { return len(next[s]) == 0 }

// Task is what waits to be done for a submission, or is being done.
type Task string

// The tasks; "" is none.
const (
	Fetch  Task = "fetch"  // bring the files from the agency's portal
	Check  Task = "check"  // read them and write the report
	Submit Task = "submit" // take them into the lake
)

// Who did something: an account and the office it is of.
type Who struct {
	Account string `json:"account"`
	Name    string `json:"name"`
}

// Step is one state that was reached.
type Step struct {
	State  State     `json:"state"`
	At     time.Time `json:"at"`
	By     Who       `json:"by"`
	Reason string    `json:"reason,omitempty"`
}

// File is one file as it was sent.
type File struct {
	Name   string `json:"name"` // cleaned
	Size   int64  `json:"size"` // bytes
	SHA256 string `json:"sha256"`
}

// Sent is what a sender says of a submission, and on whose behalf.
type Sent struct {
	Agency   string `json:"agency"`             // id
	Unit     string `json:"unit,omitempty"`     // id, where a unit sent its own worksheet
	National bool   `json:"national,omitempty"` // sent by the ministry: rows of any agency may be in it
	Cycle    int    `json:"cycle,omitempty"`    // of files that do not say theirs; 0 if not given
	Layer    string `json:"layer,omitempty"`    // likewise
	Note     string `json:"note,omitempty"`
	Portal   bool   `json:"portal,omitempty"` // fetched from the agency's PortalRB
}

// Counts is what a check found, in rows but for Files, Unread and Known.
type Counts struct {
	Files    int `json:"files"`    // read
	Unread   int `json:"unread"`   // not read
	Known    int `json:"known"`    // that the lake holds already
	Put      int `json:"put"`      // rows that would go in
	LeftOut  int `json:"left_out"` // rows that would not
	Rejected int `json:"rejected"` // problems, by what became of the row
	Repaired int `json:"repaired"`
	Flagged  int `json:"flagged"`
	Failed   int `json:"failed"`
}

// Submission is one submission and everything that happened to it.
type Submission struct {
	ID string `json:"id"`
	Sent
	State    State   `json:"state"`
	Task     Task    `json:"task,omitempty"`
	TaskBy   Who     `json:"task_by,omitzero"` // who asked for it
	Trouble  string  `json:"trouble,omitempty"`
	Files    []File  `json:"files"`
	Steps    []Step  `json:"steps"`
	Counts   *Counts `json:"counts,omitempty"`   // nil until checked
	Manifest string  `json:"manifest,omitempty"` // the lake's state that holds it, once accepted
	Emptied  bool    `json:"emptied,omitempty"`  // its files were deleted for their age
}

// Begun is when it was sent.
func (s *Submission) Begun() time.Time { return s.Steps[0].At }

// By is who sent it.
func (s *Submission) By() Who { return s.Steps[0].By }

// Last is the newest step.
func (s *Submission) Last() *Step { return &s.Steps[len(s.Steps)-1] }

// Size is the bytes of all files.
func (s *Submission) Size() int64 {
	var n int64
	for _, f := range s.Files {
		n += f.Size
	}
	return n
}

// HasRows says whether there is anything to take in.
func (s *Submission) HasRows() bool { return s.Counts != nil && s.Counts.Put+s.Counts.Known > 0 }

func (s *Submission) clone() *Submission {
	c := *s
	c.Files, c.Steps = slices.Clone(s.Files), slices.Clone(s.Steps)
	if s.Counts != nil {
		n := *s.Counts
		c.Counts = &n
	}
	return &c
}

// What can be wrong with a request.
var (
	// ErrNotFound is an id that no submission has.
	ErrNotFound = errors.New("there is no such submission")
	// ErrState is a step that the submission's state or task does not allow:
	// somebody else was faster, or the page is old.
	ErrState = errors.New("the submission is not in a state for this: read its page again")
	// ErrBusy says that too much is open or waiting already.
	ErrBusy = errors.New("too many submissions are open: finish or withdraw some first")
	// ErrNoSpace says that the disk has no room for more.
	ErrNoSpace = errors.New("there is not enough free disk space for this upload: tell the administrator")
	// ErrCut is an upload that ended early or cannot be read.
	ErrCut = errors.New("the upload was cut off or damaged on the way: send it again")
)

// Report is what a check found.
type Report struct {
	Counts   Counts         `json:"counts"`
	Datasets []Dataset      `json:"datasets"`
	Problems []data.Problem `json:"problems"`
	Dropped  int            `json:"problems_not_listed"`
	Sources  []data.Source  `json:"sources"`
}

// Dataset is what became of the rows of one dataset.
type Dataset struct {
	Name     string `json:"name"`
	Read     int    `json:"read"`
	Put      int    `json:"put"`
	LeftOut  int    `json:"left_out"`
	Repeated int    `json:"repeated"`
}
