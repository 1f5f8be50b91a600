package lake

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"os"
)

// Damage is one file that is not what the manifest says.
type Damage struct {
	Path string `json:"path"`
	What string `json:"what"`
	Mend string `json:"mend"`
}

// Error makes damage found on the way an error.
func (d *Damage) Error() string { return d.Path + ": " + d.What + "; " + d.Mend }

const restore = "restore this file from a backup, or ingest its sources into a new lake"

// Verify reads every byte of a state and compares it with the manifest.
func (l *Lake) Verify(ctx context.Context, m *Manifest) ([]Damage, error) {
	var out []Damage
	for _, f := range m.Files {
		if err := ctx.Err(); err != nil {
			return out, err
		}
		if what := l.damage(f); what != "" {
			out = append(out, Damage{f.Path, what, restore})
		}
	}
	return out, nil
}

func (l *Lake) damage(f File) string {
	file, err := os.Open(l.Path(f.Path))
	if err != nil {
		return err.Error()
	}
	defer file.Close()
	h := sha256.New()
	n, err := io.Copy(h, file)
	switch {
	case err != nil:
		return err.Error()
	case n != f.Bytes:
		return fmt.Sprintf("has %d bytes, should have %d", n, f.Bytes)
	case hex.EncodeToString(h.Sum(nil)) != f.SHA256:
		return "its bytes changed"
	}
	return ""
}
