select
    petition.province_code,
    bearer.agency_code,
    petition.period_month,
    count(*) as petitions_in_hand,
    count(*) filter (where petition.is_on_time) as petitions_on_time,
    count(*) filter (where petition.is_first_received) as petitions_first_received,
    count(*) filter (
        where
        petition.is_first_received
        and petition.is_on_time
        and not petition.is_disliked
        and not petition.is_repeated
    ) as petitions_satisfied
from {{ ref('fct_petition_months') }} as petition
{{ each_bearer('petition') }}
where bearer.agency_code is not null
group by petition.province_code, bearer.agency_code, petition.period_month
