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
    province_code,
    source,
    source_id,
    period_month,
    dossier_code,
    agency_code,
    procedure_code,
    field_code,
    is_received_in_month,
    ended_on,
    ending_kind,
    due_on,
    effective_finish_on,
    is_timed,
    is_on_time,
    timeliness,
    late_reason,
    days_late,
    has_result_file,
    is_digitised,
    reuses_data,
    in_national_store,
    is_vneid_verified,
    uses_population_data,
    has_fee,
    is_paid_online,
    is_rated_unsatisfied,
    is_complained_about,
    is_satisfied
from {{ ref('int_dossier_months_changed') }}
where not is_gone
