"""How to judge: expectations/*.yml, run by Great Expectations at the two doors.

suites       the yml files, read and checked
usual        what volume is usual for a window
facts        one row of figures about a table, made in one scan
audit        a table judged by its suite -> checks; a failed critical check blocks
recording    checks -> ops.check_results, counts only
"""
