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
)

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
left join {{ ref('int_agency_holders') }} as holder using (agency_code)
union
select
    agency.province_code,
    agency.agency_key
from {{ ref('dim_agencies') }} as agency
