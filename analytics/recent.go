package analytics

import "sync"

// recent keeps the values used last, as many as it was made for.
type recent[T any] struct {
	mu     sync.Mutex
	room   int
	clock  int64
	values map[string]*kept[T]
}

type kept[T any] struct {
	value T
	used  int64
}

func newRecent[T any](room int) *recent[T] {
	return &recent[T]{room: room, values: map[string]*kept[T]{}}
}

func (r *recent[T]) get(key string) (T, bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.look(key)
}

func (r *recent[T]) look(key string) (T, bool) {
	k := r.values[key]
	if k == nil {
		var zero T
		return zero, false
	}
	r.clock++
	k.used = r.clock
	return k.value, true
}

// put keeps a value and returns those that had to go for it: the one it
// replaces, and the one not used for longest.
func (r *recent[T]) put(key string, v T) (gone []T) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.keep(key, v)
}

// find gives the value of a key, made at once if there is none: of all who look
// for it, one makes it.
func (r *recent[T]) find(key string, made func() T) T {
	r.mu.Lock()
	defer r.mu.Unlock()
	v, ok := r.look(key)
	if !ok {
		v = made()
		r.keep(key, v)
	}
	return v
}

// drop forgets a key.
func (r *recent[T]) drop(key string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	delete(r.values, key)
}

func (r *recent[T]) keep(key string, v T) (gone []T) {
	if old := r.values[key]; old != nil {
		gone = append(gone, old.value)
	}
	r.clock++
	r.values[key] = &kept[T]{v, r.clock}
	for len(r.values) > r.room {
		oldest := ""
		for k, v := range r.values {
			if oldest == "" || v.used < r.values[oldest].used {
				oldest = k
			}
		}
		gone = append(gone, r.values[oldest].value)
		delete(r.values, oldest)
	}
	return gone
}
