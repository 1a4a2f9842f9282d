"""The tables of an export, in the order in which they are documented and written."""

from boltview.report.export.table import (
    BOOLEAN,
    INTEGER,
    JSON,
    OBJECT,
    TEXT,
    TIME,
    Column,
    Table,
)

_NODE = Column("node", TEXT, "Name of the node, made from the path it was read from.")
_OBJECT = Column("object", TEXT, "TYPE/NAMESPACE/KEY, as `boltview refs` takes it.", "object")
_NAMESPACE = Column("namespace", TEXT, "Namespace of containerd.")
_LABELS = Column("labels", JSON, "Labels by key.", "labels")
_CREATED = Column("created_at", TIME, "When the record was made.")
_UPDATED = Column("updated_at", TIME, "When the record was last changed.")
_SPEC = Column("spec", JSON, "The decoded OCI spec; null for none.", "payload")
_EXTENSIONS = Column("extensions", JSON, "Decoded payloads of extensions, by name.", "payload")
_RUNTIME = Column("runtime_name", TEXT, "Name of the runtime.", place=("runtime", "name"))
_OPTIONS = Column(
    "runtime_options", JSON, "Decoded options of the runtime.", "payload", ("runtime", "options")
)
_ODD = (
    Column("faults", JSON, "Fields that are missing, undecodable or misplaced; null: none."),
    Column("unknown", JSON, "Keys that the schema does not know, values in hex; null: none."),
)
_TO_NODE = (("node",), "nodes")
_TO_OBJECT = (OBJECT, "objects")


def _objects(name: str, doc: str, *columns: Column) -> Table:
    """Return a table of objects of meta.db."""
    indexes = (OBJECT, ("namespace",))
    return Table(
        name, doc, (_NODE, _OBJECT, *columns, *_ODD), refers=(_TO_OBJECT,), indexes=indexes
    )


NODES = Table(
    "nodes",
    "The nodes that were read, one each, and what was read of them.",
    (
        _NODE,
        Column("source", TEXT, "The path that was given."),
        Column("path", TEXT, "The meta.db that was found there; empty if none was."),
        Column("size", INTEGER, "Bytes of the file."),
        Column("page_size", INTEGER, "Bytes per page."),
        Column("txid", INTEGER, "Transaction that wrote the revision that was read."),
        Column("revision", TEXT, "The revision that was asked for.", "keep"),
        Column("version", INTEGER, "Version of the layout."),
        Column("note", TEXT, "How it was read, when not in place.", "message"),
        Column("sha256", TEXT, "SHA-256 of what was read, with `--sha256`."),
        Column("at", TIME, "The present by which things are expired or not."),
        Column("complete", BOOLEAN, "Whether all of it was exported: no error and no damage."),
        Column("error", TEXT, "Why the node could not be read, or read to the end.", "message"),
    ),
    key=("node",),
)
PARTS = Table(
    "parts",
    "What else of a node was looked for: snapshotters' databases, content store, files.",
    (
        _NODE,
        Column("part", TEXT, "Such as `snapshotter overlayfs` or `content store`.", "part"),
        Column("path", TEXT, "Where it is, or would be."),
        Column("txid", INTEGER, "Of a database, the transaction that was read."),
        Column("problem", TEXT, "Why it was not used; empty if it was.", "message"),
    ),
    refers=(_TO_NODE,),
    indexes=(("node",),),
)
DAMAGE = Table(
    "damage",
    "What could not be read, or does not fit into this format.",
    (
        _NODE,
        Column("database", TEXT, "The file."),
        Column("code", TEXT, "Stable name of the kind of fault.", "keep"),
        Column("page", INTEGER, "Page number; null where it concerns the whole file."),
        Column("offset", INTEGER, "File offset in bytes."),
        Column("message", TEXT, "What is wrong, in a sentence.", "message"),
    ),
    refers=(_TO_NODE,),
    indexes=(("node",),),
)
OBJECTS = Table(
    "objects",
    "Every object, and where it is stored. In SQLite also what is only referred to.",
    (
        _NODE,
        _OBJECT,
        Column("kind", TEXT, "Container, content, image, ingest, lease, … ", "keep"),
        _NAMESPACE,
        Column("key", TEXT, "Its key; of snapshots SNAPSHOTTER/KEY.", "key"),
        Column("there", BOOLEAN, "Whether it has a record; false if it is only referred to."),
        Column("path", TEXT, "Path of its bucket, as `boltview get` takes it.", "drop"),
        Column("page", INTEGER, "Page that holds the bucket, or its element."),
        Column("offset", INTEGER, "File offset of it."),
    ),
    key=OBJECT,
    refers=(_TO_NODE,),
)
LABELS = Table(
    "labels",
    "Every label of every object.",
    (
        _NODE,
        _OBJECT,
        Column("label", TEXT, "Its key.", "label"),
        Column("value", TEXT, "Its value."),
    ),
    refers=(_TO_OBJECT,),
    indexes=(OBJECT, ("label", "value")),
    is_within=True,
)
REFS = Table(
    "refs",
    "Who refers to whom, and because of what.",
    (
        _NODE,
        Column("source", TEXT, "The object that refers.", "object"),
        Column("target", TEXT, "The object that is referred to, there or not.", "object"),
        Column(
            "how",
            TEXT,
            "`field`, `parent`, `expected`, `lease`, `flat`, `label`, `back reference`, "
            "`condition`, or `note`.",
            "keep",
        ),
        Column("field", TEXT, "Where it stands below the object that refers.", "field"),
        Column("condition", TEXT, "Of a condition: what must hold."),
        Column("keeps", BOOLEAN, "Whether garbage collection knows it; a note keeps nothing."),
    ),
    refers=((("node", "source"), "objects"), (("node", "target"), "objects")),
    indexes=(("node", "source"), ("node", "target")),
)
NAMESPACES = _objects(
    "namespaces",
    "Namespaces, and how many objects each has.",
    Column("name", TEXT, "Its name."),
    _LABELS,
    Column("containers", INTEGER, "Containers in it."),
    Column("images", INTEGER, "Images in it."),
    Column("content", INTEGER, "Blobs in it."),
    Column("ingests", INTEGER, "Uploads in it."),
    Column("snapshots", INTEGER, "Snapshots in it."),
    Column("leases", INTEGER, "Leases in it."),
    Column("sandboxes", INTEGER, "Sandboxes in it."),
)._replace(indexes=(OBJECT,))
CONTAINERS = _objects(
    "containers",
    "Containers. Whether one runs is not stored.",
    _NAMESPACE,
    Column("id", TEXT, "Its ID."),
    Column("image", TEXT, "Name of the image it was made from."),
    _RUNTIME,
    _OPTIONS,
    Column("snapshotter", TEXT, "Snapshotter of its root filesystem."),
    Column("snapshot_key", TEXT, "Key of the snapshot that is its root filesystem."),
    Column("sandbox_id", TEXT, "Its sandbox, since containerd 1.7; `pod_containers` knows more."),
    _LABELS,
    _CREATED,
    _UPDATED,
    _SPEC,
    _EXTENSIONS,
)
IMAGES = _objects(
    "images",
    "Images, and what the content store says of each.",
    _NAMESPACE,
    Column("name", TEXT, "Its name."),
    Column("media_type", TEXT, "Media type of its target.", place=("target", "media_type")),
    Column("digest", TEXT, "Digest of its target.", place=("target", "digest")),
    Column("target_size", INTEGER, "Bytes of the target alone.", place=("target", "size")),
    Column("annotations", JSON, "Annotations of the target's descriptor.", "labels"),
    _LABELS,
    _CREATED,
    _UPDATED,
    Column("platforms", JSON, "Platforms of the manifests that are there."),
    Column("size", INTEGER, "Bytes of its blobs that are there; null without a content store."),
    Column("unpacked", JSON, "Snapshotters that hold its layers unpacked."),
    Column("manifests", JSON, "Manifests with config, layers and chain ID."),
    Column("missing", JSON, "Digests of blobs that are not there."),
    Column("problems", JSON, "What is wrong with its documents."),
)
CONTENT = _objects(
    "content",
    "Records of blobs: one for each namespace that has it.",
    _NAMESPACE,
    Column("digest", TEXT, "Its digest."),
    Column("size", INTEGER, "Bytes."),
    _LABELS,
    _CREATED,
    _UPDATED,
    Column("on_disk", TEXT, "`yes`, `no`, `wrong size` or `not known`.", "keep"),
)
INGESTS = _objects(
    "ingests",
    "Uploads that were not committed.",
    _NAMESPACE,
    Column("ref", TEXT, "Its reference."),
    Column("backend_ref", TEXT, "As the content store calls it.", "backend"),
    Column("expected", TEXT, "Digest of content that is there already."),
    Column("expire_at", TIME, "When the next collection may end it; null: a lease holds it."),
    Column("state", TEXT, "`in progress`, `stuck`, `expired`, `shared`, `no data`.", "keep"),
    Column("size", INTEGER, "Bytes so far."),
    Column("total", INTEGER, "Bytes announced."),
    Column("started_at", TIME, "When it was opened."),
    Column("updated_at", TIME, "When it was last written to."),
)
SNAPSHOTS = _objects(
    "snapshots",
    "Snapshots as clients know them, with what the snapshotter has of each.",
    _NAMESPACE,
    Column("snapshotter", TEXT, "Its snapshotter."),
    Column("key", TEXT, "Its key."),
    Column("name", TEXT, "As the snapshotter calls it.", "backend"),
    Column("parent", TEXT, "Key of the parent; empty for a base layer."),
    Column("children", JSON, "Keys listed as children; removed ones can be among them."),
    _LABELS,
    _CREATED,
    _UPDATED,
    Column("id", INTEGER, "Number of its directory."),
    Column("kind", TEXT, "`Active`, `View`, `Committed`; `lost`: not there.", "keep"),
    Column("size", INTEGER, "Bytes, of committed ones."),
    Column("inodes", INTEGER, "Files, of committed ones."),
)
BACKEND_SNAPSHOTS = Table(
    "backend_snapshots",
    "Snapshots as the snapshotters' own databases have them.",
    (
        _NODE,
        Column("snapshotter", TEXT, "The snapshotter."),
        Column("name", TEXT, "Its name there: NAMESPACE/NUMBER/KEY.", "backend"),
        Column("id", INTEGER, "Number of its directory."),
        Column("kind", TEXT, "`Active`, `View`, `Committed` or `Unknown`.", "keep"),
        Column("parent", TEXT, "Name of the parent; empty for a base layer.", "backend"),
        Column("size", INTEGER, "Bytes, of committed ones."),
        Column("inodes", INTEGER, "Files, of committed ones."),
        _LABELS,
        _CREATED,
        _UPDATED,
        *_ODD,
    ),
    refers=(_TO_NODE,),
    indexes=(("node", "snapshotter", "name"),),
)
LEASES = _objects(
    "leases",
    "Leases: what each lists is kept from garbage collection.",
    _NAMESPACE,
    Column("id", TEXT, "Its ID."),
    _LABELS,
    _CREATED,
    Column("content", JSON, "Digests that it lists."),
    Column("ingests", JSON, "Uploads that it lists."),
    Column("snapshots", JSON, "Keys of snapshots that it lists, by snapshotter."),
    Column("images", JSON, "Images that it lists."),
    Column("expires_at", TIME, "When it ends; null: never."),
    Column("expired", BOOLEAN, "Whether that is past, and the lease still there."),
    Column("bytes_held", INTEGER, "Bytes of what it lists."),
)
SANDBOXES = _objects(
    "sandboxes",
    "Sandboxes: the shared environment of a group of containers.",
    _NAMESPACE,
    Column("id", TEXT, "Its ID."),
    Column("sandboxer", TEXT, "What manages it."),
    _RUNTIME,
    _OPTIONS,
    _LABELS,
    _CREATED,
    _UPDATED,
    _SPEC,
    _EXTENSIONS,
)
PODS = Table(
    "pods",
    "Pods: sandboxes and containers joined with what CRI wrote about them.",
    (
        _NODE,
        _NAMESPACE,
        Column("id", TEXT, "ID of its sandbox."),
        Column("name", TEXT, "Its name in Kubernetes."),
        Column("pod_namespace", TEXT, "Its namespace in Kubernetes."),
        Column("uid", TEXT, "Its UID in Kubernetes."),
        Column("attempt", INTEGER, "How often it was begun anew."),
        _CREATED,
        _LABELS,
        Column("annotations", JSON, "Its annotations.", "labels"),
        Column("ips", JSON, "Its addresses."),
        Column("network", TEXT, "`pod`, `host`, …; empty if not known.", "keep"),
        Column("network_namespace", TEXT, "Path of its network namespace."),
        Column("runtime_handler", TEXT, "Its runtime class; empty for the default one."),
        Column("log_directory", TEXT, "Where its logs are."),
        Column("known_from", JSON, "Which records tell of it.", "keep"),
        Column("notes", JSON, "What does not fit together.", "keep"),
        Column("containers", JSON, "Its containers, as in `pod_containers`.", "rows"),
    ),
    refers=(_TO_NODE,),
    indexes=(("node", "namespace", "id"),),
)
POD_CONTAINERS = Table(
    "pod_containers",
    "The containers of each pod but the pause container, with what CRI last wrote of them.",
    (
        _NODE,
        _NAMESPACE,
        Column("pod", TEXT, "ID of the pod's sandbox."),
        Column("object", TEXT, "The container.", "object"),
        Column("id", TEXT, "ID of the container."),
        Column("name", TEXT, "Its name in the pod."),
        Column("attempt", INTEGER, "How often it was begun anew."),
        Column("image", TEXT, "The image as it was asked for."),
        Column("image_ref", TEXT, "ID of the image that this was resolved to."),
        Column("log_path", TEXT, "Its log."),
        _CREATED,
        Column("state", TEXT, "`created`, `running`, `exited` when last written.", "keep"),
        Column("exit_code", INTEGER, "Of an exited one."),
        Column("started_at", TIME, "When it was started."),
        Column("finished_at", TIME, "When it ended."),
        Column("reason", TEXT, "Why it ended."),
    ),
    refers=(_TO_OBJECT,),
    indexes=(("node", "namespace", "pod"), OBJECT),
    is_within=True,
)
MOUNTS = Table(
    "mounts",
    "Activations of the mount manager, since containerd 2.2.",
    (
        _NODE,
        _NAMESPACE,
        Column("name", TEXT, "Its name."),
        Column("id", INTEGER, "Its number."),
        Column("lease", TEXT, "The lease that it belongs to."),
        Column("active", JSON, "What containerd mounted, in order."),
        Column("system", JSON, "What was left to the client."),
        _LABELS,
        _CREATED,
        _UPDATED,
        *_ODD,
    ),
    refers=(_TO_NODE,),
    indexes=(("node", "namespace"),),
)

CARVED = Table(
    "carved",
    "With `--carved`: deleted records that meta.db still holds, and older versions; none is in "
    "another table.",
    (
        _NODE,
        Column("type", TEXT, "Container, image, blob, …, or unattributed.", "keep"),
        _NAMESPACE,
        Column("verdict", TEXT, "Deleted, older version, uncommitted or unknown.", "keep"),
        Column("complete", BOOLEAN, "Whether everything that belongs to it was found."),
        Column("version", INTEGER, "1 for the oldest version found of this object."),
        Column("versions", INTEGER, "How many versions of it were found."),
        Column("confidence", TEXT, "How sure its path is: high, medium, low, none.", "keep"),
        Column("attribution", TEXT, "How its path was told.", "message"),
        Column("path", TEXT, "Path of its bucket, or of the pair; null if not told.", "drop"),
        Column("page", INTEGER, "Page that it begins on.", place=("origin", "page")),
        Column("offset", INTEGER, "File offset of it.", place=("origin", "offset")),
        Column("length", INTEGER, "Bytes there.", place=("origin", "length")),
        Column("record", JSON, "The object as its list command has it, or key and value."),
        Column("lost", JSON, "What was not found, in sentences.", "drop"),
        Column("other_paths", JSON, "Other paths that cannot be ruled out.", "drop"),
    ),
    refers=(_TO_NODE,),
    indexes=(("node", "type"),),
)

TABLES = (
    NODES,
    PARTS,
    DAMAGE,
    OBJECTS,
    REFS,
    LABELS,
    NAMESPACES,
    CONTAINERS,
    IMAGES,
    CONTENT,
    INGESTS,
    SNAPSHOTS,
    BACKEND_SNAPSHOTS,
    LEASES,
    SANDBOXES,
    PODS,
    POD_CONTAINERS,
    MOUNTS,
    CARVED,
)
