"""Floor 3, containerd: the node that the databases live on, and the objects in them."""
