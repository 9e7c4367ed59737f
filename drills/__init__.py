"""Long drills: what must hold when things break, on the real programs. `./run drill NAME` hands over to one of them."""
