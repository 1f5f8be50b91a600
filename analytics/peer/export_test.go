package peer

// Z is a scaled value, for tests that compute distances their own way.
func (t *Table) Z(row, column int) float64 {
	return t.z[int(t.place[row])*t.numeric+t.columns[column].slot]
}
