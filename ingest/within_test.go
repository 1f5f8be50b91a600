package ingest

import (
	"slices"
	"strings"
	"testing"

	"tolok/data"
)

// What an account may send: K01 is an agency with U-001; U-002 is of K02.
func TestWithin(t *testing.T) {
	known := map[string]string{"U-001": "K01", "U-002": "K02", "U-003": "K01"}
	const (
		answers     = "unit_id,cycle,layer,item_id,choice\n"
		units       = "unit_id,agency_id,name,unit_type,merged_into\n"
		nominations = "unit_id,cycle,target,issuer,stage,result\n"
		awards      = "unit_id,predicate,issuer,awarded_on\n"
		visits      = "host_id,guest_id,date\n"
	)
	agency, unit := Within{Agency: "K01"}, Within{Agency: "K01", Unit: "U-001"}
	for _, c := range []struct {
		what    string
		within  Within
		table   string
		refused string // field=value; "" if the row goes in
	}{
		{"an agency, its own unit", agency, answers + "U-001,2024,self,A.I.1.i.a,Ya\n", ""},
		{"an agency, as its inspectorate", agency, answers + "U-001,2024,tpi,A.I.1.i.a,Ya\n", ""},
		{"an agency, as the national team", agency, answers + "U-001,2024,tpn,A.I.1.i.a,Ya\n", "layer=tpn"},
		{"an agency, another's unit", agency, answers + "U-002,2024,self,A.I.1.i.a,Ya\n", "unit_id=U-002"},
		{"an agency, a unit nobody knows, in the same words", agency, answers + "U-009,2024,self,A.I.1.i.a,Ya\n", "unit_id=U-009"},
		{"an agency, a new unit of its own", agency, units + "U-010,K01,Baru,rutan,\n", ""},
		{"an agency, a new unit of another", agency, units + "U-010,K02,Baru,rutan,\n", "agency_id=K02"},
		{"an agency takes another's unit over", agency, units + "U-002,K01,Direbut,rutan,\n", "unit_id=U-002"},
		{"an agency gives a unit away", agency, units + "U-001,K02,Dilepas,rutan,\n", "agency_id=K02"},
		{"an agency merges a unit into another's", agency, units + "U-001,K01,Nama,rutan,U-002\n", "merged_into=U-002"},
		{"an agency merges a unit into its own", agency, units + "U-001,K01,Nama,rutan,U-003\n", ""},
		{"an agency proposes", agency, nominations + "U-001,2024,WBK,nasional,pengusulan,lulus\n", ""},
		{"an agency takes a proposal back", agency, nominations + "U-001,2024,WBK,nasional,desk,ditarik\n", ""},
		{"an agency decides for the national team", agency, nominations + "U-001,2024,WBK,nasional,penetapan,lulus\n", "stage=penetapan"},
		{"an agency decides on its own predicate", agency, nominations + "U-001,2024,WBK,mandiri,penetapan,lulus\n", ""},
		{"an agency awards its own predicate", agency, awards + "U-001,WBK,mandiri,2024-12-01\n", ""},
		{"an agency awards nationally", agency, awards + "U-001,WBK,nasional,2024-12-01\n", "issuer=nasional"},
		{"an agency's unit visits", agency, visits + "U-002,U-001,2024-06-01\n", ""},
		{"a visit among others", agency, visits + "U-002,U-002,2024-06-01\n", "host_id=U-002"},
		{"a survey that names agencies in words", agency, "agency_name,year,index\nK02,2024,70\n", "dataset=spi"},
		{"a unit, itself", unit, answers + "U-001,2024,self,A.I.1.i.a,Ya\n", ""},
		{"a unit, another of its agency", unit, answers + "U-003,2024,self,A.I.1.i.a,Ya\n", "unit_id=U-003"},
		{"a unit, as the inspectorate", unit, answers + "U-001,2024,tpi,A.I.1.i.a,Ya\n", "layer=tpi"},
		{"a unit, the register", unit, units + "U-001,K01,Nama,rutan,\n", "dataset=units"},
		{"a unit, its agency's gates", unit, "agency_id,cycle,bpk_opinion\nK01,2024,WTP\n", "agency_id=K01"},
		{"a unit proposes itself", unit, nominations + "U-001,2024,WBK,nasional,pengusulan,berjalan\n", "dataset=nominations"},
		{"nobody's limit", Within{}, answers + "U-002,2024,tpn,A.I.1.i.a,Ya\n", ""},
	} {
		t.Run(c.what, func(t *testing.T) {
			opt := Options{Within: c.within, KnownUnits: known, KnownAgencies: map[string]bool{"K01": true, "K02": true}}
			got, sum := ingest(t, opt, write(t, map[string]string{"table.csv": c.table}))
			var refused []string
			for _, p := range got.Problems {
				if p.Code == "outside-scope" {
					refused = append(refused, p.Field+"="+p.Value)
				} else if p.Severity == data.Rejected && p.Code != "visits-itself" {
					t.Errorf("also %v", &p)
				}
			}
			if s := strings.Join(refused, " "); s != c.refused || (s == "") != (sum.Put() == 1) {
				t.Errorf("refused %q, %d rows in; want %q", s, sum.Put(), c.refused)
			}
		})
	}
}

// A file that names another agency as its sender is not read; the sender of a
// source is the account, whatever a file says.
func TestSenderIsTheAccount(t *testing.T) {
	sent := map[string]string{
		"a/submission.json": `{"agency_id": "K02", "publisher": "Orang lain"}`, "a/hosts.csv": hostsHeader + "U-001,2024,5,\n",
		"b/submission.json": `{"publisher": "Orang lain"}`, "b/hosts.csv": hostsHeader + "U-001,2023,5,\n",
	}
	opt := Options{Agency: "K01", Publisher: "Itjen K01", Within: Within{Agency: "K01"}, KnownUnits: map[string]string{"U-001": "K01"}}
	got, sum := ingest(t, opt, write(t, sent))
	if codes := got.codes(); !slices.Equal(codes, []string{"failed other-agency"}) || sum.Failed != 1 || sum.Put() != 1 {
		t.Errorf("problems %v, %d files failed, %d rows in", codes, sum.Failed, sum.Put())
	}
	for _, s := range got.Sources {
		if s.AgencyID != "K01" || s.Publisher != "Itjen K01" {
			t.Errorf("%s comes from %q (%s)", s.Name, s.Publisher, s.AgencyID)
		}
	}
	// Whoever may send for all says for whom.
	opt.Within = Within{}
	if got, _ := ingest(t, opt, write(t, sent)); len(got.Sources) != 2 || got.Sources[0].AgencyID != "K01" {
		t.Errorf("sources %+v", got.Sources)
	}
}
