"""What commands show on a terminal, one file a page. Imported only where there is one."""
