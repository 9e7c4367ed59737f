with versions as (
    select
        agency.agency_province_code as province_code,
        agency.agency_code,
        (row_number() over (
            partition by agency.agency_province_code, agency.agency_code
            order by agency.valid_from nulls first, agency.name_vi
        ))::integer as version_no,
        agency.name_vi as agency_name_vi,
        name.sort_key as agency_sort_key,
        name.search_text as agency_search_text,
        coalesce(lineage.lineage_code, agency.agency_code) as lineage_code,
        agency.peer_group,
        peer.name_vi as peer_group_vi,
        agency.parent_agency_code,
        agency.display_order,
        agency.valid_from,
        agency.valid_to,
        agency.is_listed
    from {{ ref('dim_agencies') }} as agency
    inner join {{ ref('dim_agency_names') }} as name on agency.name_vi = name.name_vi
    inner join {{ ref('labels') }} as peer
        on
            agency.peer_group = peer.code
            and peer.code_set = 'peer_group'
    left join {{ ref('dim_agency_lineages') }} as lineage on agency.agency_key = lineage.agency_key
)

{{ as_described('versions') }}
