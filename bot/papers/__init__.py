"""Files that come in and go out: a manager's spreadsheet, and slips to print."""
