// Dumps: a bucket and all below it in one response.

package main

import (
	"fmt"

	bolt "go.etcd.io/bbolt"
)

// maxDepth bounds how deep buckets may nest in a dump: a bucket that is its
// own descendant, in a damaged file, has no bottom.
const maxDepth = 10_000

// dumpBucket: path → sequence, elements to tagEnd; in a bucket element its
// name is followed by the same again.
func dumpBucket(tx *bolt.Tx, in *reader, out *writer) error {
	bucket, err := bucketAt(tx, in.path())
	if err != nil {
		return err
	}
	return out.bucket(bucket, 0)
}

func (w *writer) bucket(bucket *bolt.Bucket, depth int) error {
	if depth > maxDepth {
		return fmt.Errorf("buckets nest deeper than %d", maxDepth)
	}
	w.uvarint(bucket.Sequence())
	err := bucket.ForEach(func(key, value []byte) error {
		w.element(key, value)
		if value != nil {
			return nil
		}
		child := bucket.Bucket(key)
		if child == nil {
			return fmt.Errorf("bucket %q is listed but cannot be found", key)
		}
		return w.bucket(child, depth+1)
	})
	w.byte(tagEnd)
	return err
}
