package data

import (
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"
)

func ptr[T any](v T) *T { return &v }

func amount(s string) *Amount {
	v, err := ParseAmount(s)
	if err != nil {
		panic(err)
	}
	return &v
}

// valid gives a record of every dataset with nothing wrong and all required
// fields set.
func valid() []Record {
	day := DateOf(2024, time.June, 1)
	return []Record{
		&Agency{AgencyID: "K01", Name: "Kementerian", Kind: "kementerian"},
		&Unit{UnitID: "U-1", AgencyID: "K01", Name: "Kantor", UnitType: "imigrasi", ProvinceCode: "31", RegencyCode: "31.71", Opened: ptr[int32](1990)},
		&AgencyGate{AgencyID: "K01", Cycle: 2024, BPKOpinion: "WTP", SAKIP: amount("71.2"), RBIndex: amount("102"), SPIPLevel: amount("3.2")},
		&UnitGate{UnitID: "U-1", Cycle: 2024, CoreService: ptr(false), TLHPPct: amount("100"), ZIStarted: ptr[int32](2020)},
		&Answer{UnitID: "U-1", Cycle: 2024, Regulation: "90/2021", Layer: Self, ItemID: "A.I.1.i.a", Choice: "Ya"},
		&NodeScore{UnitID: "U-1", Cycle: 2019, Regulation: "10/2019", Layer: TPN, Code: "total", Score: MustScore("81.5")},
		&Survey{UnitID: "U-1", Cycle: 2024, Index: "IPAK", Value: *amount("3.62"), ScaleMin: amount("0"), ScaleMax: amount("4")},
		&Nomination{UnitID: "U-1", Cycle: 2024, Target: WBK, Issuer: "nasional", Stage: "desk", Result: "lulus"},
		&Award{UnitID: "U-1", Predicate: WBK, Issuer: "nasional", AwardedOn: day},
		&Quota{AgencyID: "K01", Cycle: 2024, Target: WBK, Quota: ptr[int64](0)},
		&Host{UnitID: "U-1", Cycle: 2024},
		&Visit{HostID: "U-1", GuestID: "U-2", Date: day, Area: "MP"},
		&Zone{ZoneID: "Z", Name: "Kawasan", UnitID: "U-1", Cycle: 2024, IntegrationScore: amount("6.5")},
		&SPI{AgencyName: "Kementerian", Year: 2024, Index: amount("70.1")},
	}
}

func TestValidRecords(t *testing.T) {
	seen := []string{}
	for _, r := range valid() {
		if ps := r.Validate(); len(ps) > 0 {
			t.Errorf("%s: %+v", r.Dataset(), ps)
		}
		seen = append(seen, r.Dataset())
	}
	for i, r := range Datasets() {
		if seen[i] != r.Dataset() {
			t.Errorf("dataset %s is not among the valid records", r.Dataset())
		}
	}
}

// Emptying any required text makes the record invalid, in that column.
func TestRequiredFields(t *testing.T) {
	for i, r := range valid() {
		typ := reflect.TypeOf(r).Elem()
		for j := range typ.NumField() {
			f := typ.Field(j)
			name, options, _ := strings.Cut(f.Tag.Get("parquet"), ",")
			if f.Anonymous || f.Type.Kind() != reflect.String || strings.Contains(options, "optional") {
				continue
			}
			empty := valid()[i]
			reflect.ValueOf(empty).Elem().Field(j).SetString("")
			missing := func(p Problem) bool { return p.Code == "required" && p.Field == name }
			// A zone goes by its id; its name is for the eye.
			if r.Dataset()+"."+name != "zones.name" && !slices.ContainsFunc(empty.Validate(), missing) {
				t.Errorf("%s without %s: %+v", r.Dataset(), name, empty.Validate())
			}
		}
	}
}

// A key holds every field that two records about different things differ in,
// and nothing of the origin.
func TestKeys(t *testing.T) {
	for i, r := range valid() {
		other := valid()[i]
		*other.At() = Origin{Source: 9, Sheet: "x", Line: 9}
		if r.Key() != other.Key() || r.Key() == "" {
			t.Errorf("%s: keys %q and %q", r.Dataset(), r.Key(), other.Key())
		}
	}
}

// Who surveyed, and when, tells two surveys of one index apart.
func TestSurveyKey(t *testing.T) {
	january, june := DateOf(2024, time.January, 5), DateOf(2024, time.June, 5)
	for _, c := range []struct {
		a, b Survey
		same bool
	}{
		{Survey{Surveyor: "Tim Internal"}, Survey{Surveyor: "TIM INTERNAL"}, true},
		{Survey{Surveyor: "internal"}, Survey{Surveyor: "nasional"}, false},
		{Survey{PeriodStart: &january}, Survey{PeriodStart: &june}, false},
		{Survey{PeriodStart: &january}, Survey{}, false},
		{Survey{PeriodStart: &january, PeriodEnd: &june}, Survey{PeriodStart: &january}, true},
	} {
		if same := c.a.Key() == c.b.Key(); same != c.same {
			t.Errorf("%q and %q: the same survey: %v", c.a.Key(), c.b.Key(), same)
		}
	}
}

func TestValidate(t *testing.T) {
	for _, c := range []struct {
		record Record
		want   []string // code and column
	}{
		{&Agency{AgencyID: "a b", Name: " ", Kind: "desa", ProvinceCode: "99"}, []string{"bad-id agency_id", "required name", "not-in-list kind", "unknown-province province_code"}},
		{&Agency{AgencyID: "..", Name: "x", Kind: "kota"}, []string{"bad-id agency_id"}},
		{&Agency{AgencyID: "a/b", Name: "x", Kind: "kota"}, []string{"bad-id agency_id"}},
		// An id that ends like a format could not be asked for as a page.
		{&Agency{AgencyID: "K01.csv", Name: "x", Kind: "kota"}, []string{"bad-id agency_id"}},
		{&Agency{AgencyID: "K01.JSON", Name: "x", Kind: "kota"}, []string{"bad-id agency_id"}},
		{&Agency{AgencyID: "K01.xlsx", Name: "x", Kind: "kota"}, []string{"bad-id agency_id"}},
		{&Agency{AgencyID: "K01.csv.A", Name: "x", Kind: "kota"}, nil},
		{&Agency{AgencyID: strings.Repeat("x", 65), Name: "x", Kind: "kota"}, []string{"bad-id agency_id"}},
		{
			&Unit{UnitID: "U", AgencyID: "A", Name: "x", UnitType: "kantor", RegencyCode: "31.99", Staff: ptr[int64](-1), Opened: ptr[int32](2020), Closed: ptr[int32](2010), MergedInto: "U"},
			[]string{"unknown-unit-type unit_type", "unknown-regency regency_code", "out-of-range staff", "closed-before-opened closed", "merged-into-itself merged_into"},
		},
		{&Unit{UnitID: "U", AgencyID: "A", Name: "x", UnitType: "rsud", ProvinceCode: "32", RegencyCode: "31.71"}, []string{"regency-elsewhere regency_code"}},
		{&AgencyGate{AgencyID: "A", Cycle: 24, SAKIP: amount("100.1"), SPIPLevel: amount("0.9")}, []string{"out-of-range cycle", "out-of-range sakip", "out-of-range spip_level"}},
		{&UnitGate{UnitID: "U", Cycle: 2024, TLHPPct: amount("101"), LHKPNPct: amount("-1"), ZIStarted: ptr[int32](1990)}, []string{"out-of-range tlhp_pct", "out-of-range lhkpn_pct", "out-of-range zi_started"}},
		{&Answer{UnitID: "U", Cycle: 2024, Regulation: "1/2000", Layer: "itjen", Value: amount("-1"), Reported: ptr(One + 1)}, []string{"not-in-list regulation", "not-in-list layer", "required item_id", "out-of-range value", "out-of-range reported_score"}},
		{&NodeScore{UnitID: "U", Cycle: 2019, Regulation: "10/2019", Layer: TPN, Code: "total", Score: 100*One + 1}, []string{"out-of-range score"}},
		{&Survey{UnitID: "U", Cycle: 2024, Index: "IPAK", Value: *amount("4.1"), ScaleMin: amount("0"), ScaleMax: amount("4")}, []string{"outside-scale value"}},
		{&Survey{UnitID: "U", Cycle: 2024, Index: "IPAK", Value: *amount("3"), ScaleMin: amount("4"), ScaleMax: amount("4")}, []string{"scale-upside-down scale_max"}},
		{&Survey{UnitID: "U", Cycle: 2024, Index: "IKM", Value: *amount("100.5")}, []string{"out-of-range value"}},
		{&Survey{UnitID: "U", Cycle: 2024, Index: "IKM", Value: *amount("80"), PeriodStart: ptr(Date(10)), PeriodEnd: ptr(Date(9))}, []string{"ends-before-start period_end"}},
		{&Nomination{UnitID: "U", Cycle: 2024, Target: "WBX", Issuer: "nasional", Stage: "desk", Result: "lulus", EnteredOn: ptr(Date(10)), LeftOn: ptr(Date(9))}, []string{"not-in-list target", "ends-before-start left_on"}},
		{&Award{UnitID: "U", Predicate: WBK, Issuer: "nasional", AwardedOn: DateOf(2020, 1, 2), RevokedOn: ptr(DateOf(2020, 1, 1))}, []string{"ends-before-start revoked_on"}},
		{&Award{UnitID: "U", Predicate: WBK, Issuer: "nasional"}, []string{"out-of-range awarded_on"}},
		{&Visit{HostID: "U", GuestID: "U", Date: DateOf(2024, 1, 1)}, []string{"visits-itself guest_id"}},
		{&Zone{ZoneID: "Z", Name: "x", UnitID: "U", Cycle: 2024, IntegrationScore: amount("10.1")}, []string{"out-of-range integration_score"}},
		{&SPI{Year: 2024, Index: amount("101")}, []string{"required agency_name", "out-of-range index"}},
	} {
		var got []string
		for _, p := range c.record.Validate() {
			got = append(got, p.Code+" "+p.Field)
			if p.Severity != Rejected || p.Dataset != c.record.Dataset() || !HasProblemText(p.Code) {
				t.Errorf("%+v", p)
			}
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("%+v:\n got %q\nwant %q", c.record, got, c.want)
		}
	}
}
