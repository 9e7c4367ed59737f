-- For every month the points of the indicators in force are those of their group, and 100 in all.
with add_points as (
    select
        month.period_month,
        indicator.group_code,
        sum(indicator.max_points) as points
    from {{ ref('dim_months') }} as month
    inner join {{ ref('dim_indicators') }} as indicator on {{ in_force('indicator', 'month.last_on') }}
    group by month.period_month, indicator.group_code
)

select
    month.period_month,
    criterion.group_code,
    added.points,
    criterion.max_points
from {{ ref('dim_months') }} as month
cross join {{ ref('criterion_groups') }} as criterion
left join add_points as added
    on
        month.period_month = added.period_month
        and criterion.group_code = added.group_code
where added.points is distinct from criterion.max_points
union all
select
    null as period_month,
    'all' as group_code,
    sum(criterion.max_points) as points,
    100 as max_points
from {{ ref('criterion_groups') }} as criterion
having sum(criterion.max_points) <> 100
