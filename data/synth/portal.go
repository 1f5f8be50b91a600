package synth

import (
	"encoding/json"
	"fmt"

	"tolok/data"
	"tolok/data/rule"
)

// portalFrom is the first cycle for which agencies of the dialect "portal"
// send the answers of PortalRB, as its interface gives them.
const portalFrom = 2024

// portalAnswer is one question as PortalRB's interface gives it.
type portalAnswer struct {
	Question int     `json:"soal_id"`
	Unit     *string `json:"jawaban_unit"`
	TPI      *string `json:"jawaban_tpi"`
	Note     *string `json:"catatan_unit"`
	Evidence *string `json:"bukti_dukung_unit"`
	TPINote  *string `json:"catatan_tpi"`
}

// portalSheet is the answer to lke/jawaban-unit/{id}.
type portalSheet struct {
	UnitID  string         `json:"unit_id"`
	Name    string         `json:"nama_unit"`
	Year    int            `json:"tahun"`
	Answers []portalAnswer `json:"answers"`
}

// sendPortal writes one candidate's self and TPI worksheets as saved answers.
// Their paths are those of the interface, below portalrb/{year}.
func (w *world) sendPortal(o *outbox, c *cycle, k *candidate) error {
	self := w.worksheet(k.unit, c.set, data.Self, 0)
	var tpi rule.Worksheet
	if k.tpi != nil {
		tpi = w.worksheet(k.unit, c.set, data.TPI, 0)
	}
	out := portalSheet{UnitID: k.unit.UnitID, Name: k.unit.Name, Year: w.year}
	for _, it := range c.set.Items {
		if it.PortalRBID != 0 {
			out.Answers = append(out.Answers, portalAnswer{Question: it.PortalRBID, Unit: portalText(self, it), TPI: portalText(tpi, it)})
		}
	}
	return o.writeJSON(fmt.Sprintf("%s/portalrb/%d/lke/jawaban-unit/%s.json", k.unit.AgencyID, w.year, k.unit.UnitID), out)
}

// portalText is an answer as PortalRB keeps it: everything is text.
func portalText(sheet rule.Worksheet, it *rule.Item) *string {
	a, ok := sheet[it.ID]
	if !ok || a.Empty() {
		return nil
	}
	s := a.Choice
	if a.Value != nil {
		s = a.Value.String()
	}
	return &s
}

// writeJSON makes a file of one value.
func (o *outbox) writeJSON(name string, v any) error {
	raw, err := json.Marshal(v)
	if err != nil {
		return err
	}
	return o.write(name, append(raw, '\n'))
}
