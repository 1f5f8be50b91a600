package analytics_test

import (
	"bytes"
	"errors"
	"flag"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"tolok/analytics"
)

// may is the goal's text, once more and otherwise: who may see which cell by
// name.
func may(s analytics.Scope, c *secret) bool {
	national := s.Role == "nasional" || s.Role == "perencana" && s.Agency == ""
	agency := (s.Role == "instansi" || s.Role == "perencana") && s.Agency != "" && s.Agency == c.agency
	unit := s.Role == "satker" && s.Unit == c.unit && c.unit != ""
	own := agency || unit
	member := national || s.Role == "satker" || s.Agency != ""
	out := slices.Contains(s.Released, c.cycle)
	holder := c.unit == "a1" || c.unit == "b1" || c.unit == "a3"
	switch {
	case national:
		return true
	case c.what == "file", c.what == "agency gate":
		return agency || s.Role == "satker" && s.Agency == c.agency
	case c.what == "quota":
		return agency
	case c.what == "name":
		return member || len(s.Released) > 0 && holder
	case c.what == "size":
		return member
	case c.what == "award":
		return out && (own || holder)
	case c.what == "tpn", c.what == "tpn total", c.what == "dates", c.what == "decree", c.what == "revoked", c.what == "outcome":
		return own && out
	}
	return own // worksheets of the unit and its inspectorate, surveys, gates, problems
}

// TestScope asks all questions of one programme as every kind of reader.
func TestScope(t *testing.T) {
	p := planted()
	db := p.open(t)
	seen, keys := map[string]map[string][]byte{}, map[string]bool{}
	for _, name := range slices.Sorted(maps.Keys(readers)) {
		scope := readers[name]
		if !keys[scope.Key()] { // scopes with one key receive the same bytes
			keys[scope.Key()] = true
			seen[name] = asked(t, db.As(scope))
		}
	}
	t.Run("marks", func(t *testing.T) { noMarkReachesWhoMayNotSeeIt(t, p, seen) })
	t.Run("changes", func(t *testing.T) { noSecretMovesAnAnswer(t, seen) })
	t.Run("not found", func(t *testing.T) { forbiddenIsNotFound(t, db) })
	t.Run("few", func(t *testing.T) { fewAreWithheld(t, db) })
}

// No answer holds a mark that its reader may not see, and every mark that a
// reader may see is in some answer.
func noMarkReachesWhoMayNotSeeIt(t *testing.T, p *programme, seen map[string]map[string][]byte) {
	for name, answers := range seen {
		scope := readers[name]
		all := bytes.Join(slices.Collect(maps.Values(answers)), []byte("\n"))
		for _, c := range p.secrets {
			if c.mark == "" || c.what == "tpn total" && slices.Contains(scope.Released, c.cycle) {
				continue
			}
			switch seen := holds(all, c.mark); {
			case seen && !may(scope, c):
				for key, b := range answers {
					if holds(b, c.mark) {
						t.Errorf("%s sees %s of %s%s in %d (%s): %s", name, c.what, c.agency, c.unit, c.cycle, c.mark, key)
						break
					}
				}
			case !seen && may(scope, c) && asks(c):
				t.Errorf("%s does not see %s of %s%s in %d (%s)", name, c.what, c.agency, c.unit, c.cycle, c.mark)
			}
		}
	}
}

// holds finds a mark that is not a piece of a longer number.
func holds(b []byte, mark string) bool {
	digit := func(i int) bool { return i >= 0 && i < len(b) && b[i] >= '0' && b[i] <= '9' }
	for at := 0; ; {
		i := bytes.Index(b[at:], []byte(mark))
		if i < 0 {
			return false
		}
		if i += at; !digit(i-1) && !digit(i+len(mark)) && (i == 0 || b[i-1] != '.') {
			return true
		}
		at = i + 1
	}
}

// asks reports whether the questions asked show the cell at all.
func asks(c *secret) bool {
	if c.unit != "" && !slices.Contains(scorecards, c.unit) {
		return false
	}
	if c.agency == "A4" {
		return false
	}
	switch c.what {
	case "worksheet", "reported", "quota":
		return c.cycle == third
	case "tpn", "gate", "agency gate":
		return c.cycle == second
	case "problem":
		return c.cycle != first
	case "tpi":
		return false // no scorecard of the layer is asked for; its total stands beside the others'
	case "tpi total":
		return c.cycle != first
	}
	return true
}

// seeds is how many times over secrets are changed for each reader.
var seeds = flag.Int("seeds", 1, "how many random changes of secrets for each reader")

// Changing what a reader has no right to changes no byte that it receives,
// whatever else is known.
func noSecretMovesAnAnswer(t *testing.T, seen map[string]map[string][]byte) {
	for name, before := range seen {
		scope := readers[name]
		if name == "nasional" || name == "perencana" || *seeds == 1 && (name == "perencana of A2" || name == "satker c1") {
			continue // they may see everything, or see as others do
		}
		for seed := range uint64(*seeds) {
			random := rand.New(rand.NewPCG(seed, 7))
			p := planted()
			changed := 0
			for _, c := range p.secrets {
				if !may(scope, c) && !counted(scope, c) && random.IntN(3) > 0 {
					c.change()
					changed++
				}
			}
			if changed < 40 {
				t.Fatalf("%s, seed %d: only %d secrets changed", name, seed, changed)
			}
			db := p.open(t)
			differ(t, name, before, asked(t, db.As(scope)))
			// The check can fail: the ministry does see the changes.
			f := analytics.Filter{Cycle: third}
			o, err := db.As(analytics.National).Overview(t.Context(), f)
			all := map[string][]byte{}
			keep(t, all, db, "overview", f, o, err)
			for key, b := range all {
				if national := seen["nasional"]; national != nil && bytes.Equal(b, national[key]) {
					t.Errorf("%d changed secrets, and the ministry's overview of %d is as before", changed, third)
				}
			}
		}
	}
}

// counted reports whether a released value may move what is counted over the
// nation.
func counted(s analytics.Scope, c *secret) bool {
	return (c.what == "tpn" || c.what == "tpn total" || c.what == "outcome") && slices.Contains(s.Released, c.cycle)
}

func differ(t *testing.T, name string, before, after map[string][]byte) {
	t.Helper()
	for _, key := range slices.Sorted(maps.Keys(before)) {
		a, b := before[key], after[key]
		if bytes.Equal(a, b) {
			continue
		}
		i := 0
		for i < len(a) && i < len(b) && a[i] == b[i] {
			i++
		}
		from := max(0, i-80)
		t.Errorf("%s: %s\nbefore …%s\nafter  …%s", name, key, a[from:min(len(a), i+60)], b[from:min(len(b), i+60)])
		return
	}
}

// A unit that may not be seen answers as one that does not exist.
func forbiddenIsNotFound(t *testing.T, db *analytics.DB) {
	db = db.As(readers["public"])
	_, nobody := db.Scorecard(t.Context(), analytics.Filter{Unit: "xx"})
	for _, unit := range []string{"a2", "b3", "c1", "a4"} {
		_, err := db.Scorecard(t.Context(), analytics.Filter{Unit: unit})
		if !errors.Is(err, analytics.ErrNotFound) || strings.ReplaceAll(err.Error(), unit, "xx") != nobody.Error() {
			t.Errorf("%s: %v; want as for a unit that does not exist: %v", unit, err, nobody)
		}
	}
	if c, err := db.Scorecard(t.Context(), analytics.Filter{Unit: "b1"}); err != nil || len(c.Areas) == 0 || c.Total != nil || len(c.Awards) != 1 {
		t.Errorf("a holder: %v, %+v", err, c)
	}
}

// What is withheld is unknown, and says so.
func fewAreWithheld(t *testing.T, db *analytics.DB) {
	for _, c := range []struct {
		reader, agency string
		known          bool
	}{
		{"public", "A1", true},
		{"public", "A3", false},
		{"public", "A4", false},
		{"instansi A1", "A3", false},
		{"instansi A1", "A1", true},
		{"satker a2", "A1", true},
		{"satker c1", "A3", false},
		{"nasional", "A3", true},
	} {
		a, err := db.As(readers[c.reader]).Agency(t.Context(), analytics.Filter{Agency: c.agency, Cycle: second, Layer: "tpn"})
		if err != nil {
			t.Fatal(err)
		}
		if a.Scored.Known() != c.known || a.Nominees.Known() != c.known || (a.Total.Median != nil) != c.known || (a.PassRate.Share != nil) != c.known || noted(a.Meta, "few-withheld") == c.known {
			t.Errorf("%s on %s: scored %v, nominees %v, median %v, rate %+v, notes %+v", c.reader, c.agency, a.Scored, a.Nominees, a.Total.Median, a.PassRate, a.Meta.Notes)
		}
	}
	list, err := db.As(readers["public"]).Agencies(t.Context(), analytics.Filter{Cycle: second, Layer: "tpn"})
	if err != nil {
		t.Fatal(err)
	}
	held := 0
	for _, r := range list.Rows {
		if !r.Scored.Known() {
			held++
		}
	}
	if held != 2 {
		t.Errorf("%d agencies withheld, want 2: %+v", held, list.Rows)
	}
	o, err := db.As(readers["instansi A1"]).Overview(t.Context(), analytics.Filter{Cycle: third})
	if err != nil || o.Nominees.Known() || !noted(o.Meta, "not-released") {
		t.Errorf("a cycle that is not released: %v, nominees %v, notes %+v", err, o.Nominees, o.Meta.Notes)
	}
	b, err := o.Nominees.MarshalJSON()
	if err != nil || string(b) != "null" {
		t.Errorf("withheld is written %s", b)
	}
}

// Whoever asks without a scope is the public, and keys tell apart what differs.
func TestScopeKeys(t *testing.T) {
	keys := map[string]string{}
	for name, s := range readers {
		k := s.Key()
		if other, taken := keys[k]; taken && !equivalent(name, other) {
			t.Errorf("%s and %s share the key %s", name, other, k)
		}
		keys[k] = name
	}
	if (analytics.Scope{Role: "minister"}).Key() != (analytics.Scope{}).Key() {
		t.Error("an unknown role is not the public")
	}
	if a, b := (analytics.Scope{Role: "instansi", Agency: "x", Released: []int{2, 1}}), (analytics.Scope{Role: "instansi", Agency: "x", Released: []int{1, 2, 2}}); a.Key() != b.Key() {
		t.Errorf("%s, %s: one scope, two keys", a.Key(), b.Key())
	}
}

func equivalent(a, b string) bool {
	for _, group := range [][]string{{"nasional", "perencana"}, {"public", "instansi, no agency"}} {
		if slices.Contains(group, a) && slices.Contains(group, b) {
			return true
		}
	}
	return false
}
