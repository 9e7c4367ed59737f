{{ config(materialized='view') }}

-- Captures of frozen months too: the portal restates the last three months, frozen here or not.
select distinct on (correction.correction_id)
    correction.correction_id,
    case correction.expect_figure
        when 'points' then capture.points
        when 'numerator' then capture.numerator
        when 'denominator' then capture.denominator
    end::numeric as shown_value
from {{ ref('source_corrections') }} as correction
inner join {{ ref('stg_national_portal__evaluations') }} as capture
    on
        correction.expect_agency = capture.agency_code
        and correction.expect_measure = capture.metric_code
        and correction.expect_month = capture.period_month
where
    correction.expect_figure <> 'count'
    and capture.period_kind = 'month'
order by correction.correction_id asc, capture.captured_at desc
