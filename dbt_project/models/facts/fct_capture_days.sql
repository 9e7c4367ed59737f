-- A day without a row is as the last row before it: a capture is kept when it says something else.
with daily as (
    select distinct on (
        version.province_code,
        version.agency_code,
        version.metric_code,
        version.period_month,
        (version.captured_at at time zone 'Asia/Ho_Chi_Minh')::date
    )
        version.province_code,
        version.agency_code,
        version.metric_code,
        version.period_month,
        (version.captured_at at time zone 'Asia/Ho_Chi_Minh')::date as captured_on,
        version.numerator,
        version.denominator
    from {{ ref('stg_national_portal__evaluation_versions') }} as version
    inner join {{ ref('dim_months') }} using (period_month)
    where
        version.period_kind = 'month'
        and version.denominator is not null
    order by
        version.province_code asc,
        version.agency_code asc,
        version.metric_code asc,
        version.period_month asc,
        (version.captured_at at time zone 'Asia/Ho_Chi_Minh')::date asc,
        version.version_id desc
)

select
    daily.*, -- noqa: AM04
    lead(daily.captured_on) over (
        partition by daily.province_code, daily.agency_code, daily.metric_code, daily.period_month
        order by daily.captured_on
    ) as next_captured_on
from daily
