select
    dossiers.province_code,
    dossiers.source,
    dossiers.source_id,
    timeliness.period_month,
    dossiers.dossier_code,
    dossiers.agency_code,
    dossiers.agency_key,
    reporting.agency_code as reporting_agency_code,
    province.agency_code as province_agency_code,
    dossiers.receiving_agency_code,
    dossiers.procedure_code,
    dossiers.field_code,
    dossiers.received_on,
    dossiers.clock_started_on,
    timeliness.is_received_in_month,
    timeliness.ended_on,
    timeliness.ending_kind,
    timeliness.original_due_on,
    timeliness.is_due_from_limit,
    timeliness.due_on,
    timeliness.effective_finish_on,
    timeliness.is_timed,
    timeliness.is_on_time,
    timeliness.is_late_for_citizen,
    timeliness.timeliness,
    timeliness.late_reason,
    timeliness.days_late,
    timeliness.supplement_days,
    coalesce(timeliness.waiting_since_on, dossiers.stopped_since_on) as waiting_since_on,
    timeliness.apologised_on,
    dossiers.has_result_file,
    dossiers.has_result_file and dossiers.has_digitised_component as is_digitised,
    dossiers.reuses_data,
    dossiers.in_national_store,
    dossiers.is_vneid_verified,
    dossiers.uses_population_data,
    dossiers.has_fee,
    coalesce(flags.meaning in ('national', 'provincial'), false) as is_flagged_paid,
    dossiers.former_codes is not null as is_recoded,
    coalesce(responses.first_paid_online_at < periods.ends_at, false) as is_paid_online,
    coalesce(responses.is_rated_unsatisfied, false) as is_rated_unsatisfied,
    coalesce(responses.is_complained_about, false) as is_complained_about,
    not(
        timeliness.is_late
        or coalesce(responses.is_rated_unsatisfied or responses.is_complained_about, false)
    ) as is_satisfied,
    dossiers.known_from
from {{ ref('int_dossier_timeliness') }} as timeliness
inner join {{ ref('int_dossiers_in_hand') }} as dossiers using (province_code, source_id)
inner join {{ ref('int_periods') }} as periods using (period_month)
left join {{ ref('int_dossier_responses') }} as responses using (province_code, source_id)
{{ answers_for('dossiers', 'timeliness', has_field=true) }}
{{ meaning_on(
    'dossiers.paid_online_flag', 'provincial_portal', 'paid_online_flag', 'dossiers.submitted_on', 'flags'
) }}
