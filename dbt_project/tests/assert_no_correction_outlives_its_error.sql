{{ config(severity='warn', meta={'tell_rows': true}) }}
-- A known error that the portal does not show any more, in a row that is still reported or accepted: the
-- ranking goes on, but no month is published before somebody has closed the row.
select
    correction.correction_id,
    correction.finding_vi
from {{ ref('ind_source_corrections') }} as correction
where correction.has_outlived_error
