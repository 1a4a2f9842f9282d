// The compact binary encoding of requests and responses: unsigned varints, and
// strings of bytes with their length in front.

package main

import (
	"encoding/binary"
	"math"
)

// Tags in front of the elements of a bucket.
const (
	tagEnd    = 0 // nothing more
	tagValue  = 1 // key, value
	tagBucket = 2 // name; in a dump also the sequence and the elements, to tagEnd
	tagMore   = 3 // the answer is full: ask again after the last key
)

// reader takes a request apart. Both ends of the wire are one project, so a
// malformed request is a defect and panics, here or at a slice bound.
type reader struct{ rest []byte }

func (r *reader) empty() bool { return len(r.rest) == 0 }

func (r *reader) byte() byte {
	b := r.rest[0]
	r.rest = r.rest[1:]
	return b
}

func (r *reader) uvarint() uint64 {
	v, n := binary.Uvarint(r.rest)
	if n <= 0 {
		panic("a request ends inside a number")
	}
	r.rest = r.rest[n:]
	return v
}

func (r *reader) int() int { return int(r.uvarint()) }

func (r *reader) flag() bool { return r.uvarint() != 0 }

func (r *reader) float() float64 {
	v := math.Float64frombits(binary.LittleEndian.Uint64(r.rest))
	r.rest = r.rest[8:]
	return v
}

// bytes returns the next string of bytes: never nil, because bbolt reads a nil
// value as "absent".
func (r *reader) bytes() []byte {
	n := r.uvarint()
	b := r.rest[:n:n]
	r.rest = r.rest[n:]
	return b
}

func (r *reader) path() [][]byte {
	names := make([][]byte, 0, 4)
	for n := r.uvarint(); n > 0; n-- {
		names = append(names, r.bytes())
	}
	return names
}

// writer puts a response together.
type writer []byte

func (w *writer) byte(b byte) { *w = append(*w, b) }

func (w *writer) uvarint(v uint64) { *w = binary.AppendUvarint(*w, v) }

func (w *writer) ints(values ...int64) {
	for _, v := range values {
		w.uvarint(uint64(v))
	}
}

func (w *writer) float(v float64) {
	*w = binary.LittleEndian.AppendUint64(*w, math.Float64bits(v))
}

func (w *writer) bytes(b []byte) {
	w.uvarint(uint64(len(b)))
	*w = append(*w, b...)
}

func (w *writer) string(s string) { w.bytes([]byte(s)) }

// element writes what a bbolt cursor stands on: a nil value marks a bucket.
func (w *writer) element(key, value []byte) {
	if value == nil {
		w.byte(tagBucket)
		w.bytes(key)
		return
	}
	w.byte(tagValue)
	w.bytes(key)
	w.bytes(value)
}
