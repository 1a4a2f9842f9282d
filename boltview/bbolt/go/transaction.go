// Transactions: begin, end, and one goroutine at a time in between.

package main

import (
	"sync"

	bolt "go.etcd.io/bbolt"
	berrors "go.etcd.io/bbolt/errors"
)

// transaction is a bbolt Tx, which is not safe for concurrent use, behind the
// mutex that makes it so.
type transaction struct {
	owner  *database
	handle uint64

	mu      sync.Mutex // guards the fields below and every use of tx
	tx      *bolt.Tx   // nil when committed or rolled back
	cursors map[uint64]struct{}
}

// beginTransaction: flag writable → handle, txid. Waits, as bbolt does, while
// another write transaction is open.
func beginTransaction(handle uint64, in *reader, out *writer) error {
	d, err := lookup[*database](handle, berrors.ErrDatabaseNotOpen)
	if err != nil {
		return err
	}
	if d.broken.Load() {
		return errBroken
	}
	t := &transaction{owner: d, cursors: make(map[uint64]struct{})}
	err = d.guard(func() (err error) {
		t.tx, err = d.db.Begin(in.flag())
		return err
	})
	if err != nil {
		return err
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.closing {
		_ = t.tx.Rollback()
		return berrors.ErrDatabaseNotOpen
	}
	t.handle = handles.add(t)
	d.transactions[t] = struct{}{}
	out.ints(int64(t.handle), int64(t.tx.ID()))
	return nil
}

func commitTransaction(handle uint64, _ *reader, _ *writer) error {
	return endTransaction(handle, (*bolt.Tx).Commit)
}

func rollbackTransaction(handle uint64, _ *reader, _ *writer) error {
	return endTransaction(handle, (*bolt.Tx).Rollback)
}

func endTransaction(handle uint64, how func(*bolt.Tx) error) error {
	t, err := lookup[*transaction](handle, berrors.ErrTxClosed)
	if err != nil {
		return err
	}
	t.owner.mu.Lock()
	delete(t.owner.transactions, t)
	t.owner.mu.Unlock()
	return t.end(how)
}

// end commits or rolls back, and forgets the transaction and its cursors
// however that goes.
func (t *transaction) end(how func(*bolt.Tx) error) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.tx == nil {
		return berrors.ErrTxClosed
	}
	tx := t.tx
	t.tx = nil
	handles.remove(t.handle)
	for cursor := range t.cursors {
		handles.remove(cursor)
	}
	return t.owner.guard(func() error {
		// A commit that failed may have left the transaction, and with it the
		// writer's lock, in place. After any other end this is a no-op.
		defer func() { _ = tx.Rollback() }()
		return how(tx)
	})
}

// use runs a step with the transaction held.
func (t *transaction) use(step func(*bolt.Tx) error) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.tx == nil {
		return berrors.ErrTxClosed
	}
	return step(t.tx)
}

// inTransaction makes an operation of what needs only an open transaction.
func inTransaction(step func(*bolt.Tx, *reader, *writer) error) operation {
	return func(handle uint64, in *reader, out *writer) error {
		t, err := lookup[*transaction](handle, berrors.ErrTxClosed)
		if err != nil {
			return err
		}
		return t.use(func(tx *bolt.Tx) error { return step(tx, in, out) })
	}
}

// transactionStats → the fields of bbolt's TxStats in their order.
func transactionStats(tx *bolt.Tx, _ *reader, out *writer) error {
	s := tx.Stats()
	out.txStats(&s)
	return nil
}

func (w *writer) txStats(s *bolt.TxStats) {
	w.ints(
		s.GetPageCount(), s.GetPageAlloc(), s.GetCursorCount(), s.GetNodeCount(),
		s.GetNodeDeref(), s.GetRebalance(), int64(s.GetRebalanceTime()), s.GetSplit(),
		s.GetSpill(), int64(s.GetSpillTime()), s.GetWrite(), int64(s.GetWriteTime()),
	)
}
