package forecast

import (
	"encoding/csv"
	"encoding/json"
	"math"
	"os"
	"path/filepath"
	"testing"

	"gonum.org/v1/gonum/mat"
)

// golden are scikit-learn's answers; testdata/golden.py made them.
type golden struct {
	Fits []struct {
		C, Intercept float64
		Coef         []float64
	}
	P                 []float64
	Brier, AUC, Slope float64
	LogLoss           float64 `json:"log_loss"`
	IsotonicBrier     float64 `json:"isotonic_brier"`
	SlopeIntercept    float64 `json:"slope_intercept"`
}

func readGolden(t *testing.T) (g golden, d LogisticData) {
	t.Helper()
	raw, err := os.ReadFile("testdata/golden.json")
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(raw, &g); err != nil {
		t.Fatal(err)
	}
	return g, matrix(t, "testdata/logistic.csv", "")
}

// matrix reads columns of numbers; the outcome is the last column, or alone in
// a file of its own.
func matrix(t *testing.T, file, outcome string) (d LogisticData) {
	t.Helper()
	rows := numbers(t, file)
	p := len(rows[0])
	if outcome == "" {
		p--
	}
	d.X = mat.NewDense(len(rows), p, nil)
	for i, r := range rows {
		copy(d.X.RawRowView(i), r[:p])
		if outcome == "" {
			d.Y = append(d.Y, r[p])
		}
	}
	if outcome != "" {
		for _, r := range numbers(t, outcome) {
			d.Y = append(d.Y, r[0])
		}
	}
	return d
}

func numbers(t *testing.T, file string) (out [][]float64) {
	t.Helper()
	f, err := os.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range rows {
		var xs []float64
		for _, c := range r {
			xs = append(xs, number(t, c))
		}
		out = append(out, xs)
	}
	return out
}

func ridgeOf(c float64, p int) LogisticPrior {
	prior := LogisticPrior{Ridge: make([]float64, p)}
	for k := range prior.Ridge {
		prior.Ridge[k] = 1 / c
	}
	return prior
}

func same(t *testing.T, what string, got, want, tolerance float64) {
	t.Helper()
	if !(math.Abs(got-want) <= tolerance) {
		t.Errorf("%s: %.12f, want %.12f", what, got, want)
	}
}

func TestLogisticAgreesWithScikitLearn(t *testing.T) {
	g, d := readGolden(t)
	_, p := d.X.Dims()
	for _, want := range g.Fits {
		fit, err := FitLogistic(d, ridgeOf(want.C, p))
		if err != nil {
			t.Fatal(err)
		}
		same(t, "intercept", fit.Intercept, want.Intercept, 1e-9)
		for c := range want.Coef {
			same(t, "coefficient", fit.Coef[c], want.Coef[c], 1e-9)
		}
	}
}

// The same on the data that stand beside the project.
func TestLogisticAgreesWithTheReference(t *testing.T) {
	dir := filepath.Join("..", "..", "..", "shared", "reference", "forecast-dev")
	raw, err := os.ReadFile(filepath.Join(dir, "logistic_expected.json"))
	if err != nil {
		t.Skip("the reference folder is not beside the project")
	}
	var want struct {
		C, Intercept float64
		Coef         []float64
	}
	if err := json.Unmarshal(raw, &want); err != nil {
		t.Fatal(err)
	}
	fit, err := FitLogistic(matrix(t, filepath.Join(dir, "logistic_X.csv"), filepath.Join(dir, "logistic_y.csv")), ridgeOf(want.C, len(want.Coef)))
	if err != nil {
		t.Fatal(err)
	}
	same(t, "intercept", fit.Intercept, want.Intercept, 1e-8)
	for c := range want.Coef {
		same(t, "coefficient", fit.Coef[c], want.Coef[c], 1e-8)
	}
}

// Eliminated groups give what one column a group gives.
func TestGroupsAreRidgedColumns(t *testing.T) {
	_, d := readGolden(t)
	n, p := d.X.Dims()
	const groups, ridge = 9, 3.0
	wide := LogisticData{X: mat.NewDense(n, p+groups, nil), Y: d.Y}
	d.NGroups = groups
	for i := range n {
		g := (i*i + i/3) % groups
		d.Groups = append(d.Groups, g)
		copy(wide.X.RawRowView(i), d.X.RawRowView(i))
		wide.X.Set(i, p+g, 1)
	}
	prior := ridgeOf(0.5, p)
	prior.GroupRidge = ridge
	a, err := FitLogistic(d, prior)
	if err != nil {
		t.Fatal(err)
	}
	full := ridgeOf(0.5, p+groups)
	for g := range groups {
		full.Ridge[p+g] = ridge
	}
	b, err := FitLogistic(wide, full)
	if err != nil {
		t.Fatal(err)
	}
	same(t, "intercept", a.Intercept, b.Intercept, 1e-8)
	for g := range groups {
		same(t, "group", a.Group[g], b.Coef[p+g], 1e-8)
	}
}

func TestScoresAgreeWithScikitLearn(t *testing.T) {
	g, d := readGolden(t)
	var s []Scored
	for i, p := range g.P {
		s = append(s, Scored{p, d.Y[i] == 1})
	}
	same(t, "Brier", Brier(s), g.Brier, 1e-12)
	same(t, "log loss", LogLoss(s), g.LogLoss, 1e-12)
	same(t, "AUC", AUC(s), g.AUC, 1e-12)
	intercept, slope := Calibration(s)
	same(t, "slope", slope, g.Slope, 1e-8)
	same(t, "intercept", intercept, g.SlopeIntercept, 1e-8)
	r := CORP(s)
	same(t, "Brier of the isotonic fit", r.Uncertainty-r.Discrimination, g.IsotonicBrier, 1e-12)
	same(t, "parts", r.Miscalibration-r.Discrimination+r.Uncertainty, g.Brier, 1e-12)
}
