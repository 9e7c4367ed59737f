with in_hand as (
    {{ evidence_of_months('dossier') }}
),

filed as (
    {{ evidence_of_months('filing') }}
),

procedures as (
    {{ evidence_of_months('procedure') }}
),

judge_in_hand as (
    select
        dossier.*,
        judged.indicator_code,
        judged.reason_code,
        case when judged.indicator_code = '2.1' then {{ lateness_kind('dossier') }} end as lateness_kind
    from in_hand as dossier
    cross join
        lateral (
            values
            ('2.1', dossier.is_timed, dossier.is_on_time, dossier.late_reason),
            ('3.6', dossier.has_fee, dossier.is_paid_online, 'not_paid_online'),
            ('4.1', true, dossier.has_result_file, 'no_result_file'),
            (
                '4.2', true, dossier.is_digitised,
                case when dossier.has_result_file then 'component_not_digitised' else 'no_result_file' end
            ),
            ('4.3', true, dossier.reuses_data, 'no_reuse'),
            ('4.4', true, dossier.in_national_store, 'not_in_national_store'),
            ('4.5b', true, dossier.is_vneid_verified or dossier.uses_population_data, 'not_verified'),
            (
                '5.4', true, dossier.is_satisfied,
                coalesce(
                    dossier.late_reason,
                    case
                        when dossier.is_rated_unsatisfied then 'rated_unsatisfied' else 'complained_about'
                    end
                )
            )
        ) as judged (indicator_code, is_in_base, is_counted, reason_code)
    where
        judged.is_in_base
        and not judged.is_counted
),

gather_records as (
    select
        dossier.province_agency_code as province_code,
        dossier.period_month,
        bearer.agency_code,
        dossier.indicator_code,
        dossier.source_id,
        dossier.dossier_code,
        dossier.procedure_code,
        dossier.field_code,
        dossier.reason_code,
        dossier.lateness_kind,
        null::date as submitted_on,
        dossier.received_on,
        dossier.clock_started_on,
        dossier.original_due_on,
        dossier.due_on,
        dossier.effective_finish_on as finished_on,
        dossier.days_late as working_days_late,
        dossier.supplement_days,
        dossier.apologised_on,
        dossier.receiving_agency_code,
        dossier.revision,
        dossier.is_current
    from judge_in_hand as dossier
    {{ each_bearer('dossier') }}
    union all
    select
        filing.province_agency_code as province_code,
        filing.period_month,
        bearer.agency_code,
        '3.3' as indicator_code,
        filing.source_id,
        filing.dossier_code,
        filing.procedure_code,
        filing.field_code,
        case when filing.channel = 'postal' then 'filed_by_post' else 'filed_direct' end as reason_code,
        null as lateness_kind,
        filing.submitted_on,
        filing.received_on,
        null as clock_started_on,
        null as original_due_on,
        null as due_on,
        null as finished_on,
        null as working_days_late,
        null as supplement_days,
        null as apologised_on,
        filing.receiving_agency_code,
        filing.revision,
        filing.is_current
    from filed as filing
    {{ each_bearer('filing') }}
    where not filing.is_filed_online
),

deductions as (
    select
        record.*,
        procedure.procedure_name_vi,
        reason.reason_vi,
        kind.name_vi as lateness_kind_vi
    from gather_records as record
    left join procedures as procedure using (agency_code, period_month, revision, procedure_code)
    left join {{ ref('deduction_reasons') }} as reason using (reason_code)
    left join {{ ref('evidence_labels') }} as kind
        on record.lateness_kind = kind.code and kind.code_set = 'lateness_kind'
    where record.agency_code is not null
)

{{ as_described('deductions', plainly=true) }}
