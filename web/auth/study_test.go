package auth

import "testing"

// A request for a visit is asked once, answered by one step after the other, and
// outlives a restart with what it led to.
func TestStudies(t *testing.T) {
	h := newHouse(t)
	h.account("satker@a.example", Scope{Role: Satker, Unit: "u-A-1"}, false)
	guest := h.identity("satker@a.example")
	if _, err := h.AskStudy(Identity{}, "u-A-1", "u2", "MP"); err == nil {
		t.Error("a stranger asked for a visit")
	}
	if _, err := h.AskStudy(guest, "u-A-1", "u-A-1", "MP"); err == nil {
		t.Error("a unit asked itself")
	}
	v := must[*Study](t)(h.AskStudy(guest, "u-A-1", "u2", "MP"))
	_, err := h.AskStudy(guest, "u-A-1", "u2", "MP")
	wantInvalid(t, err, "host asked")
	must[*Study](t)(h.AskStudy(guest, "u-A-1", "u2", "PP"))
	wantInvalid(t, h.StepStudy(guest, v.ID, StudyDone, "x"), "state not-allowed")
	noErr(t, h.StepStudy(guest, v.ID, StudyAccepted, "ignored"))
	wantErr(t, h.StepStudy(guest, "nothing", StudyAccepted, ""), ErrNotFound)
	noErr(t, h.StepStudy(guest, v.ID, StudyDone, "  SOP ditiru  "))
	h.reopen()
	got := must[*Study](t)(h.StudyByID(v.ID))
	if got.State != StudyDone || got.Outcome != "SOP ditiru" || got.By != guest.Account || got.Guest != "u-A-1" || got.Host != "u2" {
		t.Errorf("%+v", got)
	}
	counts := must[map[string]int](t)(h.StudiesWaiting(got.At))
	if counts["u2"] != 2 || len(counts) != 1 {
		t.Errorf("counted %v", counts)
	}
	for i := range maxOpenStudies - 1 {
		must[*Study](t)(h.AskStudy(guest, "u-A-1", "h"+string(rune('a'+i)), "MP"))
	}
	_, err = h.AskStudy(guest, "u-A-1", "u9", "MP")
	wantInvalid(t, err, "host too-many")
}
