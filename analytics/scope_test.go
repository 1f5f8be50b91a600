package analytics_test

import (
	"bytes"
	"errors"
	"flag"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"testing"

	"tolok/analytics"
	"tolok/analytics/planted"
)

// TestScope asks all questions of one programme as every kind of reader.
func TestScope(t *testing.T) {
	p := planted.New()
	db := opened(t, p)
	seen, keys := map[string]map[string][]byte{}, map[string]bool{}
	var mu sync.Mutex
	t.Run("ask", func(t *testing.T) {
		for _, name := range slices.Sorted(maps.Keys(readers)) {
			scope := readers[name]
			if keys[scope.Key()] { // scopes with one key receive the same bytes
				continue
			}
			keys[scope.Key()] = true
			t.Run(name, func(t *testing.T) {
				t.Parallel()
				answers := asked(t, db.As(scope))
				mu.Lock()
				defer mu.Unlock()
				seen[name] = answers
			})
		}
	})
	t.Run("marks", func(t *testing.T) { noMarkReachesWhoMayNotSeeIt(t, p, seen) })
	t.Run("changes", func(t *testing.T) { noSecretMovesAnAnswer(t, seen) })
	t.Run("not found", func(t *testing.T) { forbiddenIsNotFound(t, db) })
	t.Run("few", func(t *testing.T) { fewAreWithheld(t, db) })
}

// No answer holds a mark that its reader may not see, and every mark that a
// reader may see is in some answer.
func noMarkReachesWhoMayNotSeeIt(t *testing.T, p *planted.Programme, seen map[string]map[string][]byte) {
	for name, answers := range seen {
		scope := readers[name]
		all := bytes.Join(slices.Collect(maps.Values(answers)), []byte("\n"))
		for _, c := range p.Secrets {
			if c.Mark == "" || c.Nameless(scope) {
				continue
			}
			switch seen := planted.Holds(all, c.Mark); {
			case seen && !c.MaySee(scope):
				for key, b := range answers {
					if planted.Holds(b, c.Mark) {
						t.Errorf("%s sees %s of %s%s in %d (%s): %s", name, c.What, c.Agency, c.Unit, c.Cycle, c.Mark, key)
						break
					}
				}
			case !seen && c.MaySee(scope) && asks(c):
				t.Errorf("%s does not see %s of %s%s in %d (%s)", name, c.What, c.Agency, c.Unit, c.Cycle, c.Mark)
			}
		}
	}
}

// asks reports whether the questions asked show the cell at all.
func asks(c *planted.Secret) bool {
	if strings.HasSuffix(c.What, " area") { // shown in some layers and cycles only, and rounded in others
		return false
	}
	if c.Unit != "" && !slices.Contains(scorecards, c.Unit) {
		return false
	}
	if c.Agency == "A4" {
		return false
	}
	switch c.What {
	case "worksheet", "reported", "quota":
		return c.Cycle == planted.Third
	case "tpn", "gate", "agency gate":
		return c.Cycle == planted.Second
	case "problem":
		return c.Cycle != planted.First
	case "tpi":
		return false // no scorecard of the layer is asked for; its total stands beside the others'
	case "tpi total":
		return c.Cycle != planted.First
	}
	return true
}

// seeds is how many times over secrets are changed for each reader.
var seeds = flag.Int("seeds", 1, "how many random changes of secrets for each reader")

// Changing what a reader has no right to changes no byte that it receives,
// whatever else is known.
func noSecretMovesAnAnswer(t *testing.T, seen map[string]map[string][]byte) {
	for name, before := range seen {
		if name == "nasional" || name == "perencana" || *seeds == 1 && (name == "perencana of A2" || name == "satker c1") {
			continue // they may see everything, or see as others do
		}
		for seed := range uint64(*seeds) {
			t.Run(fmt.Sprintf("%s %d", name, seed), func(t *testing.T) {
				t.Parallel()
				db := changed(t, readers[name], seed)
				differ(t, name, before, asked(t, db.As(readers[name])))
				// The check can fail: the ministry does see the changes.
				f := analytics.Filter{Cycle: planted.Third}
				o, err := db.As(analytics.National).Overview(t.Context(), f)
				all := map[string][]byte{}
				keep(t, all, db, "overview", f, o, err)
				for key, b := range all {
					if national := seen["nasional"]; national != nil && bytes.Equal(b, national[key]) {
						t.Errorf("secrets were changed, and the ministry's overview of %d is as before", planted.Third)
					}
				}
			})
		}
	}
}

// changed is a programme in which two of three secrets of a reader are other
// values.
func changed(t *testing.T, scope analytics.Scope, seed uint64) *analytics.DB {
	t.Helper()
	random := rand.New(rand.NewPCG(seed, 7))
	p, n := planted.New(), 0
	for _, c := range p.Secrets {
		if !c.MaySee(scope) && !c.Counted(scope) && random.IntN(3) > 0 {
			c.Change()
			n++
		}
	}
	if n < 40 {
		t.Fatalf("only %d secrets changed", n)
	}
	return opened(t, p)
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
		a, err := db.As(readers[c.reader]).Agency(t.Context(), analytics.Filter{Agency: c.agency, Cycle: planted.Second, Layer: "tpn"})
		if err != nil {
			t.Fatal(err)
		}
		if a.Scored.Known() != c.known || a.Nominees.Known() != c.known || (a.Total.Median != nil) != c.known || (a.PassRate.Share != nil) != c.known || noted(a.Meta, "few-withheld") == c.known {
			t.Errorf("%s on %s: scored %v, nominees %v, median %v, rate %+v, notes %+v", c.reader, c.agency, a.Scored, a.Nominees, a.Total.Median, a.PassRate, a.Meta.Notes)
		}
	}
	list, err := db.As(readers["public"]).Agencies(t.Context(), analytics.Filter{Cycle: planted.Second, Layer: "tpn"})
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
	o, err := db.As(readers["instansi A1"]).Overview(t.Context(), analytics.Filter{Cycle: planted.Third})
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
