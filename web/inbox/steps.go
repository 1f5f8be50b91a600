package inbox

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// Confirm is the sender's word that the checked files are what they want to
// send. Where automatically is set, they are taken in without another look.
func (in *Inbox) Confirm(id string, by Who, automatically bool) (*Submission, error) {
	return in.change(id, func(s *Submission) error {
		if s.State != Checked || s.Task != "" || !s.HasRows() {
			return ErrState
		}
		in.reach(s, Confirmed, by, "")
		if automatically {
			s.Task, s.TaskBy, s.Trouble = Submit, by, ""
		}
		return nil
	})
}

// Withdraw takes a submission back, in whatever state before the last.
func (in *Inbox) Withdraw(id string, by Who) (*Submission, error) {
	return in.end(id, Withdrawn, by, "")
}

// Return gives a confirmed submission back to its sender.
func (in *Inbox) Return(id string, by Who, reason string) (*Submission, error) {
	reason = strings.TrimSpace(reason)
	if reason == "" || len(reason) > LongestNote {
		return nil, &Refusal{Code: "field-large", Name: "reason", Most: fmt.Sprint(LongestNote)}
	}
	return in.end(id, Returned, by, reason)
}

// LongestNote is how long a note or a reason may be, in bytes.
const LongestNote = 2000

func (in *Inbox) end(id string, state State, by Who, reason string) (*Submission, error) {
	return in.change(id, func(s *Submission) error {
		// What is being taken in can no longer be stopped, and what a worker
		// reads is not taken away.
		if s.Task != "" || !slices.Contains(next[s.State], state) {
			return ErrState
		}
		in.reach(s, state, by, reason)
		s.Trouble = ""
		return nil
	})
}

// Accept has a confirmed submission taken in. The second of two who accept gets
// [ErrState].
func (in *Inbox) Accept(id string, by Who) (*Submission, error) {
	return in.change(id, func(s *Submission) error {
		if s.State != Confirmed || s.Task != "" {
			return ErrState
		}
		s.Task, s.TaskBy, s.Trouble = Submit, by, ""
		return nil
	})
}

// Again has a submission checked, or fetched, once more, after trouble or when
// units were registered meanwhile.
func (in *Inbox) Again(id string, by Who) (*Submission, error) {
	return in.change(id, func(s *Submission) error {
		if s.Task != "" || s.State != Draft && s.State != Checked {
			return ErrState
		}
		s.Task, s.TaskBy, s.Trouble = Check, by, ""
		if s.Portal && len(s.Files) == 0 {
			s.Task = Fetch
		}
		return nil
	})
}

// Expire deletes the files and reports of submissions that were returned or
// withdrawn longer ago than keep; their states stay. It returns how many.
func (in *Inbox) Expire(keep time.Duration) (int, error) {
	old, _ := in.List(func(s *Submission) bool {
		return (s.State == Returned || s.State == Withdrawn) && !s.Emptied && in.now().Sub(s.Last().At) > keep
	}, 0, 1<<30)
	for n, s := range old {
		// The state first: files without a state that names them harm nobody.
		if _, err := in.change(s.ID, func(s *Submission) error { s.Emptied = true; return nil }); err != nil {
			return n, err
		}
		for _, name := range []string{filesName, reportName} {
			if err := in.remove(filepath.Join(in.dir, s.ID, name)); err != nil {
				return n, fmt.Errorf("submission %s cannot be emptied: %w", s.ID, err)
			}
		}
	}
	return len(old), nil
}
