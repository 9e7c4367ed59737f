-- The province's row is no sum of agencies, but no dossier may be lost on the way to it.
with count_facts as (
    select
        dossier.province_code,
        dossier.period_month,
        count(*) as dossiers
    from {{ ref('fct_dossier_months') }} as dossier
    group by dossier.province_code, dossier.period_month
),

list_agencies as (
    select
        bridge.province_code,
        bridge.agency_code,
        bridge.period_month,
        bool_or(bridge.is_province) as is_province
    from {{ ref('bridge_agencies_by_month') }} as bridge
    group by bridge.province_code, bridge.agency_code, bridge.period_month
),

count_agencies as (
    select
        measure.province_code,
        measure.period_month,
        sum(measure.dossiers_in_hand) filter (where not province.is_province) as of_agencies,
        sum(measure.dossiers_in_hand) filter (where province.is_province) as of_province
    from {{ ref('ind_dossier_measures') }} as measure
    inner join list_agencies as province
        on
            measure.province_code = province.province_code
            and measure.agency_code = province.agency_code
            and measure.period_month = province.period_month
    group by measure.province_code, measure.period_month
)

select
    fact.province_code,
    fact.period_month,
    fact.dossiers,
    counted.of_province,
    counted.of_agencies
from count_facts as fact
left join count_agencies as counted
    on
        fact.province_code = counted.province_code
        and fact.period_month = counted.period_month
where
    counted.of_province is distinct from fact.dossiers
    or counted.of_agencies > fact.dossiers
