package data

// Host is a unit that receives visitors who come to learn.
type Host struct {
	UnitID        string `parquet:"unit_id"`
	Cycle         int32  `parquet:"cycle"`
	Capacity      *int64 `parquet:"capacity,optional"`       // visits a cycle
	OfficeContact string `parquet:"office_contact,optional"` // an office, not a person
	Origin
}

// Dataset implements [Record].
func (*Host) Dataset() string { return "hosts" }

// Key implements [Record].
func (h *Host) Key() string { return key(h.UnitID, itoa(int64(h.Cycle))) }

// InCycle implements [Record].
func (h *Host) InCycle() int32 { return h.Cycle }

// Validate implements [Record].
func (h *Host) Validate() []Problem {
	c := check{dataset: "hosts"}
	c.id("unit_id", h.UnitID)
	c.cycle("cycle", h.Cycle)
	c.atLeast("capacity", h.Capacity, 0)
	return c.problems
}

// Visit is one unit's visit to another to learn about one area.
type Visit struct {
	HostID  string `parquet:"host_id"`
	GuestID string `parquet:"guest_id"`
	Date    Date   `parquet:"date,date"`
	Area    string `parquet:"area,dict,optional"`
	Outcome string `parquet:"outcome,optional"`
	Origin
}

// Dataset implements [Record].
func (*Visit) Dataset() string { return "visits" }

// Key implements [Record].
func (v *Visit) Key() string { return key(v.HostID, v.GuestID, v.Date.String(), v.Area) }

// InCycle implements [Record].
func (*Visit) InCycle() int32 { return 0 }

// Validate implements [Record].
func (v *Visit) Validate() []Problem {
	c := check{dataset: "visits"}
	c.id("host_id", v.HostID)
	c.id("guest_id", v.GuestID)
	c.optionalOneOf("area", v.Area, Areas)
	c.cycle("date", int32(v.Date.Year()))
	if v.HostID != "" && v.HostID == v.GuestID {
		c.add("visits-itself", "guest_id", v.GuestID, "")
	}
	return c.problems
}

// Zone (kawasan) is a unit's membership of a group of units that are judged
// together.
type Zone struct {
	ZoneID           string  `parquet:"zone_id"`
	Name             string  `parquet:"name"`
	UnitID           string  `parquet:"unit_id"`
	Cycle            int32   `parquet:"cycle"`
	IntegrationScore *Amount `parquet:"integration_score,decimal(6:18),optional"` // 0-10
	Origin
}

// Dataset implements [Record].
func (*Zone) Dataset() string { return "zones" }

// Key implements [Record].
func (z *Zone) Key() string { return key(z.ZoneID, z.UnitID, itoa(int64(z.Cycle))) }

// InCycle implements [Record].
func (z *Zone) InCycle() int32 { return z.Cycle }

// Validate implements [Record].
func (z *Zone) Validate() []Problem {
	c := check{dataset: "zones"}
	c.id("zone_id", z.ZoneID)
	c.id("unit_id", z.UnitID)
	c.cycle("cycle", z.Cycle)
	c.between("integration_score", z.IntegrationScore, 0, 10)
	return c.problems
}

// SPI is one agency's result in KPK's integrity survey: a check from outside
// the programme. Agencies are named, not numbered, in what KPK publishes.
type SPI struct {
	AgencyName string  `parquet:"agency_name"`
	PlaceCode  string  `parquet:"place_code,optional"` // Kemendagri's, of a local government, as the file has it
	Year       int32   `parquet:"year"`
	Index      *Amount `parquet:"index,decimal(6:18),optional"` // 0-100
	Internal   *Amount `parquet:"internal,decimal(6:18),optional"`
	External   *Amount `parquet:"external,decimal(6:18),optional"`
	Expert     *Amount `parquet:"expert,decimal(6:18),optional"`
	Origin
}

// Dataset implements [Record].
func (*SPI) Dataset() string { return "spi" }

// Key implements [Record].
func (s *SPI) Key() string { return key(s.AgencyName, itoa(int64(s.Year))) }

// InCycle implements [Record].
func (s *SPI) InCycle() int32 { return s.Year }

// Validate implements [Record].
func (s *SPI) Validate() []Problem {
	c := check{dataset: "spi"}
	c.required("agency_name", s.AgencyName)
	c.cycle("year", s.Year)
	c.between("index", s.Index, 0, 100)
	c.between("internal", s.Internal, 0, 100)
	c.between("external", s.External, 0, 100)
	c.between("expert", s.Expert, 0, 100)
	return c.problems
}
