with find_fee_bearing as (
    select
        month.period_month,
        detail.province_code,
        detail.procedure_code,
        bool_or(detail.is_fee_bearing) as is_fee_bearing
    from {{ ref('stg_national_portal__formality_detail_versions') }} as detail
    {{ months_of('detail') }}
    where not detail.is_deleted
    group by month.period_month, detail.province_code, detail.procedure_code
)

select
    service.province_code,
    month.period_month,
    service.agency_code,
    min(coalesce(holder.agency_key, service.agency_code)) as agency_key,
    service.procedure_code,
    case
        when bool_or(level.meaning = 'full') then 'full'
        when bool_or(level.meaning = 'partial') then 'partial'
        else 'none'
    end as implement_level,
    coalesce(bool_or(level.meaning in ('full', 'partial') and not service.is_testing), false) as is_online,
    coalesce(bool_or(fee.is_fee_bearing), false) as is_fee_bearing,
    bool_or(
        exists (
            select 1
            from {{ ref('int_portal_codes') }} as target
            where
                target.meaning = 'citizen'
                and service.target_type_codes @> to_jsonb(target.code)
                and {{ code_in_force('target', 'national_portal', 'target_type', 'month.last_on') }}
        )
    ) as is_citizen
from {{ ref('stg_national_portal__department_service_versions') }} as service
{{ months_of('service') }}
{{ holder_on('service.agency_code', 'month.last_on') }}
{{ meaning_on(
    'service.implement_level_code', 'national_portal', 'implement_level', 'month.last_on', 'level'
) }}
left join find_fee_bearing as fee using (period_month, province_code, procedure_code)
where not service.is_deleted
group by service.province_code, month.period_month, service.agency_code, service.procedure_code
