with petitions as (
    {{ evidence_of_months('petition') }}
),

deductions as (
    select
        petition.province_agency_code as province_code,
        petition.period_month,
        bearer.agency_code,
        judged.indicator_code,
        petition.petition_id,
        reason.reason_code,
        reason.reason_vi,
        petition.received_on,
        petition.due_on,
        petition.answered_on,
        petition.dossier_code,
        petition.revision,
        petition.is_current
    from petitions as petition
    {{ each_bearer('petition') }}
    cross join
        lateral (
            values
            ('5.2', true, petition.is_on_time),
            (
                '5.3', petition.is_first_received,
                petition.is_on_time and not petition.is_disliked and not petition.is_repeated
            )
        ) as judged (indicator_code, is_in_base, is_counted)
    left join {{ ref('deduction_reasons') }} as reason
        on reason.reason_code = case
            when petition.is_on_time and petition.is_repeated then 'petition_repeated'
            when petition.is_on_time then 'petition_disliked'
            when petition.answered_on is null then 'petition_open_past_deadline'
            else 'petition_answered_late'
        end
    where
        bearer.agency_code is not null
        and judged.is_in_base
        and not judged.is_counted
)

{{ as_described('deductions', plainly=true) }}
