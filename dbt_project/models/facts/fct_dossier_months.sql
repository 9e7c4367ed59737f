{{ config(
    materialized='incremental',
    incremental_strategy='delete+insert',
    unique_key=['province_code', 'source', 'source_id', 'period_month'],
    indexes=[
        {'columns': ['province_code', 'source_id', 'source', 'period_month'], 'unique': true},
        {'columns': ['period_month', 'ended_on']},
    ],
    pre_hook="{% if is_incremental() %}
        delete from {{ this }} as facts
        using {{ ref('int_dossier_months_changed') }} as changed
        where changed.is_gone
            and facts.province_code = changed.province_code
            and facts.source = changed.source
            and facts.source_id = changed.source_id
            and facts.period_month = changed.period_month
        {% endif %}",
) }}

select
    assembled.province_code,
    assembled.source,
    assembled.source_id,
    assembled.period_month,
    assembled.dossier_code,
    assembled.agency_code,
    assembled.agency_key,
    assembled.procedure_code,
    assembled.field_code,
    assembled.is_received_in_month,
    assembled.ended_on,
    assembled.ending_kind,
    assembled.due_on,
    assembled.effective_finish_on,
    assembled.is_timed,
    assembled.is_on_time,
    assembled.timeliness,
    assembled.late_reason,
    assembled.days_late,
    assembled.has_result_file,
    assembled.is_digitised,
    assembled.reuses_data,
    assembled.in_national_store,
    assembled.is_vneid_verified,
    assembled.uses_population_data,
    assembled.has_fee,
    assembled.is_paid_online,
    assembled.is_rated_unsatisfied,
    assembled.is_complained_about,
    assembled.is_satisfied
from {{ ref('int_dossier_months_assembled') }} as assembled
inner join {{ ref('int_dossier_months_changed') }} as changed
    using (province_code, source, source_id, period_month)
where not changed.is_gone
