"""Files that come in and go out: a manager's spreadsheet; slips, letters and a child's day to print."""
