"""Pictures, recordings and papers that people send: what each really is, and a copy of it that is safe to pass on."""
