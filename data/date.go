package data

import (
	"fmt"
	"time"
)

// Date is a calendar day, counted from 1970-01-01. In the lake it is DATE.
type Date int32

// DateOf is the day of the given year, month and day of month.
func DateOf(year int, month time.Month, day int) Date {
	return Date(time.Date(year, month, day, 0, 0, 0, 0, time.UTC).Unix() / 86400)
}

// ParseDate reads 2006-01-02, or 02/01/2006 as Indonesian files write it. A
// time of day behind an ISO date is dropped.
func ParseDate(s string) (Date, error) {
	for _, layout := range []string{"2006-01-02", "02/01/2006", "2/1/2006", "02-01-2006", time.RFC3339, "2006-01-02 15:04:05"} {
		if t, err := time.Parse(layout, s); err == nil {
			if t.Year() < 1900 || t.Year() > 2200 {
				return 0, fmt.Errorf("year %d: %w", t.Year(), ErrRange)
			}
			return DateOf(t.Year(), t.Month(), t.Day()), nil
		}
	}
	return 0, fmt.Errorf("%q is not a date (write 2024-12-31 or 31/12/2024)", s)
}

// Time is midnight UTC of the day.
func (d Date) Time() time.Time { return time.Unix(int64(d)*86400, 0).UTC() }

// Year is the calendar year of the day.
func (d Date) Year() int { return d.Time().Year() }

func (d Date) String() string { return d.Time().Format("2006-01-02") }

// MarshalText writes 2006-01-02.
func (d Date) MarshalText() ([]byte, error) { return []byte(d.String()), nil }

// UnmarshalText reads what ParseDate reads.
func (d *Date) UnmarshalText(b []byte) error {
	v, err := ParseDate(string(b))
	*d = v
	return err
}
