with known as (
    -- a month compares with the one before, open or frozen
    select
        total.agency_code,
        total.period_month,
        total.catalogue_version
    from {{ ref('ind_totals_monthly') }} as total
    union all
    select
        frozen.agency_code,
        frozen.period_month,
        frozen.catalogue_version
    from {{ ref('stg_published__agency_rankings') }} as frozen
)

select
    total.province_code,
    total.agency_code,
    total.period_month,
    earlier.period_month as previous_month,
    coalesce(earlier.catalogue_version <> total.catalogue_version, false) as is_catalogue_break,
    case
        when month.period_state = 'running' then 'running'
        when total.has_absorbed_another then 'reorganised'
        when earlier.period_month is null then 'first_month'
        when earlier.catalogue_version = total.catalogue_version then 'compared'
        else 'catalogue_break'
    end as comparison_status
from {{ ref('ind_totals_monthly') }} as total
inner join {{ ref('dim_months') }} as month on total.period_month = month.period_month
left join known as earlier
    on
        total.agency_code = earlier.agency_code
        and (total.period_month - interval '1 month')::date = earlier.period_month
        and not total.has_absorbed_another
