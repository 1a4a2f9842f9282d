// Buckets, read: each named by its path from the root, so that a deleted
// bucket is an error and never a dangling pointer.

package main

import (
	"bytes"
	"fmt"

	bolt "go.etcd.io/bbolt"
	berrors "go.etcd.io/bbolt/errors"
)

// bucketAt walks a path from the root bucket, which the empty path names.
func bucketAt(tx *bolt.Tx, path [][]byte) (*bolt.Bucket, error) {
	// A root cursor is the only way to the root bucket in bbolt's API.
	bucket := tx.Cursor().Bucket()
	for _, name := range path {
		if bucket = bucket.Bucket(name); bucket == nil {
			return nil, fmt.Errorf("%w: %q", berrors.ErrBucketNotFound, name)
		}
	}
	return bucket, nil
}

// findBucket: path → its root page, 0 for an inline bucket.
func findBucket(tx *bolt.Tx, in *reader, out *writer) error {
	bucket, err := bucketAt(tx, in.path())
	if err != nil {
		return err
	}
	out.uvarint(uint64(bucket.Root()))
	return nil
}

// getValue: path, key → flag present, value.
func getValue(tx *bolt.Tx, in *reader, out *writer) error {
	bucket, err := bucketAt(tx, in.path())
	if err != nil {
		return err
	}
	value := bucket.Get(in.bytes())
	if value == nil {
		out.byte(tagEnd)
		return nil
	}
	out.byte(tagValue)
	out.bytes(value)
	return nil
}

// scanBucket: path, size (bytes), flag after, key → elements in order, to
// tagEnd, or to tagMore when they outgrow size. The flag asks for what follows
// the key; without it the scan begins at the first element.
func scanBucket(tx *bolt.Tx, in *reader, out *writer) error {
	bucket, err := bucketAt(tx, in.path())
	if err != nil {
		return err
	}
	size, after, last := in.int(), in.flag(), in.bytes()
	cursor := bucket.Cursor()
	var key, value []byte
	if after {
		if key, value = cursor.Seek(last); bytes.Equal(key, last) {
			key, value = cursor.Next()
		}
	} else {
		key, value = cursor.First()
	}
	for ; key != nil; key, value = cursor.Next() {
		out.element(key, value)
		if len(*out) >= size {
			out.byte(tagMore)
			return nil
		}
	}
	out.byte(tagEnd)
	return nil
}

// countBucket: path → number of keys with a value, number of buckets.
func countBucket(tx *bolt.Tx, in *reader, out *writer) error {
	bucket, err := bucketAt(tx, in.path())
	if err != nil {
		return err
	}
	var values, buckets int64
	err = bucket.ForEach(func(_, value []byte) error {
		if value == nil {
			buckets++
		} else {
			values++
		}
		return nil
	})
	out.ints(values, buckets)
	return err
}

// bucketSequence: path → sequence.
func bucketSequence(tx *bolt.Tx, in *reader, out *writer) error {
	bucket, err := bucketAt(tx, in.path())
	if err != nil {
		return err
	}
	out.uvarint(bucket.Sequence())
	return nil
}

// bucketFillPercent: path → fill percent.
func bucketFillPercent(tx *bolt.Tx, in *reader, out *writer) error {
	bucket, err := bucketAt(tx, in.path())
	if err != nil {
		return err
	}
	out.float(bucket.FillPercent)
	return nil
}

// bucketStats: path → the fields of bbolt's BucketStats in their order.
func bucketStats(tx *bolt.Tx, in *reader, out *writer) error {
	bucket, err := bucketAt(tx, in.path())
	if err != nil {
		return err
	}
	s := bucket.Stats()
	for _, n := range []int{
		s.BranchPageN, s.BranchOverflowN, s.LeafPageN, s.LeafOverflowN, s.KeyN, s.Depth,
		s.BranchAlloc, s.BranchInuse, s.LeafAlloc, s.LeafInuse,
		s.BucketN, s.InlineBucketN, s.InlineBucketInuse,
	} {
		out.uvarint(uint64(n))
	}
	return nil
}
