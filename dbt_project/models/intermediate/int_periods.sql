{{ config(materialized='table') }}

with months as (
    select
        month.first_at::date as period_month,
        month.first_at::date::timestamptz as starts_at,
        (month.first_at + interval '1 month')::date::timestamptz as ends_at,
        (month.first_at + interval '1 month')::date - 1 as last_on,
        inputs.data_as_of as known_at,
        inputs.data_as_of_on as known_on
    from {{ ref('int_build_inputs') }} as inputs
    cross join lateral generate_series(
        timestamp '{{ build_argument("first_period") or var("first_period_month") }}',
        inputs.last_period_month::timestamp,
        interval '1 month'
    ) as month (first_at)
)

select
    months.period_month,
    months.starts_at,
    months.ends_at,
    months.known_at,
    months.last_on,
    least(months.last_on, months.known_on) as judged_on,
    months.known_on >= months.last_on as is_judged_at_end,
    coalesce(max(rules.value) filter (where rules.rule_code = 'supplement_clock'), 'shift_finish')
        as supplement_clock,
    coalesce(bool_or(rules.value::boolean) filter (where rules.rule_code = 'second_supplement_is_late'), true)
        as second_supplement_is_late,
    coalesce(bool_or(rules.value::boolean) filter (where rules.rule_code = 'apology_cures_lateness'), false)
        as apology_cures_lateness
from months
left join {{ ref('stg_published__revisions') }} as frozen using (period_month)
left join {{ ref('rules') }} as rules on {{ in_force('rules', 'months.last_on') }}
-- a frozen month is made by nobody any more
where
    frozen.period_month is null
    and {{ is_asked('months.period_month') }}
group by
    months.period_month,
    months.starts_at,
    months.ends_at,
    months.known_at,
    months.last_on,
    months.known_on
