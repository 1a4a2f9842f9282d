"""Floor 5, the Textual application: it paints what the floors below say, and passes keys down."""
