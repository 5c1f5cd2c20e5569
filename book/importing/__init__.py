"""A manager's spreadsheet, read: rows of text become a proposal, and a proposal becomes changes to the roll."""
