// Databases: open, close, and what bbolt offers on a DB.

package main

import (
	"errors"
	"io/fs"
	"os"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	bolt "go.etcd.io/bbolt"
	berrors "go.etcd.io/bbolt/errors"
)

// closePatience is how long a broken database may take to close.
const closePatience = time.Second

// errBroken answers a Begin that could wait for ever.
var errBroken = errors.New("an earlier panic left bbolt's locks held: close this database")

// database is an open bbolt DB and what must be closed before it.
type database struct {
	db   *bolt.DB
	file *os.File // bbolt's own file, to be closed when bbolt cannot

	// broken is set when a panic came out of a step during which bbolt holds
	// locks that it releases without defer.
	broken atomic.Bool

	mu           sync.Mutex // guards the fields below
	closing      bool
	transactions map[*transaction]struct{}
}

// openDatabase: path, mode, timeout (ns; 0 waits for ever), page size, initial
// mmap size, maximum size, freelist type, and the flags read-only, no-sync,
// no-grow-sync, no-freelist-sync, preload-freelist, strict → handle.
func openDatabase(_ uint64, in *reader, out *writer) error {
	d := &database{transactions: make(map[*transaction]struct{})}
	path, mode := string(in.bytes()), fs.FileMode(in.uvarint())
	options := &bolt.Options{
		Timeout:         time.Duration(in.uvarint()),
		PageSize:        in.int(),
		InitialMmapSize: in.int(),
		MaxSize:         in.int(),
		FreelistType:    bolt.FreelistType(in.bytes()),
		ReadOnly:        in.flag(),
		NoSync:          in.flag(),
		NoGrowSync:      in.flag(),
		NoFreelistSync:  in.flag(),
		PreLoadFreelist: in.flag(),
		OpenFile:        d.openFile,
	}
	strict := in.flag()
	defer func() {
		// A panic inside Open (a damaged freelist) loses the half-open DB.
		// After an error bbolt has closed the file itself, and this does nothing.
		if d.db == nil && d.file != nil {
			_ = d.abandon()
		}
	}()
	db, err := bolt.Open(path, mode, options)
	if err != nil {
		return err
	}
	db.StrictMode = strict
	d.db = db
	out.uvarint(handles.add(d))
	return nil
}

// openFile opens for bbolt and remembers the first file, the database itself;
// Tx.CopyFile comes through here too.
func (d *database) openFile(path string, flag int, mode fs.FileMode) (*os.File, error) {
	file, err := os.OpenFile(path, flag, mode)
	if d.file == nil {
		d.file = file
	}
	return file, err
}

// abandon lets go of the file without bbolt. The lock goes first: the mapping
// that stays behind keeps the open file, and so its lock, alive past Close.
func (d *database) abandon() error {
	_ = syscall.Flock(int(d.file.Fd()), syscall.LOCK_UN)
	return d.file.Close()
}

// closeDatabase rolls back what is still open and closes. bbolt's Close would
// wait for the open transactions, and a caller that holds one would wait for
// itself.
func closeDatabase(handle uint64, _ *reader, _ *writer) error {
	d, err := lookup[*database](handle, berrors.ErrDatabaseNotOpen)
	if err != nil {
		return err
	}
	handles.remove(handle)
	d.mu.Lock()
	d.closing = true
	open := d.transactions
	d.transactions = nil
	d.mu.Unlock()
	for t := range open {
		_ = t.end((*bolt.Tx).Rollback)
	}
	if d.broken.Load() {
		return d.closeBroken()
	}
	return d.db.Close()
}

// closeBroken closes a database whose locks may be held for ever: Close gets a
// moment, then the file is taken from under it.
func (d *database) closeBroken() error {
	done := make(chan error, 1)
	go func() {
		defer func() {
			if recover() != nil {
				done <- d.abandon()
			}
		}()
		done <- d.db.Close()
	}()
	select {
	case err := <-done:
		return err
	case <-time.After(closePatience):
		return d.abandon()
	}
}

// guard runs a step that takes bbolt's locks, and notes when it panics.
func (d *database) guard(step func() error) error {
	finished := false
	defer func() {
		if !finished {
			d.broken.Store(true)
		}
	}()
	err := step()
	finished = true
	return err
}

func syncDatabase(handle uint64, _ *reader, _ *writer) error {
	d, err := lookup[*database](handle, berrors.ErrDatabaseNotOpen)
	if err != nil {
		return err
	}
	return d.db.Sync()
}

// databaseInfo → address of the mapping, page size.
func databaseInfo(handle uint64, _ *reader, out *writer) error {
	d, err := lookup[*database](handle, berrors.ErrDatabaseNotOpen)
	if err != nil {
		return err
	}
	info := d.db.Info()
	out.ints(int64(info.Data), int64(info.PageSize))
	return nil
}

// databaseStats → the fields of bbolt's Stats in their order, TxStats last.
func databaseStats(handle uint64, _ *reader, out *writer) error {
	d, err := lookup[*database](handle, berrors.ErrDatabaseNotOpen)
	if err != nil {
		return err
	}
	s := d.db.Stats()
	out.ints(
		int64(s.FreePageN), int64(s.PendingPageN), int64(s.FreeAlloc),
		int64(s.FreelistInuse), int64(s.TxN), int64(s.OpenTxN),
	)
	out.txStats(&s.TxStats)
	return nil
}

// compactDatabase: handle of the destination, transaction size (bytes; 0 for
// a single transaction).
func compactDatabase(handle uint64, in *reader, _ *writer) error {
	source, err := lookup[*database](handle, berrors.ErrDatabaseNotOpen)
	if err != nil {
		return err
	}
	destination, err := lookup[*database](in.uvarint(), berrors.ErrDatabaseNotOpen)
	if err != nil {
		return err
	}
	return destination.guard(func() error {
		return bolt.Compact(destination.db, source.db, int64(in.uvarint()))
	})
}
