"""The pages to which private links lead: for whoever has one, in a browser, on the address the world reaches."""
