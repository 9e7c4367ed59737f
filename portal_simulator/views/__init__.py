"""Records as the portals show them at the simulated clock, with the faults that are switched on."""
