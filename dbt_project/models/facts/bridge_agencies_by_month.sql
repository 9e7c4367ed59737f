with recursive list_dossier_agencies as (
    -- from one agency to the next by the index, for the agencies are few and the dossiers many
    (
        select
            dossier.province_code,
            dossier.agency_key
        from {{ ref('fct_dossiers') }} as dossier
        order by dossier.province_code, dossier.agency_key
        limit 1
    )
    union all
    select
        found.province_code,
        found.agency_key
    from list_dossier_agencies as listed
    cross join lateral (
        select
            dossier.province_code,
            dossier.agency_key
        from {{ ref('fct_dossiers') }} as dossier
        where (dossier.province_code, dossier.agency_key) > (listed.province_code, listed.agency_key)
        order by dossier.province_code, dossier.agency_key
        limit 1
    ) as found
),

list_recorded_agencies as (
    select
        dossier.province_code,
        dossier.agency_key
    from list_dossier_agencies as dossier
    union
    select
        petition.province_code,
        petition.agency_key
    from {{ ref('fct_petitions') }} as petition
    where petition.agency_key is not null
    union
    select
        service.province_code,
        coalesce(holder.agency_key, service.agency_code) as agency_key
    from {{ ref('stg_national_portal__department_service_versions') }} as service
    left join {{ ref('int_agency_holders') }} as holder
        on service.agency_code = holder.agency_code
    union
    select
        agency.province_code,
        agency.agency_key
    from {{ ref('dim_agencies') }} as agency
),

list_scopes as (
    -- '' = any field of procedure; the others are named by a succession of their own
    select '' as field_code
    union
    select successor.field_code
    from {{ ref('int_agency_successors') }} as successor
),

follow_successions as (
    select
        recorded.province_code,
        recorded.agency_key as recorded_agency_key,
        scope.field_code,
        month.period_month,
        recorded.agency_key,
        false as is_ended
    from list_recorded_agencies as recorded
    cross join list_scopes as scope
    cross join {{ ref('dim_months') }} as month
    union all
    select
        recorded.province_code,
        recorded.agency_key as recorded_agency_key,
        successor.field_code,
        month.period_month,
        successor.successor_key as agency_key,
        successor.successor_key is null as is_ended
    from list_recorded_agencies as recorded
    inner join {{ ref('int_agency_successors') }} as successor
        on recorded.agency_key = successor.predecessor_key
    inner join {{ ref('dim_months') }} as month
        on successor.effective_on <= month.last_on
),

list_valid_agencies as (
    select
        agency.province_code,
        month.period_month,
        agency.agency_key,
        agency.agency_code,
        agency.peer_group
    from {{ ref('dim_agencies') }} as agency
    inner join {{ ref('dim_months') }} as month
        on
            (agency.valid_from is null or agency.valid_from <= month.last_on)
            and (agency.valid_to is null or agency.valid_to >= month.last_on)
),

find_provinces as (
    select
        valid.province_code,
        valid.period_month,
        -- the connected province where it existed, else the one it took over
        (array_agg(valid.agency_code order by valid.agency_code <> valid.province_code, valid.agency_code))[1]
            as province_agency_code
    from list_valid_agencies as valid
    where valid.peer_group = 'province'
    group by valid.province_code, valid.period_month
),

find_reporting_agencies as (
    select
        followed.province_code,
        followed.recorded_agency_key,
        followed.field_code,
        followed.period_month,
        province.province_agency_code,
        case
            when followed.recorded_agency_key = followed.province_code then province.province_agency_code
            when min(valid.agency_code) is not null then min(valid.agency_code)
            -- nobody took over its work as a whole
            when bool_or(followed.is_ended) then province.province_agency_code || '.ket-thuc'
            else province.province_agency_code || '.khac'
        end as agency_code
    from follow_successions as followed
    inner join find_provinces as province
        on
            followed.province_code = province.province_code
            and followed.period_month = province.period_month
    left join list_valid_agencies as valid
        on
            followed.province_code = valid.province_code
            and followed.period_month = valid.period_month
            and followed.agency_key = valid.agency_key
    group by
        followed.province_code,
        followed.recorded_agency_key,
        followed.field_code,
        followed.period_month,
        province.province_agency_code
),

list_provinces as (
    -- the province counts every record, those of no agency included
    select
        province.province_code,
        '' as recorded_agency_key,
        '' as field_code,
        province.period_month,
        province.province_agency_code
    from find_provinces as province
    union
    select
        reporting.province_code,
        reporting.recorded_agency_key,
        reporting.field_code,
        reporting.period_month,
        reporting.province_agency_code
    from find_reporting_agencies as reporting
),

gather_pairs as (
    select
        reporting.province_code,
        reporting.recorded_agency_key,
        reporting.field_code,
        reporting.period_month,
        reporting.agency_code,
        false as is_province
    from find_reporting_agencies as reporting
    where reporting.agency_code <> reporting.province_agency_code
    union all
    select
        province.province_code,
        province.recorded_agency_key,
        province.field_code,
        province.period_month,
        province.province_agency_code as agency_code,
        true as is_province
    from list_provinces as province
)

select
    pair.province_code,
    pair.recorded_agency_key,
    pair.field_code,
    pair.period_month,
    pair.agency_code,
    pair.is_province,
    array(
        select scope.field_code
        from list_scopes as scope
        where scope.field_code <> ''
    ) as scoped_field_codes
from gather_pairs as pair
