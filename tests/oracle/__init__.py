"""A second implementation of the indicators, in plain Python and written from the rules alone.

It reads the simulator's canonical records and shares no code with the package or the SQL models: a
figure on which both agree was reached twice.
"""
