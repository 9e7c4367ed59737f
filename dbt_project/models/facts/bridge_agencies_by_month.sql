with list_scopes as (
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
    from {{ ref('dim_recorded_agencies') }} as recorded
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
    from {{ ref('dim_recorded_agencies') }} as recorded
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
    inner join {{ ref('dim_months') }} as month on {{ in_force('agency', 'month.last_on') }}
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
    inner join find_provinces as province using (province_code, period_month)
    left join list_valid_agencies as valid using (province_code, period_month, agency_key)
    group by
        followed.province_code,
        followed.recorded_agency_key,
        followed.field_code,
        followed.period_month,
        province.province_agency_code
),

gather_pairs as (
    select
        reporting.province_code,
        reporting.recorded_agency_key,
        reporting.field_code,
        reporting.period_month,
        answers.agency_code,
        answers.is_province
    from find_reporting_agencies as reporting
    cross join
        lateral (
            values (reporting.agency_code, false), (reporting.province_agency_code, true)
        ) as answers (agency_code, is_province)
    where answers.is_province or reporting.agency_code <> reporting.province_agency_code
    union
    -- the province counts every record, those of no agency included
    select
        province.province_code,
        '' as recorded_agency_key,
        '' as field_code,
        province.period_month,
        province.province_agency_code as agency_code,
        true as is_province
    from find_provinces as province
)

select
    pair.*, -- noqa: AM04
    array(
        select scope.field_code
        from list_scopes as scope
        where scope.field_code <> ''
    ) as scoped_field_codes
from gather_pairs as pair
