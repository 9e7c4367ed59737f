with stamp_services as (
    select
        service.period_month,
        count(*) as services,
        sum(hashtext(service::text)::bigint) as fingerprint
    from {{ ref('fct_services') }} as service
    group by service.period_month
),

stamp_agencies as (
    select
        bridge.period_month,
        count(*) as pairs,
        sum(hashtext(bridge::text)::bigint) as fingerprint
    from {{ ref('bridge_agencies_by_month') }} as bridge
    group by bridge.period_month
),

stamp_months as (
    select
        month.period_month,
        concat_ws(
            '/',
            month.judged_on,
            refreshed.build_stamp,
            agency.pairs,
            agency.fingerprint,
            service.services,
            service.fingerprint
        ) as input_stamp
    from {{ ref('dim_months') }} as month
    left join {{ ref('fct_months_refreshed') }} as refreshed
        on month.period_month = refreshed.period_month
    left join stamp_agencies as agency
        on month.period_month = agency.period_month
    left join stamp_services as service
        on month.period_month = service.period_month
)

select
    stamp.period_month,
    stamp.input_stamp,
    {{ has_changed_since(built_before('indicators', 'ind_months_built')) }} as is_stale
from stamp_months as stamp
