"""The documents of a publication: BÁO CÁO, THÔNG BÁO and a sheet for each agency.

A document is said once, as sections of texts and tables of texts (`layout`), and laid out twice: in Word by a docxtpl
template that an officer can change, and as tagged PDF by typst. The two cannot say different things.

layout        sections, tables, the letterhead: texts only
form          the state's form of a document (Decree 30/2020/NĐ-CP, annex I)
findings      what a report says of the month in prose and tables; `details` its lateness, petitions and outreach
drafts        weak points, causes, tasks and proposals as an officer's starting point, marked DỰ THẢO
annexes       rankings, indicator scores, overdue list, method, limits of use
state_papers  which sections the report and the notice have
agency_sheet  the two pages of one agency
word, pdf     the two renderers
"""
