with judge_petitions as (
    select
        petition.province_code,
        bridge.agency_code,
        month.period_month,
        petition.received_on >= month.period_month and not petition.is_repeat as is_first_received,
        -- still open at the judged day: within the deadline as long as that day is
        case
            when petition.answered_on <= month.judged_on then petition.answered_on
            else month.judged_on
        end <= petition.due_on as is_on_time,
        coalesce(petition.dislikes, 0) > coalesce(petition.likes, 0) as is_disliked,
        petition.is_repeated
    from {{ ref('fct_petitions') }} as petition
    inner join {{ ref('dim_months') }} as month
        on
            petition.received_on <= month.last_on
            and (petition.answered_on is null or petition.answered_on >= month.period_month)
    inner join {{ ref('bridge_agencies_by_month') }} as bridge
        on
            petition.province_code = bridge.province_code
            and coalesce(petition.agency_key, '') = bridge.recorded_agency_key
            and month.period_month = bridge.period_month
            and bridge.field_code = ''
    where
        not petition.is_cancelled
)

select
    petition.province_code,
    petition.agency_code,
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
from judge_petitions as petition
group by petition.province_code, petition.agency_code, petition.period_month
