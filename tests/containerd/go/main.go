// Command collector runs containerd's own garbage collector on metadata
// databases, in place: give it copies.
//
// For each path it prints one line of JSON: what the collection left, what it
// took, or what it failed at. Behind the database stands nothing, no content
// store and no snapshotter: what goes is what the records alone decide.
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"runtime"
	"strings"
	"syscall"

	"github.com/containerd/containerd/v2/core/content"
	"github.com/containerd/containerd/v2/core/metadata"
	"github.com/containerd/log"
	bolt "go.etcd.io/bbolt"
)

// report is what is said of one database.
type report struct {
	Path        string   `json:"path"`
	Left        []object `json:"left"`
	Error       string   `json:"error,omitempty"`
	OpenSeconds float64  `json:"open_seconds"` // of CPU: opening, migrating
	Seconds     float64  `json:"seconds"`      // of CPU: the collection
	PeakBytes   int64    `json:"peak_bytes"`   // resident, pages of the mapped file included
	GoBytes     uint64   `json:"go_bytes"`     // what Go itself took from the system
}

// object is a record that is there after the collection. Keys need not be
// text, so they travel as base64.
type object struct {
	Kind      string `json:"kind"`
	Namespace []byte `json:"namespace"`
	Key       []byte `json:"key"` // of snapshots SNAPSHOTTER/KEY
}

// nothing is a content store that holds nothing: what a collection asks one
// for when it sweeps. The other methods are not called.
type nothing struct{ content.Store }

func (nothing) Walk(context.Context, content.WalkFunc, ...string) error { return nil }

func (nothing) ListStatuses(context.Context, ...string) ([]content.Status, error) {
	return nil, nil
}

func main() {
	// It complains of odd records, which are what it is here for.
	log.L.Logger.SetOutput(io.Discard)
	out := json.NewEncoder(os.Stdout)
	for _, path := range os.Args[1:] {
		found := report{Path: path}
		if err := collect(path, &found); err != nil {
			found.Error = err.Error()
		}
		if err := out.Encode(found); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
	}
}

// collect opens a database as containerd's metadata plugin does, and collects.
func collect(path string, found *report) (err error) {
	defer func() {
		if said := recover(); said != nil {
			err = fmt.Errorf("panic: %v", said)
		}
	}()
	ctx := context.Background()
	options := *bolt.DefaultOptions
	options.NoFreelistSync = true
	options.NoStatistics = true
	start := cpu()
	db, err := bolt.Open(path, 0o644, &options)
	if err != nil {
		return err
	}
	defer db.Close()
	metadatas := metadata.NewDB(db, nothing{}, nil)
	if err := metadatas.Init(ctx); err != nil {
		return err
	}
	opened := cpu()
	_, err = metadatas.GarbageCollect(ctx)
	found.OpenSeconds, found.Seconds = opened-start, cpu()-opened
	found.PeakBytes, found.GoBytes = memory()
	if err != nil {
		return err
	}
	return db.View(func(tx *bolt.Tx) error {
		found.Left = objects(tx)
		return nil
	})
}

// cpu returns the seconds of CPU that this process has used.
func cpu() float64 {
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
		panic(err)
	}
	return float64(usage.Utime.Nano()+usage.Stime.Nano()) / 1e9
}

// memory returns the most bytes that were resident, and what Go took. The
// figure of getrusage would count from that of the process that started this
// one.
func memory() (int64, uint64) {
	var peak int64
	said, err := os.ReadFile("/proc/self/status")
	if err != nil {
		panic(err)
	}
	for line := range strings.Lines(string(said)) {
		if _, err := fmt.Sscanf(line, "VmHWM: %d kB", &peak); err == nil {
			break
		}
	}
	var stats runtime.MemStats
	runtime.ReadMemStats(&stats)
	return peak << 10, stats.Sys
}

// places says where the records of each kind lie below their namespace.
var places = []struct {
	kind string
	path []string
}{
	{"container", []string{"containers"}},
	{"content", []string{"content", "blob"}},
	{"image", []string{"images"}},
	{"ingest", []string{"content", "ingests"}},
	{"lease", []string{"leases"}},
	{"sandbox", []string{"sandboxes"}},
}

// objects lists every record.
func objects(tx *bolt.Tx) []object {
	found := []object{}
	for _, space := range buckets(tx.Bucket([]byte("v1"))) {
		below := tx.Bucket([]byte("v1")).Bucket(space)
		for _, place := range places {
			for _, key := range buckets(inner(below, place.path...)) {
				found = append(found, object{place.kind, space, key})
			}
		}
		snapshotters := inner(below, "snapshots")
		for _, snapshotter := range buckets(snapshotters) {
			for _, key := range buckets(snapshotters.Bucket(snapshotter)) {
				whole := append(append(append([]byte{}, snapshotter...), '/'), key...)
				found = append(found, object{"snapshot", space, whole})
			}
		}
	}
	return found
}

// inner returns the bucket at a path, or nil.
func inner(bucket *bolt.Bucket, path ...string) *bolt.Bucket {
	for _, name := range path {
		if bucket != nil {
			bucket = bucket.Bucket([]byte(name))
		}
	}
	return bucket
}

// buckets returns the names of the buckets in a bucket, or none of nil.
func buckets(bucket *bolt.Bucket) [][]byte {
	var names [][]byte
	if bucket != nil {
		_ = bucket.ForEachBucket(func(name []byte) error {
			names = append(names, append([]byte{}, name...))
			return nil
		})
	}
	return names
}
