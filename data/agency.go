package data

// Agency (instansi) is a ministry, an institution or a local government.
type Agency struct {
	AgencyID     string `parquet:"agency_id"`
	Name         string `parquet:"name"`
	Kind         string `parquet:"kind,dict"`
	ProvinceCode string `parquet:"province_code,dict,optional"` // empty for national agencies
	Origin
}

// Dataset implements [Record].
func (*Agency) Dataset() string { return "agencies" }

// Key implements [Record].
func (a *Agency) Key() string { return a.AgencyID }

// InCycle implements [Record].
func (*Agency) InCycle() int32 { return 0 }

// Validate implements [Record].
func (a *Agency) Validate() []Problem {
	c := check{dataset: "agencies"}
	c.id("agency_id", a.AgencyID)
	c.required("name", a.Name)
	c.oneOf("kind", a.Kind, Kinds)
	c.province("province_code", a.ProvinceCode)
	return c.problems
}

// Unit (satker, unit kerja) is what is scored.
type Unit struct {
	UnitID       string `parquet:"unit_id"`
	AgencyID     string `parquet:"agency_id,dict"`
	Name         string `parquet:"name"`
	UnitType     string `parquet:"unit_type,dict"`
	Echelon      string `parquet:"echelon,dict,optional"`
	ProvinceCode string `parquet:"province_code,dict,optional"`
	RegencyCode  string `parquet:"regency_code,dict,optional"`
	Staff        *int64 `parquet:"staff,optional"`
	ServiceUsers *int64 `parquet:"service_users,optional"` // a year
	BudgetIDR    *int64 `parquet:"budget_idr,optional"`    // rupiah a year
	Opened       *int32 `parquet:"opened,optional"`        // year
	Closed       *int32 `parquet:"closed,optional"`        // year
	MergedInto   string `parquet:"merged_into,optional"`   // unit_id
	Origin
}

// Dataset implements [Record].
func (*Unit) Dataset() string { return "units" }

// Key implements [Record].
func (u *Unit) Key() string { return u.UnitID }

// InCycle implements [Record].
func (*Unit) InCycle() int32 { return 0 }

// Validate implements [Record].
func (u *Unit) Validate() []Problem {
	c := check{dataset: "units"}
	c.id("unit_id", u.UnitID)
	c.id("agency_id", u.AgencyID)
	c.required("name", u.Name)
	c.unitType("unit_type", u.UnitType)
	c.province("province_code", u.ProvinceCode)
	c.regency("regency_code", u.RegencyCode, u.ProvinceCode)
	c.atLeast("staff", u.Staff, 0)
	c.atLeast("service_users", u.ServiceUsers, 0)
	c.atLeast("budget_idr", u.BudgetIDR, 0)
	c.year("opened", u.Opened, 1800)
	c.year("closed", u.Closed, 1800)
	if u.Opened != nil && u.Closed != nil && *u.Closed < *u.Opened {
		c.add("closed-before-opened", "closed", itoa(int64(*u.Closed)), itoa(int64(*u.Opened)))
	}
	if u.MergedInto != "" && u.MergedInto == u.UnitID {
		c.add("merged-into-itself", "merged_into", u.MergedInto, "")
	}
	return c.problems
}
