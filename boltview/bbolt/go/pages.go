// Pages: what bbolt itself says about the pages of its file.

package main

import (
	"bytes"
	"encoding/binary"
	"errors"
	"io/fs"

	bolt "go.etcd.io/bbolt"
)

// Offsets of the meta fields in a meta page (bbolt internal/common: Page, Meta).
const (
	metaPageSize  = 24
	metaRoot      = 32
	metaSequence  = 40
	metaFreelist  = 48
	metaHighWater = 56
	metaTxid      = 64
)

// pageInfo: id → count, overflow, type; nothing for a page at or above the
// high-water mark.
func pageInfo(tx *bolt.Tx, in *reader, out *writer) error {
	_, err := out.page(tx, in.int())
	return err
}

// pageTable → id, count, overflow and type of every page below the high-water
// mark. A page's overflow pages have no entry of their own.
func pageTable(tx *bolt.Tx, _ *reader, out *writer) error {
	for id := 0; ; {
		step, err := out.page(tx, id)
		if err != nil || step == 0 {
			return err
		}
		id += step
	}
}

// page writes one page's info and returns how far the next page is, 0 at the
// high-water mark. A free page's overflow is what its last use left there.
func (w *writer) page(tx *bolt.Tx, id int) (int, error) {
	info, err := tx.Page(id)
	if err != nil || info == nil {
		return 0, err
	}
	w.ints(int64(info.ID), int64(info.Count), int64(info.OverflowCount))
	w.string(info.Type)
	if info.Type == "free" {
		return 1, nil
	}
	return 1 + info.OverflowCount, nil
}

// freePages → ids of the pages in the freelist, pending ones included.
func freePages(tx *bolt.Tx, _ *reader, out *writer) error {
	for id := 0; ; id++ {
		info, err := tx.Page(id)
		if err != nil || info == nil {
			return err
		}
		if info.Type == "free" {
			out.uvarint(uint64(id))
		}
	}
}

// errEnough stops Tx.WriteTo after the page that was wanted.
var errEnough = errors.New("enough")

type firstPage struct{ page []byte }

func (w *firstPage) Write(p []byte) (int, error) {
	w.page = bytes.Clone(p)
	return 0, errEnough
}

// metaPage → page size, root, root's sequence, freelist, high-water mark, txid.
// bbolt keeps a transaction's meta to itself, but WriteTo begins with it.
func metaPage(tx *bolt.Tx, _ *reader, out *writer) error {
	var first firstPage
	if _, err := tx.WriteTo(&first); first.page == nil {
		return err
	}
	out.uvarint(uint64(binary.NativeEndian.Uint32(first.page[metaPageSize:])))
	for _, field := range []int{metaRoot, metaSequence, metaFreelist, metaHighWater, metaTxid} {
		out.uvarint(binary.NativeEndian.Uint64(first.page[field:]))
	}
	return nil
}

// checkDatabase: limit → messages of Tx.Check, at most limit of them.
func checkDatabase(tx *bolt.Tx, in *reader, out *writer) error {
	limit := in.uvarint()
	messages := tx.Check()
	for message := range messages {
		if limit == 0 {
			// Left waiting to send its next message, for ever: a cycle of
			// pages has no last one, and each is longer than the one before.
			return nil
		}
		limit--
		out.string(message.Error())
	}
	return nil
}

// copyFile: path, mode.
func copyFile(tx *bolt.Tx, in *reader, _ *writer) error {
	path := string(in.bytes())
	return tx.CopyFile(path, fs.FileMode(in.uvarint()))
}

// writeTo → the whole database as the transaction sees it.
func writeTo(tx *bolt.Tx, _ *reader, out *writer) error {
	var image bytes.Buffer
	image.Grow(int(tx.Size()))
	_, err := tx.WriteTo(&image)
	*out = image.Bytes()
	return err
}
