// Batches: every change to buckets, one or thousands of them in a call.

package main

import (
	"fmt"

	bolt "go.etcd.io/bbolt"
)

// Operations of a batch, each a letter and its arguments.
const (
	batchUse            = 'u' // path: the bucket the following speak of; at first the root
	batchPut            = 'p' // key, value
	batchDelete         = 'd' // key
	batchCreate         = 'c' // name
	batchCreateIfAbsent = 'i' // name
	batchDeleteBucket   = 'x' // name
	batchMoveBucket     = 'm' // name, path of the destination
	batchSetSequence    = 's' // sequence
	batchNextSequence   = 'n' // → sequence
	batchFillPercent    = 'f' // fill percent
)

// applyBatch runs a batch to its first error. The response holds the sequences
// that batchNextSequence drew, in order.
func applyBatch(tx *bolt.Tx, in *reader, out *writer) error {
	bucket, err := bucketAt(tx, nil)
	for index := 0; err == nil && !in.empty(); index++ {
		if bucket, err = applyOne(tx, bucket, in, out); err != nil {
			err = &operationError{index: index, err: err}
		}
	}
	return err
}

// applyOne runs one operation and returns the bucket the next one speaks of.
func applyOne(tx *bolt.Tx, bucket *bolt.Bucket, in *reader, out *writer) (*bolt.Bucket, error) {
	var err error
	switch operation := in.byte(); operation {
	case batchUse:
		return bucketAt(tx, in.path())
	case batchPut:
		key := in.bytes()
		err = bucket.Put(key, in.bytes())
	case batchDelete:
		err = bucket.Delete(in.bytes())
	case batchCreate:
		_, err = bucket.CreateBucket(in.bytes())
	case batchCreateIfAbsent:
		_, err = bucket.CreateBucketIfNotExists(in.bytes())
	case batchDeleteBucket:
		err = bucket.DeleteBucket(in.bytes())
	case batchMoveBucket:
		err = moveBucket(tx, bucket, in)
	case batchSetSequence:
		err = bucket.SetSequence(in.uvarint())
	case batchNextSequence:
		var sequence uint64
		sequence, err = bucket.NextSequence()
		out.uvarint(sequence)
	case batchFillPercent:
		bucket.FillPercent = in.float()
	default:
		panic(fmt.Sprintf("no batch operation is called %q", operation))
	}
	return bucket, err
}

func moveBucket(tx *bolt.Tx, source *bolt.Bucket, in *reader) error {
	name := in.bytes()
	destination, err := bucketAt(tx, in.path())
	if err != nil {
		return err
	}
	return source.MoveBucket(name, destination)
}
