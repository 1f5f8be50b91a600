package auth

import (
	"strings"
	"testing"
)

func TestWhatAPasswordMayBe(t *testing.T) {
	for _, c := range []struct{ password, want string }{
		{"kereta malam ke solo", ""},
		{"tiga ekor kucing merah", ""},
		{"Xk9#mQ2vLp7!", ""},
		{"correct zebra lamp onion", ""},
		{"ujian-masuk-sekolah-lama", ""},
		{strings.Repeat("kata ", 25) + "ini", ""},
		{"pendek", "too-short"},
		{"sebelashrf!", "too-short"},
		{"ééééééééééé", "too-short"}, // 11 characters, 22 bytes
		{strings.Repeat("kata benda ", 12), "too-long"},
		{"password1234", "too-common"},
		{"P@ssw0rd12345", "too-common"},
		{"Indonesia2024!", "too-common"},
		{"adminadmin12", "too-common"},
		{"passwordpassword", "too-common"},
		{"123456789012", "too-common"},
		{"aaaaaaaaaaaa", "too-common"},
		{"abcabcabcabc", "too-common"},
		{"qwertyuiopas", "too-common"},
		{"qwertyuiop123", "too-common"},
		{"1qaz2wsx3edc", "too-common"},
		{"zonaintegritas2026", "too-common"},
		{"bismillah1234", "too-common"},
		{"198503122010121003", "too-common"}, // a NIP
		{"kantor.pajak@a.example", "too-common"},
		{"kantorpajak2026", "too-common"},
		{"KPP Pratama Solo", "too-common"},
		{"sandi rahasia \xff\xfe", "bad-form"},
	} {
		err := checkPassword(c.password, "kantor.pajak@a.example", "KPP Pratama Solo")
		if c.want != "" {
			if err == nil {
				t.Errorf("%q was accepted", c.password)
				continue
			}
			wantInvalid(t, err, "password "+c.want)
		} else if err != nil {
			t.Errorf("%q: %v", c.password, err)
		}
	}
}

func TestDefaultCosts(t *testing.T) {
	var o Options
	o.setDefaults()
	// OWASP Password Storage Cheat Sheet: at least 19 MiB, two passes, one thread.
	if o.Argon.below(Argon{Memory: 19456, Passes: 2, Threads: 1}) {
		t.Errorf("a password costs only %+v", o.Argon)
	}
}

func TestSamePasswordOfAnotherKeyboard(t *testing.T) {
	stored := must[string](t)(hashPassword("caf\u00e9 di bandung", cheap))
	s := &Store{hashing: make(chan struct{}, 1), opts: Options{Argon: cheap}}
	if ok, _, err := s.comparePassword(stored, "cafe\u0301 di bandung"); !ok || err != nil {
		t.Errorf("decomposed accent refused: %v", err)
	}
}

// A name that does not exist, a disabled account and one without a password
// cost the same hash as a wrong password: the same parameters, salt and sizes.
func TestUnknownNamesCostTheSame(t *testing.T) {
	h := newHouse(t)
	stored := h.row(h.admin.Account).Password
	real, decoy := must[phc](t)(parsePHC(stored)), must[phc](t)(parsePHC(h.decoy))
	if real.Argon != decoy.Argon || len(real.salt) != len(decoy.salt) || len(real.hash) != len(decoy.hash) {
		t.Errorf("a real hash costs %+v, the decoy %+v", real, decoy)
	}
	id := h.account("unit@a.example", Scope{Role: Satker, Unit: "u-A-1"}, false)
	noErr(t, h.Disable(h.admin, id))
	for name, password := range map[string]string{
		"admin@menpan.example": "wrong", "nobody@x.example": goodPassword, "unit@a.example": goodPassword, "\x00bad name": goodPassword, "": "",
	} {
		_, err := h.SignIn(Attempt{Name: name, Password: password, Address: "192.0.2.5"})
		if err != ErrSignIn { //nolint:errorlint // the very same error, with nothing added
			t.Errorf("%q: %v", name, err)
		}
	}
}

func TestRehashWhenCostsRise(t *testing.T) {
	h := newHouse(t)
	before := h.row(h.admin.Account).Password
	h.opts.Argon = Argon{Memory: 128, Passes: 2, Threads: 1}
	_, err := h.SignIn(Attempt{Name: "admin@menpan.example", Password: "wrong"})
	wantErr(t, err, ErrSignIn)
	if h.row(h.admin.Account).Password != before {
		t.Fatal("a wrong password changed the hash")
	}
	h.signIn("admin@menpan.example")
	after := h.row(h.admin.Account).Password
	if p := must[phc](t)(parsePHC(after)); p.Argon != h.opts.Argon {
		t.Errorf("costs %+v", p.Argon)
	}
	h.signIn("admin@menpan.example")
	if h.row(h.admin.Account).Password != after {
		t.Error("hashed anew although costs did not rise")
	}
}

func FuzzParsePHC(f *testing.F) {
	good, err := hashPassword(goodPassword, cheap)
	if err != nil {
		f.Fatal(err)
	}
	for _, s := range []string{
		good, "", "$argon2id$", strings.Replace(good, "m=64", "m=064", 1), strings.Replace(good, "m=64", "m=99999999", 1),
		strings.Replace(good, "t=1", "t=0", 1), strings.Replace(good, "p=1", "p=256", 1), strings.Replace(good, "argon2id", "argon2i", 1),
		strings.Replace(good, "v=19", "v=16", 1), good + "$", good[:len(good)-1], "$argon2id$v=19$m=8,t=1,p=1$AAAAAAAAAAA$" + strings.Repeat("A", 22),
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		p, err := parsePHC(s)
		if err != nil {
			return
		}
		if p.String() != s {
			t.Errorf("%q was read as %q", s, p.String())
		}
		if p.Memory > 4<<20 || p.Passes == 0 || p.Threads == 0 || p.Memory < 8*uint32(p.Threads) {
			t.Errorf("costs %+v were accepted", p.Argon)
		}
	})
}
