-- A month is scored again when anything that its scores are made of has changed: the stamp is a hash over
-- all of it.
with stamp_measures as (
    select
        counted.period_month,
        sum(hash_record_extended(counted, 0)::numeric) as fingerprint
    from {{ ref('ind_agency_measures_monthly') }} as counted
    group by counted.period_month
),

stamp_places as (
    select
        agency.period_month,
        sum(hash_record_extended(agency, 0)::numeric) as fingerprint
    from {{ ref('ind_assessed_agencies_monthly') }} as agency
    group by agency.period_month
),

stamp_indicators as (
    select sum(hash_record_extended(indicator, 0)::numeric) as fingerprint
    from {{ ref('dim_indicators') }} as indicator
),

stamp_grades as (
    select sum(hash_record_extended(grade, 0)::numeric) as fingerprint
    from {{ ref('grades') }} as grade
),

stamp_months as (
    select
        place.period_month,
        hashtextextended(
            concat_ws(
                '/',
                place.fingerprint,
                measure.fingerprint,
                indicator.fingerprint,
                grade.fingerprint
            ),
            0
        ) as input_stamp
    from stamp_places as place
    cross join stamp_indicators as indicator
    cross join stamp_grades as grade
    left join stamp_measures as measure
        on place.period_month = measure.period_month
)

select
    stamp.period_month,
    stamp.input_stamp,
    {{ has_changed_since(built_before('indicators', 'ind_months_scored')) }} as is_stale
from stamp_months as stamp
