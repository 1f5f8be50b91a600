package analytics

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strings"
)

// everyUnit marks, among the registers in which something moved, that no unit's
// rows can be kept.
const everyUnit = "*"

// makeRegisters makes the registers whose files differ again. It returns the
// names of those in which something moved that a cycle may see, and lists the
// units concerned in the table touched, as cycle 0.
func (b *builder) makeRegisters(ctx context.Context, c *sql.Conn, diff map[partition]difference) (moved map[string]bool, err error) {
	moved = map[string]bool{}
	if err := exec(ctx, c, "CREATE TABLE "+stays("touched")+" (cycle INTEGER, unit_id VARCHAR)"); err != nil {
		return nil, err
	}
	differs := map[string]bool{}
	for p := range diff {
		differs["raw_"+p.dataset] = true
	}
	for _, v := range views() {
		if !v.isOf(ofRegister) || !slices.ContainsFunc(v.reads, func(r string) bool { return differs[r] }) {
			continue
		}
		for _, dataset := range v.datasets() {
			if err := openDataset(ctx, c, b.root, dataset, b.manifest.Files, ""); err != nil {
				return nil, err
			}
		}
		if err := makeRegister(ctx, c, v, moved); err != nil {
			return nil, fmt.Errorf("%s: %w", v.name, err)
		}
	}
	for name := range moved {
		if name == everyUnit {
			continue
		}
		from := "moved_" + name
		if key(name) != "unit_id" {
			from += " JOIN " + stays("unit") + " USING (" + key(name) + ")"
		}
		q := fmt.Sprintf("INSERT INTO %s SELECT DISTINCT 0, unit_id FROM %s", stays("touched"), from)
		if err := exec(ctx, c, q); err != nil {
			return nil, err
		}
	}
	return moved, nil
}

// key is the column of a register by which a unit finds its row.
func key(register string) string {
	first, _, _ := strings.Cut(registers[register], ",")
	return first
}

// makeRegister makes one register again and notes the keys of what moved in it.
func makeRegister(ctx context.Context, c *sql.Conn, v *view, moved map[string]bool) error {
	if err := exec(ctx, c, "CREATE TEMP TABLE fresh AS "+v.rows()); err != nil {
		return err
	}
	if registers[v.name] != "" {
		if err := compareRegister(ctx, c, v.name, moved); err != nil {
			return err
		}
	}
	return exec(ctx, c, fmt.Sprintf("DELETE FROM %[1]s; INSERT INTO %[1]s FROM fresh; DROP TABLE fresh;", stays(v.name)))
}

func compareRegister(ctx context.Context, c *sql.Conn, name string, moved map[string]bool) error {
	old := "SELECT " + registers[name] + " FROM " + stays(name)
	now := "SELECT " + registers[name] + " FROM fresh"
	q := fmt.Sprintf(`CREATE TEMP TABLE moved_%[1]s AS
SELECT %[2]s, true AS gone FROM (%[3]s EXCEPT ALL %[4]s) UNION ALL SELECT %[2]s, false FROM (%[4]s EXCEPT ALL %[3]s)`, name, key(name), old, now)
	if err := exec(ctx, c, q); err != nil {
		return err
	}
	var gone, some, filled, emptied bool
	q = fmt.Sprintf("SELECT coalesce(bool_or(gone), false), count(*) > 0, NOT EXISTS (FROM %s), NOT EXISTS (FROM fresh) FROM moved_%s", stays(name), name)
	if err := c.QueryRowContext(ctx, q).Scan(&gone, &some, &filled, &emptied); err != nil {
		return err
	}
	switch {
	case !some:
	case name == "source":
		// A new source is named by new files, and they say which units. One that
		// is no longer what it was means another history.
		if gone {
			return errOtherHistory
		}
	default:
		moved[name] = true
		// A view may ask whether there is a register at all.
		if filled || emptied {
			moved[everyUnit] = true
		}
	}
	return nil
}
