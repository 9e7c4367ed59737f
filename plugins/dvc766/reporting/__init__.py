"""How a published month is shown: one content, read from `published`, and renderers that only lay it out.

content    what a publication says: frozen rows and the names for them
source     reads it of one revision of one month; `frozen_reference` gives the labels and rules of that time
wording    numbers, dates and movements in Vietnamese
"""
