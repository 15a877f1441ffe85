"""What people wish for on the site, done exactly once, and the letters that ask a mailbox for its yes."""
