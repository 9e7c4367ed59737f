{{ config(
    materialized='incremental',
    incremental_strategy='delete+insert',
    unique_key=['province_code', 'source', 'source_id'],
    indexes=[
        {'columns': ['province_code', 'source_id', 'source'], 'unique': true},
        {'columns': ['province_code', 'dossier_code']},
        {'columns': ['former_codes'], 'type': 'gin'},
        {'columns': ['province_code', 'agency_key']},
        {'columns': ['procedure_code']},
        {'columns': ['submitted_on']},
        {'columns': ['received_on']},
    ],
    pre_hook="{% if is_incremental() %}
        delete from {{ this }} as facts
        using {{ ref('int_dossiers_changed') }} as changed
        where changed.is_gone
            and facts.province_code = changed.province_code
            and facts.source = changed.source
            and facts.source_id = changed.source_id
        {% endif %}",
) }}

select
    assembled.province_code,
    assembled.source,
    assembled.source_id,
    assembled.dossier_code,
    assembled.former_codes,
    assembled.agency_code,
    assembled.agency_key,
    assembled.receiving_agency_code,
    assembled.procedure_code,
    assembled.field_code,
    assembled.channel,
    assembled.submitted_at,
    assembled.submitted_on,
    assembled.received_at,
    assembled.received_on,
    assembled.competent_received_at,
    assembled.clock_started_on,
    assembled.is_refused_at_receipt,
    assembled.original_due_on,
    assembled.is_due_from_limit,
    assembled.has_result_file,
    assembled.has_digitised_component,
    assembled.reuses_data,
    assembled.in_national_store,
    assembled.is_vneid_verified,
    assembled.uses_population_data,
    assembled.has_fee,
    assembled.first_paid_online_at,
    assembled.is_rated_unsatisfied,
    assembled.is_complained_about,
    assembled.version_id,
    assembled.known_from
from {{ ref('int_dossiers_assembled') }} as assembled
inner join {{ ref('int_dossiers_changed') }} as changed
    using (province_code, source, source_id)
where not changed.is_gone
