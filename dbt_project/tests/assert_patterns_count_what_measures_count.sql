-- A dossier that counts in a measure is seen in its pattern, else its weight for a rank is told too small.
with count_patterns as (
    select
        pattern.province_code,
        pattern.agency_code,
        pattern.period_month,
        counted.measure,
        sum(pattern.dossiers) as dossiers
    from {{ ref('ind_dossier_patterns') }} as pattern
    cross join lateral unnest(pattern.measures) as counted (measure)
    group by pattern.province_code, pattern.agency_code, pattern.period_month, counted.measure
),

count_measures as (
    {{ unpivot_measures(ref('ind_dossier_measures')) }}
    union all
    {{ unpivot_measures(ref('ind_filing_measures')) }}
)

select
    measured.province_code,
    measured.agency_code,
    measured.period_month,
    measured.measure,
    measured.value,
    counted.dossiers
from count_measures as measured
-- the province counts every dossier and is not ranked
inner join {{ ref('ind_assessed_agencies_monthly') }} as agency
    on
        measured.province_code = agency.province_code
        and measured.agency_code = agency.agency_code
        and measured.period_month = agency.period_month
        and agency.peer_group <> 'province'
left join count_patterns as counted
    on
        measured.province_code = counted.province_code
        and measured.agency_code = counted.agency_code
        and measured.period_month = counted.period_month
        and measured.measure = counted.measure
where measured.value <> coalesce(counted.dossiers, 0)
