with evaluated as (
    select
        unit.*,
        min(unit.period_month) over (partition by unit.province_code) as first_month
    from {{ ref('stg_national_portal__evaluated_units') }} as unit
    where unit.period_kind = 'month'
)

select
    department.province_code,
    department.agency_code,
    department.name_vi,
    department.level_code,
    department.is_listed,
    department.known_on,
    department.first_listed_on,
    department.is_on_first_list
from {{ ref('stg_national_portal__departments') }} as department
union all
-- What the portal evaluates exists, also where its list of agencies does not go down to it. It ends by a row
-- of the seed: a month without its scores is no proof.
select
    unit.province_code,
    unit.agency_code,
    coalesce((array_agg(unit.name_vi order by unit.period_month desc))[1], unit.agency_code) as name_vi,
    (array_agg(unit.level_code order by unit.period_month desc))[1] as level_code,
    true as is_listed,
    max(unit.period_month) as known_on,
    min(unit.period_month) as first_listed_on,
    min(unit.period_month) = min(unit.first_month) as is_on_first_list
from evaluated as unit
where
    not exists (
        select 1
        from {{ ref('stg_national_portal__departments') }} as department
        where
            department.province_code = unit.province_code
            and department.agency_code = unit.agency_code
    )
group by unit.province_code, unit.agency_code
