"""The portals' HTTP interfaces, as documented: paths, envelopes, access."""
