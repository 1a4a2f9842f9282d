// Cursors: the one thing besides a transaction that keeps a place.

package main

import (
	"fmt"

	bolt "go.etcd.io/bbolt"
	berrors "go.etcd.io/bbolt/errors"
)

// Moves of a cursor.
const (
	moveFirst  = 'f'
	moveLast   = 'l'
	moveNext   = 'n'
	movePrev   = 'p'
	moveSeek   = 's' // key
	moveDelete = 'd'
)

type cursor struct {
	of     *transaction
	cursor *bolt.Cursor
}

// openCursor: path → handle. The handle given is the transaction's.
func openCursor(handle uint64, in *reader, out *writer) error {
	t, err := lookup[*transaction](handle, berrors.ErrTxClosed)
	if err != nil {
		return err
	}
	return t.use(func(tx *bolt.Tx) error {
		bucket, err := bucketAt(tx, in.path())
		if err != nil {
			return err
		}
		opened := handles.add(&cursor{of: t, cursor: bucket.Cursor()})
		t.cursors[opened] = struct{}{}
		out.uvarint(opened)
		return nil
	})
}

// closeCursor forgets a cursor; one that its transaction took along is gone
// already.
func closeCursor(handle uint64, _ *reader, _ *writer) error {
	c, err := lookup[*cursor](handle, berrors.ErrTxClosed)
	if err != nil {
		return err
	}
	c.of.mu.Lock()
	defer c.of.mu.Unlock()
	delete(c.of.cursors, handle)
	handles.remove(handle)
	return nil
}

// moveCursor: move → the element the cursor then stands on, or tagEnd.
func moveCursor(handle uint64, in *reader, out *writer) error {
	c, err := lookup[*cursor](handle, berrors.ErrTxClosed)
	if err != nil {
		return err
	}
	return c.of.use(func(*bolt.Tx) error {
		var key, value []byte
		switch move := in.byte(); move {
		case moveFirst:
			key, value = c.cursor.First()
		case moveLast:
			key, value = c.cursor.Last()
		case moveNext:
			key, value = c.cursor.Next()
		case movePrev:
			key, value = c.cursor.Prev()
		case moveSeek:
			key, value = c.cursor.Seek(in.bytes())
		case moveDelete:
			return c.cursor.Delete()
		default:
			panic(fmt.Sprintf("no move is called %q", move))
		}
		if key == nil {
			out.byte(tagEnd)
			return nil
		}
		out.element(key, value)
		return nil
	})
}
