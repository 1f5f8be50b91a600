package lake

// Before has f asked before every operation on the disk of a commit; an error
// of it stops the operation.
func (l *Lake) Before(f func(op, path string) error) { l.before = f }
