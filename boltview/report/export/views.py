"""Views of the SQLite export: a common question each."""

from typing import NamedTuple


class View(NamedTuple):
    """A view and the question it answers."""

    name: str
    doc: str
    query: str

    @property
    def statement(self) -> str:
        """The statement that makes it."""
        return f"CREATE VIEW {self.name} AS  -- {self.doc}\n{self.query.strip()}"


VIEWS = (
    View(
        "images_by_size",
        "Which images are the largest? By the blobs that are there.",
        """
SELECT node, namespace, name, size, digest, platforms, unpacked, created_at
FROM images ORDER BY size DESC
""",
    ),
    View(
        "container_overview",
        "Which container runs what, from which image, in which pod, on which directory?",
        """
SELECT c.node, c.namespace, c.id, p.name AS pod_container, pods.name AS pod, pods.pod_namespace,
       c.image, i.digest AS image_digest, c.runtime_name, c.snapshotter, c.snapshot_key,
       s.id AS directory, s.kind AS snapshot_kind, c.created_at
FROM containers c
LEFT JOIN pod_containers p ON p.node = c.node AND p.object = c.object
LEFT JOIN pods ON pods.node = c.node AND pods.namespace = c.namespace
     AND pods.id = coalesce(p.pod, nullif(c.sandbox_id, ''), c.id)
LEFT JOIN images i ON i.node = c.node AND i.namespace = c.namespace AND i.name = c.image
LEFT JOIN refs r ON r.node = c.node AND r.source = c.object AND r.field = 'snapshotKey'
LEFT JOIN snapshots s ON s.node = r.node AND s.object = r.target
""",
    ),
    View(
        "pod_overview",
        "Which containers does each pod have, and how are they?",
        """
SELECT pods.node, pods.namespace, pods.pod_namespace, pods.name, pods.id, pods.ips,
       count(p.id) AS containers, group_concat(p.name, ', ') AS names,
       sum(p.state = 'running') AS running, sum(p.state = 'exited') AS exited
FROM pods
LEFT JOIN pod_containers p
     ON p.node = pods.node AND p.namespace = pods.namespace AND p.pod = pods.id
GROUP BY pods.rowid
""",
    ),
    View(
        "unreferenced_content",
        "Which blobs does nothing refer to, and no label gc.root keep?",
        """
SELECT c.node, c.namespace, c.digest, c.size, c.on_disk, c.created_at
FROM content c
WHERE NOT EXISTS (SELECT 1 FROM refs r
                  WHERE r.node = c.node AND r.target = c.object AND r.keeps)
  AND NOT EXISTS (SELECT 1 FROM labels l
                  WHERE l.node = c.node AND l.object = c.object
                    AND l.label GLOB 'containerd.io/gc.root*')
""",
    ),
    View(
        "unreachable",
        "What does no root of garbage collection lead to? As if leases held all that follows from "
        "what they list, and conditions held: `boltview gc` decides exactly.",
        """
WITH RECURSIVE kept(node, object) AS (
  SELECT node, object FROM containers
  UNION SELECT node, object FROM sandboxes
  UNION SELECT l.node, l.object FROM leases l JOIN nodes n ON n.node = l.node
        WHERE l.expires_at IS NULL OR l.expires_at >= n.at
  UNION SELECT i.node, i.object FROM images i JOIN nodes n ON n.node = i.node
        WHERE NOT EXISTS (SELECT 1 FROM labels l
                          WHERE l.node = i.node AND l.object = i.object
                            AND l.label = 'containerd.io/gc.expire'
                            AND julianday(l.value) < julianday(n.at))
  UNION SELECT i.node, i.object FROM ingests i JOIN nodes n ON n.node = i.node
        WHERE i.expire_at >= n.at
  UNION SELECT node, object FROM labels
        WHERE label GLOB 'containerd.io/gc.root*'
          AND (object GLOB 'content/*' OR object GLOB 'snapshot/*')
  UNION SELECT r.node, r.target
        FROM kept k JOIN refs r ON r.node = k.node AND r.source = k.object WHERE r.keeps
)
SELECT o.node, o.object, o.kind, o.namespace, o.key FROM (
  SELECT node, object FROM objects
  WHERE there AND kind IN ('content', 'image', 'ingest', 'lease', 'snapshot')
  EXCEPT SELECT node, object FROM kept
) JOIN objects o USING (node, object)
""",
    ),
    View(
        "dangling_refs",
        "Which references lead to what is not there?",
        """
SELECT r.node, r.source, r.field, r.target, r.how, r.keeps
FROM refs r JOIN objects o ON o.node = r.node AND o.object = r.target
WHERE NOT o.there
""",
    ),
    View(
        "expired_leases",
        "Which leases are past their expiry and still there?",
        """
SELECT l.node, l.namespace, l.id, l.expires_at, l.bytes_held, n.at AS now
FROM leases l JOIN nodes n USING (node)
WHERE l.expires_at < n.at
""",
    ),
    View(
        "lease_resources",
        "What does each lease hold, and is it there?",
        """
SELECT l.node, l.namespace, l.id, o.kind, o.key, o.there, r.how = 'flat' AS flat
FROM leases l
JOIN refs r ON r.node = l.node AND r.source = l.object AND r.how IN ('lease', 'flat')
JOIN objects o ON o.node = r.node AND o.object = r.target
""",
    ),
    View(
        "snapshot_chains",
        "On which snapshots does each one build? Depth 0 is the snapshot itself.",
        """
WITH RECURSIVE chain(node, object, ancestor, depth) AS (
  SELECT node, object, object, 0 FROM snapshots
  UNION
  SELECT c.node, c.object, r.target, c.depth + 1
  FROM chain c JOIN refs r ON r.node = c.node AND r.source = c.ancestor AND r.how = 'parent'
  WHERE c.depth < 1024  -- longer than any chain can be: one that leads back to itself ends
)
SELECT chain.node, chain.object, depth, ancestor, s.snapshotter, s.key, s.kind,
       s.id AS directory, s.size
FROM chain LEFT JOIN snapshots s ON s.node = chain.node AND s.object = chain.ancestor
""",
    ),
    View(
        "image_items",
        "Which blobs and snapshots does each image lead to? Each is one thing on disk.",
        """
WITH RECURSIVE reached(node, image, object) AS (
  SELECT node, object, object FROM images
  UNION
  SELECT x.node, x.image, r.target
  FROM reached x JOIN refs r ON r.node = x.node AND r.source = x.object
  WHERE r.keeps AND r.how NOT IN ('back reference', 'condition')
)
SELECT x.node, x.image, 'content' AS kind, '' AS snapshotter, c.digest AS item, c.size
FROM reached x JOIN content c ON c.node = x.node AND c.object = x.object
UNION
SELECT x.node, x.image, 'snapshot', s.snapshotter, s.name, s.size
FROM reached x JOIN snapshots s ON s.node = x.node AND s.object = x.object
WHERE s.name <> ''
""",
    ),
    View(
        "usage_by_image",
        "How many bytes does each image take? Names of one target count as one image.",
        """
WITH items AS (
  SELECT x.*, i.namespace, i.digest FROM image_items x
  JOIN images i ON i.node = x.node AND i.object = x.image
), owners AS (
  SELECT node, snapshotter, item, count(DISTINCT namespace || '/' || digest) AS owners
  FROM items GROUP BY node, snapshotter, item
)
SELECT node, image,
       sum(CASE WHEN owners = 1 THEN coalesce(size, 0) ELSE 0 END) AS exclusive,
       sum(CASE WHEN owners > 1 THEN coalesce(size, 0) ELSE 0 END) AS shared,
       sum(coalesce(size, 0)) AS total,
       sum(size IS NULL) AS unknown
FROM items JOIN owners USING (node, snapshotter, item)
GROUP BY node, image ORDER BY total DESC, image
""",
    ),
    View(
        "shared_content",
        "Which blobs do several images share?",
        """
SELECT node, item AS digest, max(size) AS size, count(DISTINCT image) AS images
FROM image_items WHERE kind = 'content'
GROUP BY node, item HAVING count(DISTINCT image) > 1
ORDER BY size DESC
""",
    ),
    View(
        "nodes_by_image",
        "On which nodes is an image?",
        """
SELECT name, digest, count(DISTINCT node) AS nodes, group_concat(DISTINCT node) AS names
FROM images GROUP BY name, digest ORDER BY nodes DESC, name
""",
    ),
    View(
        "label_counts",
        "Which labels are in use, and how often?",
        """
SELECT l.node, o.kind, l.label, count(*) AS objects, count(DISTINCT l.value) AS "values"
FROM labels l JOIN objects o ON o.node = l.node AND o.object = l.object
GROUP BY l.node, o.kind, l.label ORDER BY objects DESC
""",
    ),
    View(
        "deleted_containers",
        "Which containers were deleted and are still in the file? With `--carved`.",
        """
SELECT node, namespace, json_extract(record, '$.id') AS id,
       json_extract(record, '$.image') AS image, json_extract(record, '$.created_at') AS created_at,
       json_extract(record, '$.spec.process.args') AS args, complete, confidence, page
FROM carved WHERE type = 'container' AND verdict = 'deleted'
""",
    ),
    View(
        "odd_objects",
        "Which objects are damaged, incomplete or carry what the schema does not know?",
        "\nUNION ALL\n".join(
            f"SELECT node, object, faults, unknown FROM {name} "  # noqa: S608 - names of ours
            "WHERE faults IS NOT NULL OR unknown IS NOT NULL"
            for name in (
                "namespaces",
                "containers",
                "images",
                "content",
                "ingests",
                "snapshots",
                "leases",
                "sandboxes",
            )
        ),
    ),
)
