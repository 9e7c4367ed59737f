select
    capture.province_code,
    capture.agency_code,
    capture.period_month,
    min(unit.name_vi) as name_vi
from {{ ref('fct_captures') }} as capture
left join {{ ref('stg_national_portal__evaluated_units') }} as unit
    on
        capture.province_code = unit.province_code
        and capture.agency_code = unit.agency_code
        and capture.period_month = unit.period_month
        and unit.period_kind = 'month'
where capture.points is not null
group by capture.province_code, capture.agency_code, capture.period_month
