package data

import (
	"testing"
	"time"
)

func TestParseDate(t *testing.T) {
	for in, want := range map[string]string{
		"2024-12-31": "2024-12-31", "31/12/2024": "2024-12-31", "1/2/2024": "2024-02-01", "31-12-2024": "2024-12-31",
		"2024-02-29": "2024-02-29", "2024-12-31T23:59:59Z": "2024-12-31", "2024-12-31 08:00:00": "2024-12-31", "1969-07-20": "1969-07-20",
	} {
		if d, err := ParseDate(in); err != nil || d.String() != want {
			t.Errorf("ParseDate(%q) = %s, %v; want %s", in, d, err, want)
		}
	}
	for _, in := range []string{"", "31/02/2024", "2023-02-29", "12/31/2024", "2024", "1800-01-01", "2300-01-01", "kemarin", "45657", "31.12.2024"} {
		if d, err := ParseDate(in); err == nil {
			t.Errorf("ParseDate(%q) = %s, want an error", in, d)
		}
	}
}

// Every day of a century is written as it is read, and counts one up.
func TestDateRoundTrip(t *testing.T) {
	for d := DateOf(1950, time.January, 1); d < DateOf(2050, time.January, 1); d++ {
		if back, err := ParseDate(d.String()); err != nil || back != d {
			t.Fatalf("day %d is %s, which reads as %d, %v", d, d, back, err)
		}
	}
	if DateOf(1970, time.January, 1) != 0 || DateOf(2024, time.February, 30) != DateOf(2024, time.March, 1) {
		t.Error("days are not counted from 1970-01-01")
	}
}
