package table

import (
	"math"
	"math/big"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/parquet-go/parquet-go"
	"github.com/parquet-go/parquet-go/format"
)

// cellFormat writes a value as the text of a cell, or says with a code of a
// problem that it has none.
type cellFormat func(parquet.Value) (text, code string)

func nested(v parquet.Value) (text, code string) { return v.String(), "nested-value" }

func unfit(v parquet.Value) (text, code string) { return v.String(), "unfit-type" }

// formatOf picks the format for a column's logical type, else its physical one.
func formatOf(t parquet.Type) cellFormat {
	if l := t.LogicalType(); l != nil {
		switch l := l.Value.(type) {
		case *format.DecimalType:
			return decimalFormat(int(l.Scale))
		case *format.DateType:
			return formatDate
		case *format.TimestampType:
			return timestampFormat(l)
		case *format.IntType:
			if !l.IsSigned {
				return formatUnsigned
			}
		case *format.TimeType, *format.UUIDType, *format.BsonType:
			return unfit
		}
	}
	switch t.Kind() {
	case parquet.Boolean:
		return func(v parquet.Value) (string, string) { return strconv.FormatBool(v.Boolean()), "" }
	case parquet.Int32, parquet.Int64:
		return func(v parquet.Value) (string, string) { return strconv.FormatInt(signed(v), 10), "" }
	case parquet.Float:
		return func(v parquet.Value) (string, string) { return formatFloat(float64(v.Float()), 32) }
	case parquet.Double:
		return func(v parquet.Value) (string, string) { return formatFloat(v.Double(), 64) }
	case parquet.ByteArray, parquet.FixedLenByteArray:
		return formatText
	case parquet.Int96:
		return formatInt96
	}
	return unfit
}

func signed(v parquet.Value) int64 {
	if v.Kind() == parquet.Int32 {
		return int64(v.Int32())
	}
	return v.Int64()
}

func formatUnsigned(v parquet.Value) (text, code string) {
	if v.Kind() == parquet.Int32 {
		return strconv.FormatUint(uint64(v.Uint32()), 10), ""
	}
	return strconv.FormatUint(v.Uint64(), 10), ""
}

// formatFloat writes the shortest decimal that is this binary number and no
// other of its width.
func formatFloat(v float64, bits int) (text, code string) {
	s := strconv.FormatFloat(v, 'f', -1, bits)
	if math.IsNaN(v) || math.IsInf(v, 0) {
		return s, "bad-number"
	}
	return exactNumber(s), ""
}

func formatText(v parquet.Value) (text, code string) {
	raw := v.ByteArray()
	if !utf8.Valid(raw) || strings.IndexByte(string(raw), 0) >= 0 {
		return string(raw), "bad-encoding"
	}
	return string(raw), ""
}

// maxScale is that of the widest decimals; a file that says more is wrong.
const maxScale = 76

func decimalFormat(scale int) cellFormat {
	if scale < 0 || scale > maxScale {
		return unfit
	}
	return func(v parquet.Value) (string, string) {
		var n *big.Int
		switch v.Kind() {
		case parquet.Int32, parquet.Int64:
			n = big.NewInt(signed(v))
		case parquet.ByteArray, parquet.FixedLenByteArray:
			raw := v.ByteArray()
			if len(raw) == 0 || len(raw) > 32 {
				return "", "bad-number"
			}
			n = new(big.Int).SetBytes(raw)
			if raw[0]&0x80 != 0 { // two's complement
				n.Sub(n, new(big.Int).Lsh(big.NewInt(1), uint(8*len(raw))))
			}
		default:
			return unfit(v)
		}
		return exactNumber(pointed(n, scale)), ""
	}
}

// pointed sets the decimal point and drops the zeros behind it.
func pointed(n *big.Int, scale int) string {
	digits, sign := new(big.Int).Abs(n).String(), ""
	if n.Sign() < 0 {
		sign = "-"
	}
	if len(digits) <= scale {
		digits = strings.Repeat("0", scale-len(digits)+1) + digits
	}
	whole, decimals := digits[:len(digits)-scale], strings.TrimRight(digits[len(digits)-scale:], "0")
	if decimals == "" {
		return sign + whole
	}
	return sign + whole + "." + decimals
}

func formatDate(v parquet.Value) (text, code string) {
	return time.Unix(int64(v.Int32())*86400, 0).UTC().Format(time.DateOnly), ""
}

// timestampFormat makes days of moments. The day of a local time is its own;
// a moment of universal time is another day in Jakarta than in Jayapura, so
// only midnight stands for its day.
func timestampFormat(t *format.TimestampType) cellFormat {
	return func(v parquet.Value) (string, string) {
		var at time.Time
		switch t.Unit.Value.(type) {
		case *format.MilliSeconds:
			at = time.UnixMilli(v.Int64())
		case *format.MicroSeconds:
			at = time.UnixMicro(v.Int64())
		default:
			at = time.Unix(0, v.Int64())
		}
		return day(at.UTC(), t.IsAdjustedToUTC)
	}
}

func day(at time.Time, universal bool) (text, code string) {
	if universal && !at.Equal(at.Truncate(24*time.Hour)) {
		return at.Format(time.RFC3339Nano), "moment-not-a-day"
	}
	return at.Format(time.DateOnly), ""
}

// julianUnix is 1970-01-01 in the day count of the old 96-bit timestamps.
const julianUnix = 2_440_588

func formatInt96(v parquet.Value) (text, code string) {
	raw := v.Int96()
	nanos := int64(raw[0]) | int64(raw[1])<<32
	return day(time.Unix((int64(raw[2])-julianUnix)*86400, nanos).UTC(), true)
}
