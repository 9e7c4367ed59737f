select
    revisions.period_month,
    max(revisions.revision) as revision
from {{ source('published', 'revisions') }} as revisions
where {{ stands('revisions') }}
group by revisions.period_month
