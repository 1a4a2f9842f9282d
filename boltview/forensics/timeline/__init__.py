"""Every time that a node's databases and files hold, as events in one order."""
