{{ config(materialized='view') }}

select ranking.* -- noqa: AM04
from {{ ref('agency_rankings_monthly') }} as ranking
where
    ranking.is_latest_period
    and ranking.rank is not null
