select published.* -- noqa: AM04
from {{ source('published', 'filing_months') }} as published
inner join {{ ref('stg_published__revisions') }} using (period_month, revision)
