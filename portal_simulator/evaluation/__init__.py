"""The national portal's own evaluation, counted from the canonical records by code of its own."""
