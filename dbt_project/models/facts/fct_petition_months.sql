select
    petition.province_code,
    petition.petition_id,
    month.period_month,
    petition.agency_code,
    petition.agency_key,
    reporting.agency_code as reporting_agency_code,
    province.agency_code as province_agency_code,
    petition.class_code,
    petition.received_on,
    petition.due_on,
    petition.is_due_from_rule,
    petition.answered_on,
    petition.received_on >= month.period_month and not petition.is_repeat as is_first_received,
    -- still open at the judged day: within the deadline as long as that day is
    case
        when petition.answered_on <= month.judged_on then petition.answered_on
        else month.judged_on
    end <= petition.due_on as is_on_time,
    coalesce(petition.dislikes, 0) > coalesce(petition.likes, 0) as is_disliked,
    petition.is_repeat,
    petition.is_repeated,
    petition.dossier_code
from {{ ref('fct_petitions') }} as petition
inner join {{ ref('dim_months') }} as month
    on
        petition.received_on <= month.last_on
        and (petition.answered_on is null or petition.answered_on >= month.period_month)
{{ answers_for('petition', 'month', agency_key="coalesce(petition.agency_key, '')") }}
where not petition.is_cancelled
