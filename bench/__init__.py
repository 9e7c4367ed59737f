"""The benchmark: loading against a plain COPY, and a day of changes on a short and on a long history.

Every figure is a ratio of two things timed in the same run, in turns. It checks sums and fails on
wrong ones only; no time ever fails it.
"""
