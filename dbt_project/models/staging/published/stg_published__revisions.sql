select distinct on (revisions.period_month)
    revisions.period_month,
    revisions.revision,
    revisions.official_source
from {{ source('published', 'revisions') }} as revisions
where {{ stands('revisions') }}
order by revisions.period_month asc, revisions.revision desc
