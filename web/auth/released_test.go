package auth

import (
	"context"
	"slices"
	"testing"
)

// Only a national administrator opens a cycle; who and when stay on record; and
// what cannot be read counts as closed.
func TestReleases(t *testing.T) {
	h := newHouse(t)
	h.account("itjen@a.example", Scope{Role: Instansi, Agency: "A"}, true)
	h.account("pusat@menpan.example", Scope{Role: Nasional}, false)
	for _, who := range []Identity{{}, h.identity("itjen@a.example"), h.identity("pusat@menpan.example"), Demo(Scope{Role: Nasional})} {
		wantErr(t, h.SetReleased(who, 2024, true), ErrForbidden)
	}
	if got := h.Released(t.Context()); len(got) != 0 {
		t.Fatalf("released %v before anyone could", got)
	}
	wantInvalid(t, h.SetReleased(h.admin, 24, true), "cycle bad-form")
	noErr(t, h.SetReleased(h.admin, 2024, true))
	noErr(t, h.SetReleased(h.admin, 2023, true))
	first := must[[]Release](t)(h.Releases())
	h.clock.advance(seenEvery)
	noErr(t, h.SetReleased(h.admin, 2024, true))
	h.reopen()
	if again := must[[]Release](t)(h.Releases()); !slices.Equal(again, first) || again[0].By != h.admin.Account || again[0].Cycle != 2024 {
		t.Errorf("releases %+v, first %+v", again, first)
	}
	if got := h.Released(t.Context()); !slices.Equal(got, []int{2023, 2024}) {
		t.Errorf("released %v", got)
	}
	noErr(t, h.SetReleased(h.admin, 2024, false))
	if got := h.Released(t.Context()); !slices.Equal(got, []int{2023}) {
		t.Errorf("after a withdrawal %v", got)
	}
	ended, stop := context.WithCancel(t.Context())
	stop()
	if got := h.Released(ended); got != nil {
		t.Errorf("an ended request was told %v", got)
	}
	noErr(t, h.Close())
	if got := h.Released(t.Context()); got != nil {
		t.Errorf("a closed store says %v", got)
	}
}

func TestSettings(t *testing.T) {
	h := newHouse(t)
	h.account("itjen@a.example", Scope{Role: Instansi, Agency: "A"}, true)
	wantErr(t, h.SetSettings(h.identity("itjen@a.example"), Settings{AuditDays: 400}), ErrForbidden)
	wantInvalid(t, h.SetSettings(h.admin, Settings{AuditDays: 3}), "audit_days too-short")
	wantInvalid(t, h.SetSettings(h.admin, Settings{AuditDays: 40000}), "audit_days too-long")
	noErr(t, h.SetSettings(h.admin, Settings{AuditDays: 400}))
	if got := must[Settings](t)(h.Settings()); got.AuditDays != 400 {
		t.Errorf("settings %+v", got)
	}
}

func TestCounts(t *testing.T) {
	h := newHouse(t)
	if c := must[Counts](t)(h.Counts()); c.Accounts != 1 || c.Sessions != 1 {
		t.Errorf("counts %+v", c)
	}
	h.clock.advance(h.opts.Absolute)
	if c := must[Counts](t)(h.Counts()); c.Sessions != 0 {
		t.Errorf("ended sessions are counted: %+v", c)
	}
	if _, known := h.Lookup("nobody@a.example"); known {
		t.Error("a name that nobody has is known")
	}
	if a, known := h.Lookup(" Admin@menpan.example"); !known || a.ID != h.admin.Account {
		t.Errorf("lookup gives %+v", a)
	}
}
