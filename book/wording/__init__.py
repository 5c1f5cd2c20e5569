"""The words the bot says: a catalogue of sentences, and how each kind of notice is put into them."""
