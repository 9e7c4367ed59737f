"""How a published month is shown: one content, read from `published`, and renderers that only lay it out.

content      what a publication says: its agencies, each with its `rows`
source       reads it of one revision of one month; `frozen_reference` gives the labels and rules of that time
editions     public and internal: what each may show
highlights   who leads, who moved and why, which targets are missed, where points are cheap
sentences    the same in words; `wording` says numbers, dates and movements in Vietnamese
products     what is made of them: documents, workbook, slides, site, agency sheets
"""
