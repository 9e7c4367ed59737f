with recursive follow_provinces as (
    -- the connected province and those it took over
    select distinct
        department.province_code,
        department.province_code as chain_code
    from {{ ref('int_listed_agencies') }} as department
    union
    select
        follow_provinces.province_code,
        succession.predecessor_code
    from follow_provinces
    inner join {{ ref('agency_successions') }} as succession
        on follow_provinces.chain_code = succession.successor_code
    inner join {{ ref('agencies') }} as predecessor
        on succession.predecessor_code = predecessor.agency_code and predecessor.peer_group = 'province'
),

read_list as (
    select
        department.province_code,
        department.agency_code,
        bool_or(department.is_listed) as is_listed,
        min(department.name_vi) as name_vi,
        -- the portal gives a province's departments the level of the province; their codes tell them apart
        min(
            case
                when code.meaning = 'province' and department.agency_code like '%.%' then 'department'
                else code.meaning
            end
        ) as peer_group,
        case when not bool_or(department.is_on_first_list) then min(department.first_listed_on) end
            as valid_from,
        case when not bool_or(department.is_listed) then max(department.known_on) - 1 end as valid_to
    from {{ ref('int_listed_agencies') }} as department
    left join {{ ref('int_portal_codes') }} as code
        on
            department.level_code = code.code
            and {{ code_in_force('code', 'national_portal', 'department_level', 'department.known_on') }}
    group by department.province_code, department.agency_code
),

take_seed_rows as (
    select
        chain.province_code,
        seed.agency_code,
        coalesce(holder.agency_key, seed.agency_code) as agency_key,
        seed.province_code as agency_province_code,
        seed.name_vi,
        seed.peer_group,
        seed.parent_agency_code,
        seed.display_order,
        seed.valid_from,
        seed.valid_to,
        coalesce(listed.is_listed, false) as is_listed,
        'seed' as origin
    from {{ ref('agencies') }} as seed
    inner join follow_provinces as chain on seed.province_code = chain.chain_code
    {{ holder_on('seed.agency_code', "coalesce(seed.valid_from, '-infinity'::date)") }}
    left join read_list as listed
        on chain.province_code = listed.province_code and seed.agency_code = listed.agency_code
    -- an agency that still exists must be on the portal's list; one that ended lives by its dates
    where seed.valid_to is not null or seed.peer_group = 'province' or listed.agency_code is not null
),

add_listed_agencies as (
    select
        listed.province_code,
        listed.agency_code,
        listed.agency_code as agency_key,
        chain.chain_code as agency_province_code,
        listed.name_vi,
        listed.peer_group,
        chain.chain_code as parent_agency_code,
        -- after the rows of the seed
        100000 + row_number() over (order by listed.agency_code)::integer as display_order,
        listed.valid_from,
        listed.valid_to,
        listed.is_listed,
        'portal' as origin
    from read_list as listed
    inner join follow_provinces as chain using (province_code)
    where
        split_part(listed.agency_code, '.', 1) = chain.chain_code
        and listed.agency_code not in (select seed.agency_code from {{ ref('agencies') }} as seed)
        and listed.peer_group in ('department', 'district', 'commune', 'province')
        -- what belongs to no agency of the month is no agency, even where a portal lists it as one
        and split_part(listed.agency_code, '.', 2) not in ('khac', 'ket-thuc')
),

gather_agencies as (
    select * from take_seed_rows
    union all
    select * from add_listed_agencies
),

add_unnamed_provinces as (
    select distinct
        chain.province_code,
        chain.province_code as agency_code,
        chain.province_code as agency_key,
        chain.province_code as agency_province_code,
        chain.province_code as name_vi,
        'province' as peer_group,
        null as parent_agency_code,
        0 as display_order,
        null::date as valid_from,
        null::date as valid_to,
        false as is_listed,
        'connection' as origin
    from follow_provinces as chain
    where chain.province_code not in (
        select known.agency_code
        from gather_agencies as known
        where known.province_code = chain.province_code
    )
)

select * from gather_agencies
union all
select * from add_unnamed_provinces
