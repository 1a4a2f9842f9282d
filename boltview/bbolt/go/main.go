// Command bbolt is a C shared library: one exported function through which
// another language reaches the real bbolt.
//
// Every call names an operation and a handle and carries one request; it
// answers with one response. No pointer into Go memory ever leaves, no panic
// ever crosses. What the bytes mean stands beside each operation.
package main

// #include <stdint.h>
// #include <stdlib.h>
import "C"

import (
	"bytes"
	"fmt"
	"runtime/debug"
	"unsafe"
)

// maxStack bounds a goroutine's stack, in bytes. A sound tree is a dozen pages
// deep; a page that is its own descendant would otherwise have bbolt recurse
// through a gigabyte before Go gives up.
const maxStack = 64 << 20

func init() { debug.SetMaxStack(maxStack) }

func main() {}

// operation does one thing for the other side. The slices it reads from in
// are its own to keep.
type operation func(handle uint64, in *reader, out *writer) error

// operations holds every operation by the name the other side calls it.
var operations = map[string]operation{
	"open":         openDatabase,
	"close":        closeDatabase,
	"sync":         syncDatabase,
	"info":         databaseInfo,
	"stats":        databaseStats,
	"compact":      compactDatabase,
	"begin":        beginTransaction,
	"commit":       commitTransaction,
	"rollback":     rollbackTransaction,
	"apply":        inTransaction(applyBatch),
	"get":          inTransaction(getValue),
	"scan":         inTransaction(scanBucket),
	"count":        inTransaction(countBucket),
	"sequence":     inTransaction(bucketSequence),
	"fill_percent": inTransaction(bucketFillPercent),
	"bucket":       inTransaction(findBucket),
	"bucket_stats": inTransaction(bucketStats),
	"dump":         inTransaction(dumpBucket),
	"tx_stats":     inTransaction(transactionStats),
	"check":        inTransaction(checkDatabase),
	"meta":         inTransaction(metaPage),
	"page":         inTransaction(pageInfo),
	"pages":        inTransaction(pageTable),
	"free_pages":   inTransaction(freePages),
	"copy_file":    inTransaction(copyFile),
	"write_to":     inTransaction(writeTo),
	"cursor":       openCursor,
	"cursor_close": closeCursor,
	"cursor_move":  moveCursor,
}

// BboltCall runs one operation. It returns 0 and the response, or 1 and an
// encoded error (see appendError). The response is malloc'ed and the caller's
// to free; it is NULL when empty.
//
//export BboltCall
func BboltCall(
	name *C.char, handle C.uint64_t, request unsafe.Pointer, requestLen C.size_t,
	response *unsafe.Pointer, responseLen *C.size_t,
) C.int {
	// Copied, because bbolt keeps the values it is given until the commit.
	in := reader{rest: bytes.Clone(unsafe.Slice((*byte)(request), requestLen))}
	var out writer
	status := C.int(0)
	if err := call(C.GoString(name), uint64(handle), &in, &out); err != nil {
		out = appendError(nil, err)
		status = 1
	}
	*response, *responseLen = nil, C.size_t(len(out))
	if len(out) > 0 {
		*response = C.CBytes(out)
	}
	return status
}

// call runs the operation with panics, and faults in the mapped file, turned
// into errors. SetPanicOnFault holds for one goroutine only: a fault in a
// goroutine that bbolt starts itself (Tx.Check does) still ends the process.
func call(name string, handle uint64, in *reader, out *writer) (err error) {
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
	defer func() {
		if reason := recover(); reason != nil {
			err = &panicError{reason: fmt.Sprint(reason), stack: debug.Stack()}
		}
	}()
	run, ok := operations[name]
	if !ok {
		return fmt.Errorf("no operation is called %q", name)
	}
	return run(handle, in, out)
}
