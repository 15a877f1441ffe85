"""The archive: papers, what each source said of them, the feeds and pages that show them."""
