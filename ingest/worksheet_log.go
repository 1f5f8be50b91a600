package ingest

import (
	"encoding/binary"
	"math/bits"
	"slices"

	"tolok/data/rule"
)

// partHead is what the log holds of a part besides its rows: the hash of the
// worksheet's key, where the part of the file before lies (-1: there is none),
// its file, the line of its first row, its rule set, whether it was reported,
// and the two bitmaps. Eight bytes for each row seen follow.
const partHead = 8 + 8 + 4 + 4 + 1 + 1 + 24 + 24

// save writes the last of the open parts, the only one that can be stale.
func (w *worksheets) save() error {
	p := w.parts[len(w.parts)-1]
	le := binary.LittleEndian
	b := append(w.buf[:0], make([]byte, partHead)...)
	le.PutUint64(b, w.hash)
	le.PutUint64(b[8:], uint64(p.before))
	le.PutUint32(b[16:], uint32(p.number))
	le.PutUint32(b[20:], uint32(p.line))
	b[24] = byte(slices.Index(rule.All(), p.set))
	if p.twice {
		b[25] = 1
	}
	for i := range p.seen {
		le.PutUint64(b[26+8*i:], p.seen[i])
		le.PutUint64(b[50+8*i:], p.filled[i])
	}
	for i := range p.rows {
		if p.seen.has(i) {
			b = le.AppendUint32(b, uint32(p.rows[i].line))
			b = le.AppendUint32(b, p.rows[i].content)
		}
	}
	w.buf = b
	at, err := w.log.add(b)
	if err != nil {
		return err
	}
	return w.at.put(w.hash, at, w.isOpen)
}

// isOpen reports whether a part in the log is of the open worksheet.
func (w *worksheets) isOpen(at int64) (bool, error) {
	var hash [8]byte
	err := w.log.read(hash[:], at)
	return binary.LittleEndian.Uint64(hash[:]) == w.hash, err
}

// load opens the parts of the worksheet whose last one lies at a place.
func (w *worksheets) load(at int64) error {
	for at >= 0 {
		p, err := w.loadPart(at)
		if err != nil {
			return err
		}
		w.parts = append(w.parts, p)
		at = p.before
	}
	slices.Reverse(w.parts)
	return nil
}

func (w *worksheets) loadPart(at int64) (*sheetPart, error) {
	p, le := w.part(), binary.LittleEndian
	var head [partHead]byte
	if err := w.log.read(head[:], at); err != nil {
		return nil, err
	}
	*p = sheetPart{
		before: int64(le.Uint64(head[8:])), number: int(le.Uint32(head[16:])), line: int32(le.Uint32(head[20:])),
		set: rule.All()[head[24]], twice: head[25] == 1,
	}
	p.file = w.files[p.number]
	n := 0
	for i := range p.seen {
		p.seen[i], p.filled[i] = le.Uint64(head[26+8*i:]), le.Uint64(head[50+8*i:])
		n += bits.OnesCount64(p.seen[i])
	}
	b := append(w.buf[:0], make([]byte, 8*n)...)
	w.buf = b
	if err := w.log.read(b, at+partHead); err != nil {
		return nil, err
	}
	for i := range p.rows {
		if p.seen.has(i) {
			p.rows[i] = partRow{int32(le.Uint32(b)), le.Uint32(b[4:])}
			b = b[8:]
		}
	}
	return p, nil
}
