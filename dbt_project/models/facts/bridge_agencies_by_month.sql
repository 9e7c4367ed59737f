with recursive list_dossier_codes as (
    -- from one code to the next by the index, for the codes are few and the dossiers many
    (
        select
            dossier.province_code,
            dossier.agency_code
        from {{ ref('fct_dossiers') }} as dossier
        order by dossier.province_code, dossier.agency_code
        limit 1
    )
    union all
    select
        found.province_code,
        found.agency_code
    from list_dossier_codes as listed
    cross join lateral (
        select
            dossier.province_code,
            dossier.agency_code
        from {{ ref('fct_dossiers') }} as dossier
        where (dossier.province_code, dossier.agency_code) > (listed.province_code, listed.agency_code)
        order by dossier.province_code, dossier.agency_code
        limit 1
    ) as found
),

list_recorded_codes as (
    select
        dossier.province_code,
        dossier.agency_code as recorded_agency_code
    from list_dossier_codes as dossier
    union
    select
        petition.province_code,
        petition.agency_code
    from {{ ref('fct_petitions') }} as petition
    where petition.agency_code is not null
    union
    select
        service.province_code,
        service.agency_code
    from {{ ref('stg_national_portal__department_service_versions') }} as service
    union
    select
        agency.province_code,
        agency.agency_code
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
        recorded.recorded_agency_code,
        scope.field_code,
        month.period_month,
        recorded.recorded_agency_code as agency_code
    from list_recorded_codes as recorded
    cross join list_scopes as scope
    cross join {{ ref('dim_months') }} as month
    union all
    select
        recorded.province_code,
        recorded.recorded_agency_code,
        successor.field_code,
        month.period_month,
        successor.successor_code
    from list_recorded_codes as recorded
    inner join {{ ref('int_agency_successors') }} as successor
        on recorded.recorded_agency_code = successor.predecessor_code
    inner join {{ ref('dim_months') }} as month
        on successor.effective_on <= month.last_on
),

list_valid_agencies as (
    select
        agency.province_code,
        month.period_month,
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
        followed.recorded_agency_code,
        followed.field_code,
        followed.period_month,
        province.province_agency_code,
        case
            when followed.recorded_agency_code = followed.province_code then province.province_agency_code
            else coalesce(min(valid.agency_code), province.province_agency_code || '.khac')
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
            and followed.agency_code = valid.agency_code
    group by
        followed.province_code,
        followed.recorded_agency_code,
        followed.field_code,
        followed.period_month,
        province.province_agency_code
),

list_provinces as (
    -- the province counts every record, those of no agency included
    select
        province.province_code,
        '' as recorded_agency_code,
        '' as field_code,
        province.period_month,
        province.province_agency_code
    from find_provinces as province
    union
    select
        reporting.province_code,
        reporting.recorded_agency_code,
        reporting.field_code,
        reporting.period_month,
        reporting.province_agency_code
    from find_reporting_agencies as reporting
),

gather_pairs as (
    select
        reporting.province_code,
        reporting.recorded_agency_code,
        reporting.field_code,
        reporting.period_month,
        reporting.agency_code,
        false as is_province
    from find_reporting_agencies as reporting
    where reporting.agency_code <> reporting.province_agency_code
    union all
    select
        province.province_code,
        province.recorded_agency_code,
        province.field_code,
        province.period_month,
        province.province_agency_code as agency_code,
        true as is_province
    from list_provinces as province
)

select
    pair.province_code,
    pair.recorded_agency_code,
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
