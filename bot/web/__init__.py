"""The demo's page and the small JSON interface it stands on."""
