"""Long drills: what must hold when things break, tried at full size. `./run drill` lists them."""
