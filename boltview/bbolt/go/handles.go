// Handles: the numbers by which the other side names a database, a transaction
// or a cursor. They are never reused, so a stale one cannot reach another's.

package main

import "sync"

type handleTable struct {
	mu   sync.Mutex
	last uint64
	open map[uint64]any
}

var handles = handleTable{open: make(map[uint64]any)}

// add registers an object and returns its handle.
func (t *handleTable) add(object any) uint64 {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.last++
	t.open[t.last] = object
	return t.last
}

// remove forgets a handle. Forgetting one twice does no harm.
func (t *handleTable) remove(handle uint64) {
	t.mu.Lock()
	defer t.mu.Unlock()
	delete(t.open, handle)
}

// lookup returns the object behind a handle, or missing when that object was
// closed or is of another kind.
func lookup[T any](handle uint64, missing error) (T, error) {
	handles.mu.Lock()
	defer handles.mu.Unlock()
	object, ok := handles.open[handle].(T)
	if !ok {
		return object, missing
	}
	return object, nil
}
