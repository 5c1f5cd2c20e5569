"""The safeguarding desk as a page: for the leads alone, in a browser, behind four figures."""
