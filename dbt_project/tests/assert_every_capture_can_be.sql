{{ config(severity='warn', meta={'tell_rows': true}) }}
-- A capture with one count of two, a negative one, or more than the whole: its cell has no data until the
-- portal shows another.
select
    capture.period_month,
    capture.agency_code,
    capture.metric_code,
    capture.numerator,
    capture.denominator
from {{ ref('fct_captures') }} as capture
where not capture.is_usable
