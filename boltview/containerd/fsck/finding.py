"""What `fsck` finds: stable codes, how bad each is, what it means and what can be done about it.

The commands are for a living containerd; boltview itself changes nothing. Upstream numbers are of
containerd/containerd unless a repository is named.
"""

from typing import NamedTuple

from boltview.bolt.finding import ERROR, NOTE, WARNING

Path = tuple[bytes, ...]


class Meaning(NamedTuple):
    """What a code says."""

    severity: str
    text: str
    upstream: tuple[str, ...] = ()
    """Reports and fixes."""
    command: str = ""
    """Suggested for a living daemon, with `{namespace}`, `{key}`, `{snapshotter}` to fill in."""


_RESTART = "systemctl restart containerd"
_CLEAN = (
    "ctr snapshots --snapshotter {snapshotter} prepare sweep && "
    "ctr snapshots --snapshotter {snapshotter} rm sweep"
)
"""Makes containerd clean a snapshotter, which a removal does and a restart does not."""
_CLEAN_CONTENT = (
    "printf sweep | ctr content ingest sweep && ctr content rm "
    "sha256:dfd33796972c3baa5e1c065390e7e75cf9ac8fb637dd031aa86490f063e79784"
)
"""The same for the content store; the digest is that of the word."""
_REMOVE_SNAPSHOT = "ctr -n {namespace} snapshots --snapshotter {snapshotter} rm {key}"
_REMOVE_CONTAINER = "ctr -n {namespace} containers rm {key}"
_REMOVE_SANDBOX = "crictl rmp -f {key}"
_ANEW = "ctr -n {namespace} content ingest {key} < /dev/null"
"""Opens the upload again, which gives it a time and a directory, and finishes it; ctr cannot abort
one."""
_SWEEP = "ctr -n {namespace} leases create --id sweep && ctr -n {namespace} leases rm --sync sweep"
"""Starts a collection and waits for it."""
_PULL = "ctr -n {namespace} images pull {key}"
_TORN = ("#3347", "#4838", "#5175", "#9929", "#10666", "moby/moby#37238")

MEANINGS = {
    # Inside meta.db.
    "root-missing": Meaning(ERROR, "Without bucket v1 containerd sees an empty node."),
    "root-key": Meaning(
        ERROR, "A key beside the buckets crashes the migration of containerd 2.0.", ("#11629",)
    ),
    "root-bucket": Meaning(
        WARNING, "The next migration deletes every bucket beside v1.", ("#11629",)
    ),
    "sandbox-nested": Meaning(
        ERROR, "The migration of containerd 2.0 fails at it: the daemon then starts without its "
        "metadata, and serves neither images nor containers.",
    ),
    "version-unknown": Meaning(
        WARNING, "Written by a later release than is known here, or damaged; containerd takes it."
    ),
    "record-misplaced": Meaning(
        ERROR, "A key stands where a bucket belongs, or the other way; containerd skips or fails.",
        _TORN,
    ),
    "field-missing": Meaning(ERROR, "containerd always writes it; reads may fail.", _TORN),
    "field-undecodable": Meaning(ERROR, "containerd fails to read the record.", _TORN),
    "record-unreadable": Meaning(
        ERROR, "The file is damaged here; boltview check tells where.", _TORN
    ),
    "image-target-missing": Meaning(
        ERROR, "The image cannot be used: content digest not found. Pull it again.",
        ("#5600", "#10843", "containerd/nerdctl#3513", "moby/moby#52411"), _PULL,
    ),
    "image-incomplete": Meaning(
        WARNING, "For no platform are all blobs here. Normal where layers are dropped after "
        "unpacking or pulled lazily; otherwise pull it again.", ("#9225",), _PULL,
    ),
    "container-snapshot-missing": Meaning(
        ERROR, "The container's root filesystem is gone; it cannot start.", ("#3448",),
        _REMOVE_CONTAINER,
    ),
    "container-image-missing": Meaning(
        WARNING, "The image was removed or renamed since; the container itself runs on."
    ),
    "container-sandbox-missing": Meaning(
        ERROR, "The container's pod is gone; left behind by an unclean removal.", (),
        _REMOVE_CONTAINER,
    ),
    "sandbox-record-missing": Meaning(
        ERROR, "A pod's pause container without its sandbox record: CRI of 2.x cannot stop it.",
        ("#10848", "k3s-io/k3s#11973"), _REMOVE_SANDBOX,
    ),
    "sandbox-pause-missing": Meaning(
        ERROR, "A pod's sandbox record without its pause container.", ("#10848",), _REMOVE_SANDBOX
    ),
    "sandbox-incomplete": Meaning(
        WARNING, "CRI's metadata is not there: the pod's start was interrupted.", ("#10848",),
        _REMOVE_SANDBOX,
    ),
    "container-incomplete": Meaning(
        ERROR, "CRI does not load a container or pause container without its metadata: crictl does "
        "not list it, and its name and files stay.", (), _REMOVE_CONTAINER,
    ),
    "sandbox-runtime-missing": Meaning(
        ERROR, "containerd fails to read a sandbox without a runtime.", ("#10848",)
    ),
    "snapshot-parent-missing": Meaning(
        ERROR, "The chain of layers is broken.", ("#3051", "containerd/nydus-snapshotter#680"),
        _REMOVE_SNAPSHOT,
    ),
    "child-link-missing": Meaning(
        WARNING, "The parent does not list this snapshot: containerd may remove it on request."
    ),
    "child-link-foreign": Meaning(
        WARNING, "The parent lists a snapshot that builds on another.", ("#11908",)
    ),
    "child-link-stale": Meaning(
        NOTE, "Garbage collection leaves such links behind; the parent cannot be removed on "
        "request: cannot remove snapshot with child.", ("#11908", "PR #6356", "PR #14068"),
    ),
    "backend-name-odd": Meaning(
        WARNING, "The name does not fit the record; directories are then hard to tell apart."
    ),
    "backend-number-beyond": Meaning(
        WARNING, "Numbered higher than the bucket ever counted: an older copy of the counter."
    ),
    "lease-resource-missing": Meaning(
        WARNING, "What the lease protects was removed on request, or lost."
    ),
    "lease-expired": Meaning(
        NOTE, "It goes at the next collection, which an idle daemon does not start.",
        ("#6294", "moby/moby#46020"), "ctr -n {namespace} leases rm --sync {key}",
    ),
    "lease-forgotten": Meaning(
        WARNING, "It never expires, holds data and belongs to nothing that is still here.",
        ("#10548", "#13416", "moby/moby#46020"), "ctr -n {namespace} leases rm --sync {key}",
    ),
    "ingest-forgotten": Meaning(
        WARNING, "No lease and no time of expiry: it goes at the next collection; until then "
        "pulls of the same blob may wait for it.", ("#1545", "#3089"), _SWEEP,
    ),
    "collection-stopped": Meaning(
        ERROR, "Every garbage collection fails at it and removes nothing, so the disk fills; 1.6 "
        "panics. Writing the upload anew gives it a time again.", (), _ANEW,
    ),
    "ingest-expired": Meaning(NOTE, "It goes at the next collection.", ("#3089",), _SWEEP),
    "collectable": Meaning(
        NOTE, "It goes at the next collection; see boltview gc.", ("#6294",), _SWEEP
    ),
    "namespace-empty": Meaning(NOTE, "It holds nothing.", (), "ctr namespaces rm {namespace}"),
    # meta.db and the snapshotters' databases.
    "backend-missing": Meaning(
        ERROR, "The snapshotter does not know it: it is invisible in ctr, and what builds on it "
        "fails with missing parent bucket.", ("#3051",), _REMOVE_SNAPSHOT,
    ),
    "backend-orphan": Meaning(
        WARNING, "Nobody refers to it. It takes room until a removal makes containerd clean this "
        "snapshotter.", ("#3671",), _CLEAN,
    ),
    "backend-parent-differs": Meaning(
        ERROR, "meta.db and the snapshotter disagree about what it builds on."
    ),
    "backend-id-duplicate": Meaning(ERROR, "Two snapshots share a directory."),
    "backend-id-beyond": Meaning(
        ERROR, "The number was never handed out: the next snapshot may get the same directory."
    ),
    "backend-parent-missing": Meaning(ERROR, "The chain of layers is broken.", ("#3051",)),
    "backend-parent-uncommitted": Meaning(ERROR, "Only a committed snapshot can be a parent."),
    "backend-index": Meaning(
        ERROR, "The index of parents is wrong: removal fails or removes too much."
    ),
    "backend-usage": Meaning(
        WARNING, "Committed snapshots have a size and a number of inodes, others have none."
    ),
    "backend-database-missing": Meaning(
        WARNING, "The snapshotter's database is not here or cannot be read: another root, removed, "
        "damaged, or not copied.",
    ),
    "backend-newer": Meaning(
        WARNING, "The snapshotter is ahead of meta.db, as after a crash that lost its last "
        "transactions.", ("#3671", "#3051"),
    ),
    # Databases and disk.
    "blob-file-missing": Meaning(
        ERROR, "The content is gone though its record is here; pulls believe it is present.",
        ("#1674", "#5600"), "ctr -n {namespace} content rm {key}",
    ),
    "blob-size": Meaning(
        ERROR, "The file was cut or changed.", ("#1674",), "ctr -n {namespace} content rm {key}"
    ),
    "blob-digest": Meaning(
        ERROR, "The file's bytes are not what its name says.", ("#1674",),
        "ctr -n {namespace} content rm {key}",
    ),
    "blob-unreadable": Meaning(
        ERROR, "Neither can containerd read it: look for the disk's errors in the kernel's log.",
        ("#1674",),
    ),
    "blob-file-orphan": Meaning(
        WARNING, "No record in any namespace: left by a crash; it takes room until a removal "
        "makes containerd clean the content store.", (), _CLEAN_CONTENT,
    ),
    "ingest-directory-missing": Meaning(
        WARNING, "The upload's bytes are gone; it cannot go on.", ("#3089",), _ANEW,
    ),
    "ingest-directory-orphan": Meaning(
        WARNING, "Bytes of an upload without a record; an empty directory blocks pulls.",
        ("#3089", "#10457"),
    ),
    "snapshot-directory-missing": Meaning(
        ERROR, "Its files are gone: containers on it fail with no such file or directory.",
        ("#2457", "rancher/rke2#4961"), _REMOVE_SNAPSHOT,
    ),
    "snapshot-work-missing": Meaning(
        ERROR, "An active overlay snapshot cannot be mounted without it.", ("#2457",)
    ),
    "directory-orphan": Meaning(
        WARNING, "A snapshot's directory without a record: removal is pending, or it was lost.",
        (), _CLEAN,
    ),
    "directory-temporary": Meaning(
        NOTE, "Made for a snapshot that was never finished, or set aside for removal.", (), _CLEAN
    ),
    "layer-differs": Meaning(
        WARNING, "Its files are not those it was committed with: data was lost with the power, or "
        "changed since. Remove the image and pull it again.", ("#8409", "#8896", "#3888", "#5854"),
    ),
    "layers-not-here": Meaning(
        NOTE, "The copy was taken without the files of snapshots, or all of them are lost."
    ),
    "device-missing": Meaning(
        ERROR, "The thin device is gone: the snapshot cannot be used.", ("PR #3436",)
    ),
    "device-faulty": Meaning(
        ERROR, "containerd does not use a faulty device, and makes one faulty at its start that it "
        "was about to change when it ended.", ("PR #3436",),
    ),
    "device-orphan": Meaning(
        WARNING, "A thin device without a snapshot: it takes room in the pool."
    ),
    "device-removed": Meaning(NOTE, "Set aside; the next cleaning removes it.", (), _CLEAN),
    "device-number": Meaning(
        WARNING, "The pool's numbers do not fit: one is lost, or will be given twice."
    ),
    "cri-directory-missing": Meaning(
        WARNING, "CRI's files of it are gone; after its next start CRI does not know its state."
    ),
    "mount-point-shared": Meaning(NOTE, "Two mounts are recorded at one place."),
    "mount-directory-orphan": Meaning(
        NOTE, "A mount point that the mount manager made and has no record of; it may be mounted."
    ),
    "cri-directory-orphan": Meaning(
        WARNING, "CRI's files of a container or pod without a record; cleaned when it starts.",
        (), _RESTART,
    ),
}  # fmt: skip
"""Every code that `fsck` can give."""


class Finding(NamedTuple):
    """One thing that does not fit."""

    code: str
    """A key of `MEANINGS`."""
    path: Path
    """Path of the record in meta.db; empty for what lies elsewhere."""
    place: str
    """Where else it lies: a path on the node, or a database and a key; empty for meta.db."""
    what: str
    """What is the case, in one sentence."""
    page: int | None = None
    """Page of the record in meta.db, where it is known."""
    snapshotter: str = ""
    """For the command, where `path` does not tell it."""

    @property
    def severity(self) -> str:
        """`error`, `warning` or `note`."""
        return MEANINGS[self.code].severity


def in_metadata(code: str, path: Path, what: str, page: int | None = None) -> Finding:
    """Return a finding about a record of meta.db."""
    return Finding(code, path, "", what, page)


def elsewhere(code: str, place: str, what: str, snapshotter: str = "") -> Finding:
    """Return a finding about something outside meta.db."""
    return Finding(code, (), place, what, None, snapshotter)
