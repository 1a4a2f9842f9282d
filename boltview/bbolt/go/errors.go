// Errors on the wire: the name of bbolt's own variable, so that the other side
// can raise an exception of that name.

package main

import (
	"errors"
	"io/fs"
	"syscall"

	berrors "go.etcd.io/bbolt/errors"
)

// panicName is what a recovered panic is called on the wire.
const panicName = "GoPanic"

var errorNames = map[error]string{
	berrors.ErrDatabaseNotOpen:    "ErrDatabaseNotOpen",
	berrors.ErrInvalid:            "ErrInvalid",
	berrors.ErrInvalidMapping:     "ErrInvalidMapping",
	berrors.ErrVersionMismatch:    "ErrVersionMismatch",
	berrors.ErrChecksum:           "ErrChecksum",
	berrors.ErrTimeout:            "ErrTimeout",
	berrors.ErrTxNotWritable:      "ErrTxNotWritable",
	berrors.ErrTxClosed:           "ErrTxClosed",
	berrors.ErrDatabaseReadOnly:   "ErrDatabaseReadOnly",
	berrors.ErrFreePagesNotLoaded: "ErrFreePagesNotLoaded",
	berrors.ErrBucketNotFound:     "ErrBucketNotFound",
	berrors.ErrBucketExists:       "ErrBucketExists",
	berrors.ErrBucketNameRequired: "ErrBucketNameRequired",
	berrors.ErrKeyRequired:        "ErrKeyRequired",
	berrors.ErrKeyTooLarge:        "ErrKeyTooLarge",
	berrors.ErrValueTooLarge:      "ErrValueTooLarge",
	berrors.ErrMaxSizeReached:     "ErrMaxSizeReached",
	berrors.ErrIncompatibleValue:  "ErrIncompatibleValue",
	berrors.ErrSameBuckets:        "ErrSameBuckets",
	berrors.ErrDifferentDB:        "ErrDifferentDB",
}

// panicError is a recovered panic and where it happened.
type panicError struct {
	reason string
	stack  []byte
}

func (e *panicError) Error() string { return e.reason }

// operationError says which operation of a batch failed, counted from 0.
type operationError struct {
	index int
	err   error
}

func (e *operationError) Error() string { return e.err.Error() }

func (e *operationError) Unwrap() error { return e.err }

// appendError encodes err as: name ("" when bbolt has none for it), message,
// errno and path of the system call behind it (0 and "" when there is none),
// number of the batch operation plus one (0: not in a batch), stack of a panic.
func appendError(out writer, err error) writer {
	var (
		panicked  *panicError
		operation *operationError
		errno     syscall.Errno
		pathError *fs.PathError
		path      string
		stack     []byte
		number    int64
	)
	name := errorName(err)
	if errors.As(err, &panicked) {
		name, stack = panicName, panicked.stack
	}
	errors.As(err, &errno)
	if errors.As(err, &pathError) {
		path = pathError.Path
	}
	if errors.As(err, &operation) {
		number = int64(operation.index) + 1
	}
	out.string(name)
	out.string(err.Error())
	out.uvarint(uint64(errno))
	out.string(path)
	out.ints(number)
	out.bytes(stack)
	return out
}

func errorName(err error) string {
	for sentinel, name := range errorNames {
		if errors.Is(err, sentinel) {
			return name
		}
	}
	return ""
}
