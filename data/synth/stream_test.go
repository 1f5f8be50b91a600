package synth

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"slices"
	"strings"
	"testing"
	"testing/quick"

	"tolok/data/rule"
)

// Floating-point arithmetic may be fused on one processor and not on another;
// what is computed with it could differ in a file.
func TestNoFloatingPoint(t *testing.T) {
	entries, err := os.ReadDir(".")
	if err != nil {
		t.Fatal(err)
	}
	seen := 0
	for _, e := range entries {
		if !strings.HasSuffix(e.Name(), ".go") || strings.HasSuffix(e.Name(), "_test.go") {
			continue
		}
		fset := token.NewFileSet()
		f, err := parser.ParseFile(fset, e.Name(), nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		seen++
		ast.Inspect(f, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.Ident:
				if slices.Contains([]string{"float32", "float64", "Float", "complex128"}, n.Name) {
					t.Errorf("%s: %s", fset.Position(n.Pos()), n.Name)
				}
			case *ast.BasicLit:
				if n.Kind == token.FLOAT || n.Kind == token.IMAG {
					t.Errorf("%s: %s", fset.Position(n.Pos()), n.Value)
				}
			case *ast.ImportSpec:
				if n.Path.Value == `"math"` || strings.HasPrefix(n.Path.Value, `"math/rand`) || n.Path.Value == `"time"` && e.Name() == "stream.go" {
					t.Errorf("%s: import %s", fset.Position(n.Pos()), n.Path.Value)
				}
			}
			return true
		})
	}
	if seen < 10 {
		t.Errorf("only %d files were read", seen)
	}
}

func TestExp(t *testing.T) {
	for _, c := range []struct{ in, want level }{
		{0, full},
		{full, 2_718_282},
		{-full, 367_879},
		{3 * full, 20_085_537},
		{-4 * full, 18_316},
		{500 * milli, 1_648_721},
		{-250 * milli, 778_801},
	} {
		if got := exp(c.in); got < c.want-c.want/100_000-2 || got > c.want+c.want/100_000+2 {
			t.Errorf("exp(%d) = %d, want %d", c.in, got, c.want)
		}
	}
}

func TestRoot(t *testing.T) {
	square := func(n uint32) bool {
		a := level(n)
		r := root(a)
		return r*r <= a*full && (r+1)*(r+1) > a*full
	}
	if err := quick.Check(square, nil); err != nil {
		t.Error(err)
	}
}

func TestNormal(t *testing.T) {
	s := newStream(1, forUnit, 7)
	const n = 100_000
	var sum, squares level
	beyond := 0
	for range n {
		x := s.normal(full)
		sum += x
		squares += x.times(x)
		if x > 2*full || x < -2*full {
			beyond++
		}
	}
	if mean := sum / n; mean > 10*milli || mean < -10*milli {
		t.Errorf("mean %d", mean)
	}
	if variance := squares / n; variance < 985*milli || variance > 1_015*milli {
		t.Errorf("variance %d", variance)
	}
	if beyond < n*4/100 || beyond > n*5/100 {
		t.Errorf("%d of %d beyond two deviations", beyond, n)
	}
}

func TestBelow(t *testing.T) {
	s, counts := newStream(1, forUnit, 8), make([]int, 7)
	for range 70_000 {
		counts[s.below(len(counts))]++
	}
	for i, n := range counts {
		if n < 9_500 || n > 10_500 {
			t.Errorf("%d came %d times in 10,000", i, n)
		}
	}
}

func TestApportion(t *testing.T) {
	sums := func(total uint16, weights []uint8) bool {
		w, sum := make([]int, len(weights)), 0
		for i := range weights {
			w[i] = int(weights[i])
			sum += w[i]
		}
		got := 0
		for i, n := range apportion(int(total), w) {
			if exact := int(total) * w[i]; sum > 0 && (n*sum < exact-sum || n*sum > exact+sum) {
				return false
			}
			got += n
		}
		return sum == 0 || got == int(total)
	}
	if err := quick.Check(sums, nil); err != nil {
		t.Error(err)
	}
}

func TestEveryRatioIsCounted(t *testing.T) {
	used := map[string]bool{}
	for _, set := range rule.All() {
		for _, it := range set.Items {
			if it.Formula == rule.FormulaRatio || it.Formula == rule.FormulaFall {
				used[it.ID] = true
				if counted[it.ID] == nil {
					t.Errorf("%s: count.go does not say how many things %s is about", set.ID, it.ID)
				}
			}
		}
		for _, g := range set.Gates {
			if !slices.Contains([]string{"bpk_opinion", "sakip", "rb_index", "spip_level", "core_service", "significant_impact", "tlhp_pct", "lhkpn_pct", "lhkasn_pct", "zi_years", "sakip_internal"}, g.Code) {
				t.Errorf("%s: gate.go does not know the gate %s", set.ID, g.Code)
			}
		}
	}
	for id := range counted {
		if !used[id] {
			t.Errorf("no rule set has a ratio %s", id)
		}
	}
}

// Over many draws the mean score of an item is the level.
func TestChooseIsUnbiased(t *testing.T) {
	q := question{options: []option{{"D", 0}, {"C", 330 * milli}, {"B", 670 * milli}, {"A", full}}}
	s := newStream(1, forUnit, 9)
	for _, x := range []level{0, 100 * milli, 330 * milli, 500 * milli, 900 * milli, full, 2 * full, -full} {
		var sum level
		const n = 20_000
		for range n {
			name := q.choose(x, s.uniform())
			sum += q.options[slices.IndexFunc(q.options, func(o option) bool { return o.name == name })].worth
		}
		if mean, want := sum/n, x.within(0, full); mean < want-10*milli || mean > want+10*milli {
			t.Errorf("level %d: mean %d", x, mean)
		}
	}
}
