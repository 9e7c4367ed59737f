{{ config(materialized='view') }}

-- The freeze of a month counts from its commit on, and not only from the next build.
select month.* -- noqa: AM04
from {{ ref('dim_months') }} as month
left join {{ ref('stg_published__revisions') }} as frozen using (period_month)
where frozen.period_month is null
